"""Fitting: faults are what they are called, samples what the enhancement measures, and the twin in JAX is one."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from darkroom.fit.__main__ import main
from darkroom.fit.faults import FAULTS, FLAT_EXPORTS, _flattened, monochrome, restyled, spoilt
from darkroom.fit.samples import draw, reaches_white
from darkroom.fit.weights import as_json
from functions.enhance.colour import to_linear
from functions.enhance.diagnosis import WEIGHTS, Diagnosis, model
from functions.enhance.draft import Draft
from functions.enhance.scene import survey
from functions.enhance.steps import STEPS, denoising, sharpening
from tests.unit.enhance_scenes import Levels, landscape, levels_of, photo

needs_jax = pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="make fit installs the group fit")
SEED = 5


def treated(levels: Levels, diagnosis: Diagnosis) -> Levels:
    """Return what the steps make of levels by a diagnosis, as exactly as their curves go."""
    draft = Draft.of(survey(levels_of(levels)), 65536)
    draft = Draft(draft.scene, levels, draft.curves, diagnosis=diagnosis)
    for step in STEPS:
        draft = draft if step in {denoising, sharpening} else step(draft)
    toned = draft.thumbnail.clip(0, 1)
    grey = (toned @ np.array([0.299, 0.587, 0.114]))[..., None]
    return np.asarray((grey + draft.saturation * (toned - grey)).clip(0, 1))


@pytest.mark.parametrize("lacks", FLAT_EXPORTS)
def test_the_steps_undo_a_flat_export(lacks: Levels) -> None:
    stops, black, power, contrast, saturation = map(float, lacks)
    diagnosis = Diagnosis(exposure_stops=stops, black=black, power=power, contrast=contrast, saturation=saturation)
    right = landscape()
    wrong = _flattened(right, lacks)
    assert np.abs(treated(wrong, diagnosis) - right).mean() < 0.1 * np.abs(wrong - right).mean()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_changes_the_photo_and_its_light_is_told(name: str) -> None:
    rng = np.random.default_rng(SEED)
    right = landscape()
    fault = FAULTS[name][1](right, rng)
    assert ((fault.photo >= 0) & (fault.photo <= 1)).all()
    assert (np.abs(fault.photo - right).max() > 0.05) == (name != "none")
    assert (np.hypot(*fault.light) > 0.05) == ("cast" in name)


def test_the_told_light_is_the_light() -> None:
    for seed in range(6):
        right = 0.2 + 0.3 * landscape()
        fault = FAULTS["cast"][1](right, np.random.default_rng(seed))
        ratio = np.log2(to_linear(fault.photo) / to_linear(right)).mean(axis=(0, 1))
        # Some casts are applied under another tone curve, which stretches them.
        assert (ratio[0] - ratio[1]) == pytest.approx(fault.light[0], abs=0.05 + 0.5 * abs(fault.light[0]))
        assert (ratio[2] - ratio[1]) == pytest.approx(fault.light[1], abs=0.05 + 0.5 * abs(fault.light[1]))


def test_a_photo_whose_light_is_to_be_kept_gets_no_cast() -> None:
    rng = np.random.default_rng(SEED)
    faults = [spoilt(landscape()[:40, :40], rng, keep_light=True) for _ in range(60)]
    assert {fault.light for fault in faults} == {(0.0, 0.0)}
    assert len({fault.fault for fault in faults}) > 2


def test_another_hand_finishes_a_photo_nearly_alike() -> None:
    right = landscape()
    assert 0.001 < np.abs(restyled(right, np.random.default_rng(SEED)) - right).mean() < 0.1
    toned = monochrome(right, np.random.default_rng(SEED))
    assert np.abs(np.diff(toned.reshape(-1, 3) @ np.array([1, -1, 0]))).mean() < 0.05


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    photo(landscape()[:200, :300] / landscape().max()).save(tmp_path / "a.png")
    photo(landscape()[100:, 200:]).save(tmp_path / "b.png")
    return tmp_path


def test_samples_are_drawn_alike_by_the_same_seed(folder: Path) -> None:
    photos = sorted(folder.iterdir())
    once, again, otherwise = (draw(photos, 3, seed) for seed in (1, 1, 2))
    assert all((values == getattr(again, name)).all() for name, values in vars(once).items())
    assert (once.spoilt != otherwise.spoilt).any()
    assert len(once) == 6
    assert once.features.shape[1] + 5 == len(model().means)
    assert once.where(once.photo == 1).photo.tolist() == [1, 1, 1]


def test_a_dim_photo_is_no_model(folder: Path, tmp_path: Path) -> None:
    dim = tmp_path / "dim.png"
    photo(0.5 * landscape()).save(dim)
    assert not reaches_white(dim)


def test_too_few_photos_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder)]) == 1
    assert "it takes 50 or more" in capsys.readouterr().err


def test_the_written_model_is_the_one_that_is_read() -> None:
    assert json.loads(as_json(model())) == json.loads(WEIGHTS.read_text())


@needs_jax
@pytest.mark.parametrize("seed", range(4))
def test_the_twin_in_jax_does_what_the_steps_do(seed: int) -> None:
    from darkroom.fit.correction import corrected  # noqa: PLC0415

    answers: Any = np.random.default_rng(seed).normal(0, 0.8, 8)
    pixels = landscape()[::20, ::20]
    twin = np.asarray(corrected(pixels.reshape(1, -1, 3), answers[None]))[0].reshape(pixels.shape)
    assert np.abs(twin - treated(pixels, Diagnosis.of_answers(answers))).max() < 0.02
