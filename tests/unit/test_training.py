"""Training: faults are what their names say, samples hold what the enhancement measures, and JAX equals the steps."""

import importlib.util
import json
import shutil
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from functions.enhance.analysis.correction import Correction
from functions.enhance.analysis.ensemble import MODEL_FILE, model
from functions.enhance.analysis.gates import OPINIONS, QUESTIONS, SPECIALTIES, seen_by_gates
from functions.enhance.analysis.scene import survey
from functions.enhance.edit.detail import denoising, sharpening
from functions.enhance.edit.edit_plan import EditPlan
from functions.enhance.edit.steps import STEPS
from functions.enhance.srgb import to_linear
from tests.unit.enhance_scenes import Levels, landscape, levels_of, photo
from tools.training.__main__ import main
from tools.training.degradations import FAULTS, degraded, flat_export, monochrome, restyled
from tools.training.flat_exports import (
    EXPOSURE_STOPS,
    POWER,
    REACHES_WHITE_SHARE,
    RIGHT_SHARE,
    TINT_STOPS,
    Flatness,
    flattened,
)
from tools.training.maxim import weights_of
from tools.training.model_file import as_json
from tools.training.retouched import draw_retouched
from tools.training.samples import Samples, _draw_from, draw, measured, reaches_white, rounded, small
from tools.training.trainings import GATES, SEVERAL, SPECIALISTS, Training

# Each test degrades or enhances many pictures, and only those who train the model need them.
pytestmark = pytest.mark.slow

needs_jax = pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="make fit installs the group fit")
SEED = 5


def treated(levels: Levels, correction: Correction) -> Levels:
    """Return the levels after the steps with this correction, as exactly as their curves allow."""
    edit_plan = EditPlan.of(survey(levels_of(levels)), 65536)
    edit_plan = EditPlan(edit_plan.scene, levels, edit_plan.curves, correction=correction)
    for step in STEPS:
        edit_plan = edit_plan if step in {denoising, sharpening} else step(edit_plan)
    toned = edit_plan.thumbnail.clip(0, 1)
    grey = (toned @ np.array([0.299, 0.587, 0.114]))[..., None]
    return np.asarray((grey + edit_plan.saturation * (toned - grey)).clip(0, 1))


FLAT_EXPORTS = (
    Flatness(exposure_stops=0.85, black=0.23, power=0.57, contrast=-0.05, saturation=1.31),
    Flatness(exposure_stops=0.35, black=0.11, power=0.65, saturation=1.14),
    Flatness(exposure_stops=1.58, black=0.12, power=0.88, contrast=-0.17, saturation=1.2),
    Flatness(black=0.19, power=0.5, contrast=0.2, saturation=1.36),
    Flatness(red_stops=0.15, blue_stops=-0.2, exposure_stops=0.4),
)


@pytest.mark.parametrize("needed", FLAT_EXPORTS)
def test_the_steps_undo_a_flat_export(needed: Flatness) -> None:
    settings = vars(needed)
    assert settings.pop("white") == 1
    right = landscape()
    wrong = flattened(right, needed)
    assert np.abs(treated(wrong, Correction(**settings)) - right).mean() < 0.1 * np.abs(wrong - right).mean()


def test_a_flat_export_is_drawn_setting_by_setting() -> None:
    drawn = [vars(Flatness.drawn(np.random.default_rng(seed))) for seed in range(300)]
    # Where an export reaches white, white is right and the exposure nearly.
    others = RIGHT_SHARE * (1 - REACHES_WHITE_SHARE)
    shares = {"white": REACHES_WHITE_SHARE + others, "exposure_stops": others}
    for name, right in vars(Flatness()).items():
        kept = sum(settings[name] == right for settings in drawn) / len(drawn)
        assert kept == pytest.approx(shares.get(name, RIGHT_SHARE), abs=0.08), name
    assert {POWER[0] <= settings["power"] <= POWER[1] for settings in drawn} == {True}
    assert np.ptp([settings["exposure_stops"] for settings in drawn]) > 0.9 * np.ptp(EXPOSURE_STOPS)
    assert np.std([settings["red_stops"] for settings in drawn]) == pytest.approx(TINT_STOPS, rel=0.25)


def test_a_low_white_is_that_of_the_export() -> None:
    assert flattened(np.ones((1, 1, 3)), Flatness(white=0.8)) == pytest.approx(0.8)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_changes_the_photo_and_records_its_light(name: str) -> None:
    rng = np.random.default_rng(SEED)
    right = landscape()
    fault = FAULTS[name][1](right, rng)
    assert ((fault.photo >= 0) & (fault.photo <= 1)).all()
    assert (np.abs(fault.photo - right).max() > 0.05) == (name != "none")
    assert (np.hypot(*fault.light) > 0.05) == ("cast" in name)


def test_the_recorded_light_is_that_of_the_photo() -> None:
    for seed in range(6):
        right = 0.2 + 0.3 * landscape()[::4, ::4]
        fault = FAULTS["cast"][1](right, np.random.default_rng(seed))
        ratio = np.log2(to_linear(fault.photo) / to_linear(right)).mean(axis=(0, 1))
        # Some casts are applied under another tone curve, which stretches them.
        assert (ratio[0] - ratio[1]) == pytest.approx(fault.light[0], abs=0.05 + 0.5 * abs(fault.light[0]))
        assert (ratio[2] - ratio[1]) == pytest.approx(fault.light[1], abs=0.05 + 0.5 * abs(fault.light[1]))


def test_keep_light_excludes_casts() -> None:
    rng = np.random.default_rng(SEED)
    faults = [degraded(landscape()[:40, :40], rng, keep_light=True) for _ in range(60)]
    assert {fault.light for fault in faults} == {(0.0, 0.0)}
    assert len({fault.fault for fault in faults}) > 2


def test_restyled_photos_differ_a_little() -> None:
    right = landscape()
    assert 0.001 < np.abs(restyled(right, np.random.default_rng(SEED)) - right).mean() < 0.1
    toned = monochrome(right, np.random.default_rng(SEED))
    assert np.abs(np.diff(toned.reshape(-1, 3) @ np.array([1, -1, 0]))).mean() < 0.05


def test_a_restyled_photo_is_neither_clipped_nor_tinted_where_it_was_white() -> None:
    right = np.concatenate([np.full((1, 40, 3), 1.0), np.full((1, 40, 3), 0.97)])
    for seed in range(20):
        white, nearly = restyled(right, np.random.default_rng(seed))
        assert (white == 1).all()
        assert nearly.max() < 1


def test_some_casts_fade_toward_white_and_none_is_stronger_there() -> None:
    grey = np.linspace(0.3, 0.9, 7)[:, None, None].repeat(3, axis=-1)
    casts = [np.log2(to_linear(FAULTS["cast"][1](grey, np.random.default_rng(seed)).photo)) for seed in range(60)]
    # Not those that clip a channel, which is white too, and no cast to speak of.
    strengths = [np.ptp(cast, axis=-1)[:, 0] for cast in casts if cast.max() < -0.1]
    shares = [stops[-1] / stops[0] for stops in strengths if stops[0] > 0.2]
    assert len(shares) > 20
    assert 0.2 < np.mean([share < 0.85 for share in shares]) < 0.7
    assert max(shares) < 1.2


def write_photos(folder: Path) -> Path:
    photo(landscape()[:200, :300] / landscape().max()).save(folder / "a.png")
    photo(landscape()[100:, 200:]).save(folder / "b.png")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_photos(tmp_path)


def test_the_same_seed_draws_the_same_samples(folder: Path) -> None:
    photos = sorted(folder.iterdir())
    once, again, otherwise = (draw(photos, 3, seed) for seed in (1, 1, 2))
    assert all((values == getattr(again, name)).all() for name, values in vars(once).items())
    assert (once.degraded != otherwise.degraded).any()
    assert len(once) == 6
    seen = once.features.shape[1] + 5 + once.extremes.shape[1] + once.levels.shape[1]
    assert {len(specialist.means) for specialist in model().specialists} == {seen}
    assert OPINIONS.ravel().tolist() == list(range(seen, seen + 8 * len(model().specialists)))
    gates = zip(QUESTIONS.values(), model().gates, strict=True)
    assert all(len(own.means) == len(question.sees) for question, own in gates)
    assert once.where(once.photo == 1).photo.tolist() == [1, 1, 1]
    assert set(draw(photos, 1, 1, first=7).photo) == {7, 8}


def test_the_extremes_of_a_sample_are_the_photos_own() -> None:
    """A few white pixels, which a thumbnail averages away, tell that the exposure was right."""
    dim = rounded(0.5 * landscape()[:240, :240])
    dim[::16, ::16] = 255
    seen = measured(dim, dim, np.random.default_rng(SEED))
    assert seen["extremes"][0] == 0
    assert seen["degraded"].max() < 0.9


def test_a_dim_photo_is_not_learned_from(folder: Path, tmp_path: Path) -> None:
    dim = tmp_path / "dim.png"
    photo(0.5 * landscape()).save(dim)
    assert not reaches_white(dim)


def test_too_few_photos_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["learn", str(folder), str(folder)]) == 1
    assert "50 or more are needed" in capsys.readouterr().err


def test_photos_without_pairs_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for kind in ("finished", "everyday"):
        (folder / kind).mkdir()
        for number in range(100):
            shutil.copy(folder / "a.png", folder / kind / f"{number}0.png")
    assert main(["learn", str(folder), str(folder)]) == 1
    assert "`make retouch` makes pairs" in capsys.readouterr().err


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return flat exports of two photos, and a target for three of them: the photo in grey."""
    photos, folder = tmp_path_factory.mktemp("photos"), tmp_path_factory.mktemp("pairs")
    (photos / "everyday").mkdir()
    write_photos(photos / "everyday")
    for name, copy in (("a", "a1"), ("b", "b1"), ("b", "d1")):
        # By their names, a1 and b1 are fitted to, and d1 is chosen on.
        shutil.copy(photos / "everyday" / f"{name}.png", photos / "everyday" / f"{copy}.png")
    for name in ("a", "b"):
        (photos / "everyday" / f"{name}.png").unlink()
    assert main(["flatten", str(photos), str(folder)]) == 0
    (folder / "target").mkdir()
    for name in ("a1-0.png", "a1-1.png", "b1-0.png"):
        with Image.open(folder / "input" / name) as image:
            image.convert("L").reduce(2).save(folder / "target" / name)
    return folder


def test_flat_exports_are_written_for_every_photo(pairs: Path) -> None:
    files = sorted((pairs / "input").iterdir())
    assert [path.name for path in files] == [f"{photo}-{number}.png" for photo in ("a1", "b1") for number in range(3)]
    assert len({small(path).tobytes() for path in files}) == 6


def test_flat_exports_are_flatter_and_paler_than_the_photo() -> None:
    right = landscape()[::4, ::4]
    exports = [flat_export(right, np.random.default_rng(seed)) for seed in range(20)]
    spread, chroma = ([measure(export) for export in exports] for measure in (np.std, lambda it: np.ptp(it, -1).mean()))
    assert np.median(spread) < 0.8 * right.std()
    assert np.median(chroma) < 0.8 * np.ptp(right, -1).mean()


def test_some_flat_exports_reach_white_as_converters_show_what_saturated_the_sensor() -> None:
    drawn = [Flatness.drawn(np.random.default_rng(seed)) for seed in range(200)]
    reaching = [needed for needed in drawn if needed.white == 1 and -0.3 <= needed.exposure_stops <= 0.3]
    assert 0.25 < len(reaching) / len(drawn) < 0.5
    assert np.mean([needed.black > 0 for needed in reaching]) > 0.6


def test_pairs_become_samples_of_the_teacher_models_output(folder: Path, pairs: Path) -> None:
    samples = draw_retouched(pairs, [folder / "b1.png"], 2, SEED)
    # Photos that are also degraded keep their number: a network that learns without one must not see it here either.
    assert samples.photo.tolist() == [1, 1, 1, 1, 0, 0]
    assert np.ptp(samples.good, axis=-1).max() < 0.01 < np.ptp(samples.degraded, axis=-1).mean()
    luma = samples.degraded @ np.array([0.299, 0.587, 0.114])
    assert np.abs(luma - samples.good[..., 0]).mean() < 0.03
    assert not samples.has_known_light.any()


def test_retouched_samples_join_the_others(folder: Path, pairs: Path) -> None:
    photos = [(folder / "b.png").rename(folder / "b1.png")]
    both = draw(photos, 2, SEED) + draw_retouched(pairs, photos, 1, SEED)
    assert both.has_known_light.tolist() == [True, True, False, False, False]
    assert len(both.where(both.photo == 0)) == 3


def test_the_weights_of_a_tensorflow_js_model_are_concatenated_over_its_shards(tmp_path: Path) -> None:
    first, second = np.arange(6, dtype="<f4").reshape(2, 3), np.array(7, "<i4")
    body = first.tobytes() + second.tobytes()
    (tmp_path / "a.bin").write_bytes(body[:10])
    (tmp_path / "b.bin").write_bytes(body[10:])
    weights = [
        {"name": "first", "dtype": "float32", "shape": [2, 3]},
        {"name": "second", "dtype": "int32", "shape": []},
    ]
    manifest = [{"paths": ["a.bin", "b.bin"], "weights": weights}]
    (tmp_path / "model.json").write_text(json.dumps({"weightsManifest": manifest}))
    found = dict(weights_of(tmp_path))
    assert (found["first"] == first).all()
    assert found["second"] == 7


def test_the_written_model_is_the_one_that_is_read() -> None:
    assert json.loads(as_json(model())) == json.loads(MODEL_FILE.read_text())


@needs_jax
@pytest.mark.parametrize("seed", range(4))
def test_the_steps_in_jax_equal_the_steps(seed: int) -> None:
    from tools.training.differentiable_steps import corrected  # noqa: PLC0415

    outputs: Any = np.random.default_rng(seed).normal(0, 0.8, 8)
    pixels = landscape()[::20, ::20]
    in_jax = np.asarray(corrected(pixels.reshape(1, -1, 3), outputs[None]))[0].reshape(pixels.shape)
    assert np.abs(in_jax - treated(pixels, Correction.from_outputs(outputs))).max() < 0.02


@needs_jax
def test_the_gates_judge_in_jax_as_in_the_function() -> None:
    from tools.training.learn_gates import judged_in_jax  # noqa: PLC0415

    found, rng = model(), np.random.default_rng(SEED)
    measured = found.specialists[0].means + rng.normal(0, 0.1, len(found.specialists[0].means))
    opinions = rng.normal(size=(len(SPECIALTIES), 8, 8))
    seen = seen_by_gates(measured, opinions.mean(axis=1))
    normalised = np.zeros_like(seen)
    for question, gates in zip(QUESTIONS.values(), found.gates, strict=True):
        normalised[question.sees] = (seen[question.sees] - gates.means) / gates.deviations
    expected = found.judged(measured, opinions)
    for number in (0, 5):
        members = {name: vars(gates.members[number]) for name, gates in zip(QUESTIONS, found.gates, strict=True)}
        outputs = judged_in_jax(members, normalised[None], opinions[None, :, number])
        assert np.asarray(outputs)[0] == pytest.approx(expected[number], abs=1e-4)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """Return samples of eight parts of the sample photo, each with its own number."""
    rng, photos = np.random.default_rng(SEED), tmp_path_factory.mktemp("parts")
    for number in range(8):
        top, left = rng.integers(0, 100, 2)
        photo(landscape()[top : top + 200, left : left + 260]).save(photos / f"{number}.png")
    # Not by `draw`: its processes must not inherit the threads that JAX may have started in another test.
    rows = chain.from_iterable(_draw_from((path, int(path.stem), 40, SEED)) for path in photos.iterdir())
    return Samples.of(list(rows))


def test_a_specialist_learns_from_its_own_faults_only(samples: Samples) -> None:
    known = {name: set(samples.fault[training.knows(samples.fault)]) for name, training in SPECIALISTS.items()}
    assert known["cast"] == {"none", "cast"}
    assert known["several"] == {"none", *SEVERAL}
    assert known["exposure"] == {"none", "exposure", "dark"}
    assert known["flat"] == {"none"}
    assert known["any"] == set(samples.fault)


def test_faults_that_are_hard_to_see_weigh_more(samples: Samples) -> None:
    training = Training(
        4, 1, 1, {"none": 5.0, "cast": 2.0, "exposure": 1.0, "dark": 1.0} | SEVERAL, magenta=3.0, overexposed=4.0
    )
    weights = training.weights_of(samples)
    assert set(weights[samples.fault == "none"]) == {5.0}
    assert set(weights[samples.fault == "cast"]) == {2.0, 6.0}
    magenta = (samples.light > 0.06).all(axis=-1) & (samples.fault == "cast")
    assert set(weights[magenta]) == {6.0}
    exposed = samples.fault == "exposure"
    brighter = samples.degraded.mean(axis=(1, 2)) > samples.good.mean(axis=(1, 2)) + 0.01
    assert set(weights[exposed & brighter]) == {4.0}
    assert set(weights[exposed & ~brighter]) == {1.0}


@needs_jax
def test_what_is_fitted_finds_the_stops_of_photos_that_it_did_not_learn_from(
    samples: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tools.training import learn, learn_gates  # noqa: PLC0415

    short: Any = {"hidden": 8, "steps": 150, "batch": 32}
    monkeypatch.setattr(learn, "SPECIALISTS", {name: replace(each, **short) for name, each in SPECIALISTS.items()})
    monkeypatch.setattr(learn_gates, "GATES", [replace(GATES[0], **short)])
    for module in (learn, learn_gates):
        monkeypatch.setattr(module, "PARTS", 2)
    found = learn.fit(samples, model().light)
    inputs = learn.inputs_of(samples, found.light)
    opinions = np.stack([learn_gates.held_out(specialist, inputs) for specialist in found.specialists], axis=1)
    samples_seen = zip(inputs.features, opinions, strict=True)
    judged = np.array([found.judged(seen, said[:, None]) for seen, said in samples_seen])
    assert judged.shape[1] == 2
    outputs = judged[np.arange(len(samples)), samples.photo % 2]
    stops = np.array([Correction.from_outputs(row).exposure_stops for row in outputs])
    lights = [to_linear(levels.astype(float)).mean(axis=(1, 2)) for levels in (samples.degraded, samples.good)]
    needed, exposed = np.log2(lights[1] / lights[0]), samples.fault == "exposure"
    assert np.corrcoef(stops[exposed], needed[exposed])[0, 1] > 0.7


@needs_jax
def test_the_light_model_is_fitted_too_where_none_is_given(samples: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.training import learn, learn_light  # noqa: PLC0415

    monkeypatch.setattr(learn_light, "LIGHT_STEPS", 1)
    known = learn.inputs_of(samples, model().light)
    anew = learn.inputs_of(samples, None)
    assert anew.features.shape == known.features.shape
    assert (anew.features != known.features).any()
