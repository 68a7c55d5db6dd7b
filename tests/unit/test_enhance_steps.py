"""What the steps decide for photos with known faults, and how they carry a correction out."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from functions.enhance.analysis.colour import LUMINANCE
from functions.enhance.analysis.correction import Correction
from functions.enhance.analysis.ensemble import combined_prediction
from functions.enhance.analysis.scene import survey
from functions.enhance.edit.denoise import noise_of
from functions.enhance.edit.detail import denoising, sharpening
from functions.enhance.edit.edit_plan import EditPlan
from functions.enhance.edit.steps import (
    STEPS,
    Step,
    black_point,
    contrast,
    decide,
    exposure,
    midtones,
    saturation,
    white_balance,
)
from functions.enhance.srgb import to_coded, to_linear
from tests.unit.enhance_scenes import (
    Levels,
    difference,
    encoded,
    enhanced,
    enhanced_image,
    landscape,
    levels_of,
    photo,
    surfaces,
)


def planned(levels: Levels) -> EditPlan:
    return decide(survey(levels_of(levels)), 256)


def with_correction(**correction: float) -> EditPlan:
    """Return the empty plan of a photo for which only this correction is predicted."""
    return replace(EditPlan.of(survey(levels_of(surfaces(640, 480))), 256), correction=Correction(**correction))


def under_light(levels: Levels, gains: tuple[float, float, float]) -> Levels:
    return to_coded(np.clip(to_linear(levels) * np.array(gains), 0, 1))


CASTS = {"warm": (1.45, 1.0, 0.55), "cool": (0.75, 1.0, 1.35), "green": (0.9, 1.15, 0.8)}


@pytest.mark.parametrize("name", CASTS)
def test_the_correction_is_opposite_to_the_cast(name: str) -> None:
    """The sample photo has a cast of its own, so the test compares corrections."""
    red, green, blue = CASTS[name]
    own, cast = (planned(levels).correction for levels in (landscape(), under_light(landscape(), CASTS[name])))
    correction = np.array([cast.red_stops - own.red_stops, cast.blue_stops - own.blue_stops])
    assert correction @ -np.log2([red / green, blue / green]) > 0


@pytest.mark.parametrize("stops", [-3.0, -2.0, -1.0, 0.8])
def test_a_wrong_exposure_is_predicted_in_stops(stops: float) -> None:
    """The sample photo lacks 1.3 stops to white: most of them are added first, so that it is right."""
    right, wrong = (
        planned(under_light(landscape(), (2 ** (0.9 + error),) * 3)).correction.exposure_stops for error in (0, stops)
    )
    assert wrong - right == pytest.approx(-stops, abs=0.6)


def test_a_flat_export_gets_its_blacks_whites_and_midtones() -> None:
    flat = 0.12 + 0.5 * landscape()
    edit_plan = planned(flat)
    before, after = (np.percentile(levels, [1, 50, 99]) for levels in (flat, edit_plan.thumbnail.clip(0, 1)))
    assert after[0] / after[2] < 0.9 * before[0] / before[2]
    assert after[1] > before[1]
    assert after[2] - after[0] > 1.5 * (before[2] - before[0])
    assert {"exposure", "black_point", "midtones"} <= edit_plan.notes.keys()


def test_haze_lowers_the_black_point() -> None:
    assert planned(0.25 + 0.75 * landscape()).correction.black > planned(landscape()).correction.black + 0.05


FAINT = np.array([0.01, -0.01, 0.01, -2, 0.02, 0.02, 0.02, 0])
STRONG = np.array([0.1, -0.6, 0.6, 2, -0.5, 0.6, 0.4, 0])


def test_a_faint_prediction_is_dropped_and_a_strong_one_stays() -> None:
    nothing, all_of_it = combined_prediction(np.array([FAINT] * 4)), Correction.from_outputs(STRONG)
    assert nothing.tones == pytest.approx(0, abs=1e-3)
    assert nothing.cast.tolist() == [0, 0]
    assert vars(combined_prediction(np.array([STRONG] * 4))) == pytest.approx(vars(all_of_it))


@pytest.mark.parametrize(("output", "group"), [(1, "cast"), (2, "tones")])
def test_a_prediction_counts_less_where_the_networks_disagree(output: int, group: str) -> None:
    """The mean is the same: the networks predict 0.2, 1 and 1.8 times the output, or all of them 1 time."""
    spread = np.array([STRONG] * 3)
    spread[:, output] *= [0.2, 1, 1.8]
    agreed, disputed = (getattr(combined_prediction(outputs), group) for outputs in (np.array([STRONG] * 3), spread))
    assert 0.3 * np.abs(agreed).sum() < np.abs(disputed).sum() < 0.9 * np.abs(agreed).sum()
    other = {"cast": "tones", "tones": "cast"}[group]
    assert getattr(combined_prediction(spread), other) == pytest.approx(
        getattr(combined_prediction(np.array([STRONG] * 3)), other)
    )


def test_a_second_pass_changes_little() -> None:
    """The enhanced photo needs less correction than the original, by the same model."""
    first = enhanced_image(encoded(photo(landscape()), "PNG"))
    second = enhanced_image(encoded(first, "PNG"))
    assert difference(second, first) < 0.25 * difference(first, photo(landscape()))


def test_white_balance_keeps_the_brightness_and_applies_the_stops() -> None:
    edit_plan = with_correction(red_stops=-0.5, blue_stops=0.7)
    after = white_balance(edit_plan)
    before_light, after_light = (to_linear(levels.thumbnail) for levels in (edit_plan, after))
    grey = np.ptp(edit_plan.thumbnail, axis=-1) < 0.02
    assert (after_light @ LUMINANCE)[grey] == pytest.approx((before_light @ LUMINANCE)[grey], rel=0.05)
    ratios = np.log2((after_light / np.maximum(before_light, 1e-6))[edit_plan.thumbnail.min(axis=-1) > 0.2])
    assert ratios[:, 0] - ratios[:, 1] == pytest.approx(-0.5, abs=0.01)
    assert ratios[:, 2] - ratios[:, 1] == pytest.approx(0.7, abs=0.01)
    assert after.notes["white_balance"] == "warm cast of 0.86 stops taken out"


@pytest.mark.parametrize(
    ("red", "blue", "name"), [(-0.5, 0.5, "warm"), (0.5, -0.5, "cool"), (0.4, 0.4, "green"), (-0.4, -0.4, "magenta")]
)
def test_a_cast_is_named_by_its_colour(red: float, blue: float, name: str) -> None:
    assert str(white_balance(with_correction(red_stops=red, blue_stops=blue)).notes["white_balance"]).startswith(name)


@pytest.mark.parametrize(("stops", "is_taken_out"), [(0.01, False), (0.03, True)])
def test_only_the_faintest_casts_are_left(stops: float, is_taken_out: bool) -> None:
    after = white_balance(with_correction(red_stops=-0.6 * stops, blue_stops=0.8 * stops))
    assert ("white_balance" in after.notes) is is_taken_out
    assert after.keeps_levels is not is_taken_out


@pytest.mark.parametrize("stops", [-0.8, 1.5])
def test_exposure_is_a_gain_in_linear_light(stops: float) -> None:
    edit_plan = with_correction(exposure_stops=stops)
    middle = edit_plan.curves[60:140, 0]
    after = exposure(edit_plan).curves[60:140, 0]
    assert to_linear(after) == pytest.approx(to_linear(middle) * 2**stops, rel=0.06, abs=0.002)


def test_clipped_highlights_stay_bright_when_the_photo_is_darkened() -> None:
    curves = exposure(with_correction(exposure_stops=-0.8)).curves[:, 0]
    assert curves[128] < 0.45
    assert 0.75 < curves[255] < 0.95
    assert curves[255] > float(to_coded(np.array(2**-0.8))) + 0.01


def test_the_black_point_moves_black_and_leaves_white() -> None:
    lowered = black_point(with_correction(black=0.2)).curves[:, 0]
    assert (lowered[51], lowered[255]) == pytest.approx((0, 1), abs=1e-9)


def test_midtones_and_contrast_move_neither_black_nor_white() -> None:
    lifted, contrasted = (
        midtones(with_correction(power=0.7)).curves[:, 0],
        contrast(with_correction(contrast=0.3)).curves[:, 0],
    )
    for curve in (lifted, contrasted):
        assert (curve[0], curve[255]) == pytest.approx((0, 1), abs=1e-9)
    assert lifted[128] > 0.55
    assert contrasted[64] < 64 / 255 < 192 / 255 < contrasted[192]


def test_saturation_is_a_factor() -> None:
    assert saturation(with_correction(saturation=1.2)).saturation == pytest.approx(1.2)


@pytest.mark.parametrize("step", [white_balance, exposure, black_point, midtones, contrast, saturation])
def test_a_step_without_a_correction_changes_nothing(step: Step) -> None:
    edit_plan = with_correction()
    assert step(edit_plan) is edit_plan


def test_a_lens_cap_stays_black() -> None:
    noise = np.random.default_rng(1).uniform(0, 0.02, (240, 320, 3))
    assert np.asarray(enhanced_image(encoded(photo(noise), "PNG"))).max() <= 0.03 * 255


def test_fine_detail_is_sharpened_without_halos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.enhance.edit.steps.STEPS", (sharpening,))
    rng = np.random.default_rng(5)
    texture = np.clip(surfaces(640, 480) + rng.normal(0, 0.03, (480, 640, 1)), 0, 1)
    texture[:, 300:340] = np.array([0.05])
    texture[:, 320:340] = np.array([0.9])
    before = np.asarray(photo(texture)).astype(float)[..., 1]
    after = np.asarray(enhanced_image(encoded(photo(texture), "PNG"))).astype(float)[..., 1]
    assert np.diff(after[:, :280], axis=1).std() > 1.02 * np.diff(before[:, :280], axis=1).std()
    assert np.abs(after[:, 318:322] - before[:, 318:322]).max() <= 6


def test_small_images_are_not_sharpened() -> None:
    assert planned(surfaces(320, 240)).sharpening == 0


@pytest.mark.parametrize("step", STEPS)
def test_steps_are_pure(step: Step) -> None:
    edit_plan = with_correction(red_stops=-0.5, exposure_stops=2, black=0.1, power=0.8, contrast=0.2, saturation=1.2)
    curves, thumbnail = edit_plan.curves.copy(), edit_plan.thumbnail.copy()
    first, second = step(edit_plan), step(edit_plan)
    assert first.notes == second.notes != edit_plan.notes or first is edit_plan
    assert (edit_plan.curves == curves).all()
    assert (edit_plan.thumbnail == thumbnail).all()


@pytest.mark.parametrize("levels", [256, 65536])
@pytest.mark.parametrize("seed", range(6))
def test_tone_curves_never_fall(seed: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    faulty = under_light(surfaces(seed=seed), tuple(rng.uniform(0.05, 1.2, 3))) * rng.uniform(0.5, 1)
    edit_plan = decide(survey(levels_of(faulty + rng.uniform(0, 0.3))), levels)
    assert (np.diff(edit_plan.tables.astype(int), axis=0) >= 0).all()


def screenshot() -> Image.Image:
    image = Image.new("RGB", (640, 480), (60, 64, 72))
    for row in range(40, 440, 40):
        image.paste((90, 100, 130), (40, row, 40 + (row * 37) % 500, row + 12))
    return image


def page() -> Image.Image:
    levels = np.full((480, 640, 3), 255, np.uint8)
    ink = np.random.default_rng(2).random((480, 640)) < 0.3
    ink[:, :80] = ink[:, 500:] = False
    ink[np.arange(480) % 24 < 14] = False
    levels[ink] = 40
    return Image.fromarray(levels)


@pytest.mark.parametrize("graphic", [screenshot(), page()])
def test_drawings_and_documents_stay_as_they_are(graphic: Image.Image) -> None:
    body = encoded(graphic, "PNG")
    assert enhanced(body).enhancement["kind"] == "graphic"
    assert enhanced_image(body).tobytes() == graphic.tobytes()


def grainy_dark(levels: Levels, seed: int = 8) -> Levels:
    """Return the levels three stops darker, with the noise of an underexposed sensor."""
    noise = np.random.default_rng(seed).normal(0, 0.008, levels.shape)
    return under_light(levels, (0.125,) * 3) + noise


def test_noise_made_visible_by_brightening_is_removed_and_edges_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    true = np.where(np.arange(320)[None, :, None] < 160, 0.25, 0.9) * np.ones((240, 320, 3))
    body = encoded(photo(grainy_dark(true)), "PNG")
    after = np.asarray(enhanced_image(body)).astype(float)
    monkeypatch.setattr("functions.enhance.edit.steps.STEPS", tuple(step for step in STEPS if step is not denoising))
    grainy = np.asarray(enhanced_image(body)).astype(float)
    flat = np.s_[20:220, 200:300]
    assert after[flat].std() < 0.5 * grainy[flat].std()
    step = grainy[:, 161:163].mean() - grainy[:, 157:159].mean()
    assert after[:, 161:163].mean() - after[:, 157:159].mean() > 0.9 * step


def test_a_photo_that_needs_no_brightening_keeps_its_grain() -> None:
    grain = np.random.default_rng(9).normal(0, 0.03, (240, 320, 3))
    assert planned(surfaces() + grain).denoising == 0


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_denoised_strips_have_no_seams(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body = encoded(photo(grainy_dark(surfaces(320, 700))).convert(mode), "PNG")
    in_strips = enhanced(body)
    assert "denoising" in in_strips.enhancement
    monkeypatch.setattr("functions.enhance.edit.render.STRIP_ROWS", 700)
    assert enhanced(body).body == in_strips.body


@pytest.mark.parametrize("noise", [0.01, 0.05])
def test_noise_is_measured_independently_of_detail(noise: float) -> None:
    tiles = surfaces(256, 256).mean(axis=-1)[None] * 0.5
    tiles = tiles + np.random.default_rng(3).normal(0, noise, tiles.shape)
    assert noise_of(tiles) == pytest.approx(noise, rel=0.2)
