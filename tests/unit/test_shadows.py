"""Backlight: the shadows of a photo against the light are lifted, without halos or veils, and those of no other."""

import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PIL import Image

from functions.enhance.analysis.backlight import MOST_STOPS, backlight_stops
from functions.enhance.analysis.scene import survey
from functions.enhance.edit.detail import shadows
from functions.enhance.edit.edit_plan import EditPlan
from functions.enhance.edit.render import render
from functions.enhance.enhance_photo import enhance_photo
from functions.enhance.srgb import to_coded, to_linear
from tests.unit.enhance_scenes import Levels, encoded, landscape, levels_of, photo

ROWS, COLUMNS = 426, 640
# Where the sky ends and the subject begins.
EDGE_ROW = 180


@cache
def against_the_light(stops: float = -3.0, tint: tuple[float, float, float] = (0.93, 0.96, 1.0)) -> Levels:
    """Return a bright sky with a fine gradient, and before it a textured subject that is dark by some stops."""
    sky = np.linspace(0.98, 0.9, ROWS)[:, None, None] * np.array(tint)
    levels = sky + np.random.default_rng(6).normal(0, 0.006, (ROWS, COLUMNS, 1))
    subject = to_coded(to_linear(0.3 + 0.6 * landscape()) * 2**stops)
    levels[EDGE_ROW:] = subject[EDGE_ROW:]
    return np.asarray(levels)


def planned(levels: Levels, depth: int = 256) -> EditPlan:
    return shadows(EditPlan.of(survey(levels_of(levels)), depth))


def lifted(levels: Levels) -> np.ndarray:
    pixels = levels_of(levels)
    render(pixels, planned(levels))
    return pixels


def test_the_shadows_are_lifted_and_the_sky_stays() -> None:
    before, after = levels_of(against_the_light()), lifted(against_the_light())
    gained = np.log2(to_linear(after / 255).mean(axis=(1, 2)) / to_linear(before / 255).mean(axis=(1, 2)))
    assert (gained[EDGE_ROW + 20 :] > 0.8).all()
    assert np.abs(gained[: EDGE_ROW - 5]).max() < 0.02


def test_there_is_no_halo_at_the_edge() -> None:
    """The gain is as high in the row beside the sky as far from it, and the sky's last row is as bright as it was."""
    before, after = (levels.astype(float) for levels in (levels_of(against_the_light()), lifted(against_the_light())))
    rows = np.log2(to_linear(after / 255).mean(axis=(1, 2)) / to_linear(before / 255).mean(axis=(1, 2)))
    assert rows[EDGE_ROW + 1] > 0.75 * np.median(rows[EDGE_ROW + 60 :])
    assert (after[EDGE_ROW - 1] - before[EDGE_ROW - 1]).max() <= 2
    # No band beside the edge gets brighter than the subject: that would be the halo.
    assert rows[EDGE_ROW:].max() < 1.25 * np.median(rows[EDGE_ROW + 60 :])


def test_there_is_no_grey_veil() -> None:
    """Black stays black, the subject's contrast and its colours stay as they are in proportion."""
    levels = against_the_light().copy()
    levels[300:320, 100:140] = 0
    before, after = levels_of(levels)[EDGE_ROW + 40 :], lifted(levels)[EDGE_ROW + 40 :]
    assert after[300 - EDGE_ROW - 40 + 5, 120].max() <= 2
    spread = [np.ptp(np.log2(np.percentile(to_linear(part / 255) + 1e-4, [5, 95]))) for part in (before, after)]
    assert spread[1] > 0.75 * spread[0]
    coloured = before.max(axis=-1) > 20
    ratios = [np.log2((part[..., 0] + 1.0) / (part[..., 2] + 1.0))[coloured] for part in (before, after)]
    assert np.abs(ratios[1] - ratios[0]).mean() < 0.1


def test_the_darker_the_shadows_the_more_they_are_lifted() -> None:
    stops = [backlight_stops(against_the_light(by)) for by in (-2.0, -2.5, -6.0)]
    assert stops == sorted(stops)
    assert 0 < stops[0] < stops[1] == stops[2] == MOST_STOPS


# Drawn where they are tried: each worker collects all tests.
UNLIFTED: dict[str, Callable[[], Levels]] = {
    "good light": landscape,
    "underexposed": lambda: 0.2 * landscape(),
    "overexposed": lambda: np.clip(1.5 * landscape(), 0, 1),
    "a sunset": lambda: against_the_light(tint=(1.0, 0.6, 0.3)),
    "dusk": lambda: 0.6 * against_the_light(),
    "a subject that is bright enough": lambda: against_the_light(-0.5),
}


@pytest.mark.parametrize("name", UNLIFTED)
def test_no_other_photo_is_lifted(name: str) -> None:
    edit_plan = EditPlan.of(survey(levels_of(UNLIFTED[name]())), 256)
    assert shadows(edit_plan) is edit_plan


def test_a_wall_that_a_longer_exposure_makes_bright_is_not_the_light_behind_the_subject() -> None:
    """A portrait before a grey wall: as bright as a sky only after it was brightened."""
    edit_plan = EditPlan.of(survey(levels_of(0.7 * against_the_light())), 256)
    brightened = edit_plan.with_curve(lambda coded: coded / 0.7)
    assert backlight_stops(brightened.thumbnail) > 1
    assert shadows(brightened) is brightened


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_strips_have_no_seams(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.asarray(photo(against_the_light()).convert(mode)).reshape(ROWS, COLUMNS, -1)
    edit_plan = shadows(EditPlan.of(survey(pixels), 256))
    in_strips, whole = pixels.copy(), pixels.copy()
    render(in_strips, edit_plan)
    monkeypatch.setattr("functions.enhance.edit.render.STRIP_ROWS", ROWS)
    render(whole, edit_plan)
    assert np.abs(in_strips.astype(int) - whole).max() <= 1
    assert (in_strips != pixels).any()


def test_sixteen_bits_are_lifted_as_eight() -> None:
    eight, sixteen = levels_of(against_the_light()), levels_of(against_the_light()).astype(np.uint16) * 257
    render(eight, planned(against_the_light()))
    render(sixteen, planned(against_the_light(), 65536))
    assert np.abs(sixteen / 257 - eight).max() <= 2


def test_the_thumbnail_shows_what_is_rendered() -> None:
    edit_plan = planned(against_the_light())
    small = Image.fromarray(lifted(against_the_light())).resize(edit_plan.thumbnail.shape[1::-1], Image.Resampling.BOX)
    assert np.abs(np.asarray(small) / 255 - edit_plan.thumbnail).mean() < 0.01


def test_the_strength_scales_the_lift() -> None:
    edit_plan = planned(against_the_light())
    half, nothing = edit_plan.at_strength(0.5), edit_plan.at_strength(0)
    assert half.shadow_lift is not None
    assert edit_plan.shadow_lift is not None
    assert half.shadow_lift.stops == pytest.approx(edit_plan.shadow_lift.stops / 2)
    assert nothing.is_empty
    assert replace(edit_plan, shadow_lift=None).stretch < edit_plan.stretch


def test_the_record_and_the_sentence_say_so() -> None:
    result = enhance_photo(io.BytesIO(encoded(photo(against_the_light()), "PNG")), max_pixels=1_000_000)
    assert str(result.enhancement["shadows"]).endswith("stops in the shadows")
    assert "lighter shadows" in str(result.enhancement["summary"])
