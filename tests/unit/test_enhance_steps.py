"""What the steps decide for photos whose faults are known."""

import numpy as np
import pytest
from PIL import Image

from functions.enhance.colour import to_coded, to_linear
from functions.enhance.denoise import noise_of
from functions.enhance.draft import Draft
from functions.enhance.illuminant import cast_of
from functions.enhance.scene import survey
from functions.enhance.steps import STEPS, Step, decide, denoising, exposure, midtones, white_balance
from tests.unit.enhance_scenes import Levels, encoded, enhanced, enhanced_image, photo, surfaces


def drafted(levels: Levels) -> Draft:
    return decide(survey(photo(levels), None), 256)


def under_light(levels: Levels, gains: tuple[float, float, float]) -> Levels:
    return to_coded(np.clip(to_linear(levels) * np.array(gains), 0, 1))


def greyness(levels: Levels, true_colours: Levels) -> float:
    """Return how far from grey, in levels, those pixels are on average that are grey in truth."""
    grey = (np.ptp(true_colours, axis=-1) < 0.05) & (true_colours.mean(axis=-1) > 0.2)
    grey &= true_colours.mean(axis=-1) < 0.7
    return float(np.ptp(levels[grey], axis=-1).mean() * 255)


CASTS = {"warm": (1.4, 1.0, 0.6), "cool": (0.75, 1.0, 1.35), "green": (0.9, 1.15, 0.8)}


@pytest.mark.parametrize("name", CASTS)
def test_a_cast_is_taken_out(name: str) -> None:
    true_colours = surfaces()
    cast = under_light(true_colours, CASTS[name])
    result = enhanced(encoded(photo(cast), "PNG"))
    after = np.asarray(enhanced_image(encoded(photo(cast), "PNG"))) / 255
    assert greyness(after, true_colours) < 0.5 * greyness(cast, true_colours)
    assert f"{name} cast" in str(result.enhancement["white_balance"])


def test_a_neutral_photo_keeps_its_colours() -> None:
    assert "white_balance" not in drafted(surfaces()).notes


def test_a_flower_among_leaves_is_no_cast() -> None:
    """All its colours lean to blue, and none of them would turn neutral."""
    rng = np.random.default_rng(6)
    petals, leaves = np.array([0.55, 0.3, 0.95]), np.array([0.05, 0.12, 0.2])
    is_petal = rng.random((24, 32, 1)) < 0.4
    flower = np.where(is_petal, petals, leaves) * rng.uniform(0.6, 1.05, (24, 32, 1))
    draft = drafted(np.clip(flower.repeat(10, axis=0).repeat(10, axis=1) + rng.normal(0, 0.005, (240, 320, 1)), 0, 1))
    assert np.abs(cast_of(draft.scene.thumbnail, draft.scene.opaque)).max() > 0.3
    assert "white_balance" not in draft.notes


def test_a_toned_print_keeps_its_tone() -> None:
    sepia = surfaces().mean(axis=-1, keepdims=True) * np.array([1.0, 0.86, 0.68])
    draft = drafted(sepia)
    assert np.abs(cast_of(draft.scene.thumbnail, draft.scene.opaque)).max() > 0.3
    assert "white_balance" not in draft.notes


def test_a_colourful_subject_is_no_cast() -> None:
    rng = np.random.default_rng(3)
    orange = np.array([1.0, 0.5, 0.15]) * rng.uniform(0.1, 1, (30, 40, 1)).repeat(8, axis=0).repeat(8, axis=1)
    sunset = orange + rng.normal(0, 0.01, orange.shape)
    sunset[-60:] = np.array([0.25, 0.05, 0.01])
    assert "white_balance" not in drafted(np.clip(sunset, 0, 1)).notes


@pytest.mark.parametrize("stops", [-1.0, -2.0, -3.0])
def test_a_dark_photo_comes_near_to_its_right_exposure(stops: float) -> None:
    right = surfaces()
    dark = under_light(right, (2**stops,) * 3)
    after = np.asarray(enhanced_image(encoded(photo(dark), "PNG"))) / 255
    assert dark.mean() < after.mean()
    assert np.abs(after - right).mean() < 0.4 * np.abs(dark - right).mean()


def test_a_lens_cap_stays_black() -> None:
    noise = np.random.default_rng(1).uniform(0, 0.02, (240, 320, 3))
    assert np.asarray(enhanced_image(encoded(photo(noise), "PNG"))).max() <= 0.03 * 255


def test_lifted_blacks_are_lowered() -> None:
    hazy = 0.25 + 0.75 * surfaces()
    after = np.asarray(enhanced_image(encoded(photo(hazy), "PNG"))) / 255
    assert np.percentile(after, 1) < np.percentile(hazy, 1) - 0.05


def test_faint_colours_of_a_dull_photo_are_strengthened() -> None:
    dull = surfaces() * 0.5
    dull = dull.mean(axis=-1, keepdims=True) + 0.5 * (dull - dull.mean(axis=-1, keepdims=True))
    draft = drafted(dull)
    assert 1 < draft.saturation <= 1.25


def test_a_good_photo_is_left_nearly_alone() -> None:
    good = photo(surfaces(640, 480))
    after = np.asarray(enhanced_image(encoded(good, "PNG"))).astype(float)
    assert np.abs(after - np.asarray(good)).mean() < 1.5


def test_fine_detail_is_crisper_without_halos() -> None:
    rng = np.random.default_rng(5)
    texture = np.clip(surfaces(640, 480) + rng.normal(0, 0.03, (480, 640, 1)), 0, 1)
    texture[:, 300:340] = np.array([0.05])
    texture[:, 320:340] = np.array([0.9])
    before = np.asarray(photo(texture)).astype(float)[..., 1]
    after = np.asarray(enhanced_image(encoded(photo(texture), "PNG"))).astype(float)[..., 1]
    assert np.diff(after[:, :280], axis=1).std() > 1.02 * np.diff(before[:, :280], axis=1).std()
    assert np.abs(after[:, 318:322] - before[:, 318:322]).max() <= 6


def test_small_images_are_not_sharpened() -> None:
    assert drafted(surfaces(320, 240)).sharpening == 0


@pytest.mark.parametrize("step", STEPS)
def test_steps_are_pure(step: Step) -> None:
    draft = Draft.of(survey(photo(0.3 + 0.3 * under_light(surfaces(640, 480), CASTS["warm"])), None), 256)
    curves, thumbnail = draft.curves.copy(), draft.thumbnail.copy()
    first, second = step(draft), step(draft)
    assert first.notes == second.notes != draft.notes or first is draft
    assert (draft.curves == curves).all()
    assert (draft.thumbnail == thumbnail).all()


@pytest.mark.parametrize("levels", [256, 65536])
@pytest.mark.parametrize("seed", range(6))
def test_tone_curves_never_fall(seed: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    faulty = under_light(surfaces(seed=seed), tuple(rng.uniform(0.05, 1.2, 3))) * rng.uniform(0.5, 1)
    draft = decide(survey(photo(faulty + rng.uniform(0, 0.3)), None), levels)
    assert (np.diff(draft.tables.astype(int), axis=0) >= 0).all()


def test_steps_find_nothing_to_do_in_a_good_photo() -> None:
    draft = Draft.of(survey(photo(surfaces()), None), 256)
    assert white_balance(draft) is draft
    assert exposure(draft) is draft


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
def test_drawings_and_documents_stay(graphic: Image.Image) -> None:
    body = encoded(graphic, "PNG")
    assert enhanced(body).enhancement["kind"] == "graphic"
    assert enhanced_image(body).tobytes() == graphic.tobytes()


def grainy_dark(levels: Levels, seed: int = 8) -> Levels:
    """Return the levels three stops darker, with noise as of a sensor that got too little light."""
    noise = np.random.default_rng(seed).normal(0, 0.008, levels.shape)
    return under_light(levels, (0.125,) * 3) + noise


def test_noise_that_brightening_shows_is_taken_out_and_edges_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    true = np.where(np.arange(320)[None, :, None] < 160, 0.25, 0.9) * np.ones((240, 320, 3))
    body = encoded(photo(grainy_dark(true)), "PNG")
    after = np.asarray(enhanced_image(body)).astype(float)
    monkeypatch.setattr("functions.enhance.steps.STEPS", tuple(step for step in STEPS if step is not denoising))
    grainy = np.asarray(enhanced_image(body)).astype(float)
    flat = np.s_[20:220, 200:300]
    assert after[flat].std() < 0.5 * grainy[flat].std()
    step = grainy[:, 161:163].mean() - grainy[:, 157:159].mean()
    assert after[:, 161:163].mean() - after[:, 157:159].mean() > 0.9 * step


def test_a_photo_that_needs_no_brightening_keeps_its_grain() -> None:
    grain = np.random.default_rng(9).normal(0, 0.03, (240, 320, 3))
    assert drafted(surfaces() + grain).denoising == 0


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_denoised_strips_meet_without_a_trace(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body = encoded(photo(grainy_dark(surfaces(320, 700))).convert(mode), "PNG")
    in_strips = enhanced(body)
    assert "denoising" in in_strips.enhancement
    monkeypatch.setattr("functions.enhance.render.STRIP_ROWS", 700)
    assert enhanced(body).body == in_strips.body


@pytest.mark.parametrize("noise", [0.01, 0.05])
def test_noise_is_measured_whatever_the_detail(noise: float) -> None:
    tiles = surfaces(256, 256).mean(axis=-1)[None] * 0.5
    tiles = tiles + np.random.default_rng(3).normal(0, noise, tiles.shape)
    assert noise_of(tiles) == pytest.approx(noise, rel=0.2)


def flat_export(levels: Levels) -> Levels:
    """Return the levels as raw converters export them: low whites, lifted blacks, little between."""
    return 0.12 + 0.5 * levels


def test_a_flat_export_gets_its_blacks_whites_and_midtones() -> None:
    flat = flat_export(surfaces())
    draft = drafted(flat)
    before, after = (np.percentile(levels, [1, 50, 99]) for levels in (flat, draft.thumbnail.clip(0, 1)))
    assert after[0] < before[0] - 0.01
    assert after[1] > before[1]
    assert after[2] - after[0] > 1.2 * (before[2] - before[0])
    assert {"exposure", "contrast", "midtones", "saturation"} <= draft.notes.keys()


def test_midtones_move_neither_black_nor_white() -> None:
    before = Draft.of(survey(photo(flat_export(surfaces())), None), 256)
    after = midtones(before)
    moved = (after.curves - before.curves)[:, 0]
    white = np.percentile(before.thumbnail.max(axis=-1), 99.5)
    assert moved[0] == pytest.approx(0, abs=1e-9)
    assert np.interp(white, before.curves[:, 0], moved) == pytest.approx(0, abs=0.005)
    assert np.interp(white / 2, before.curves[:, 0], moved) > 0.02


def test_neither_night_nor_a_photo_of_full_contrast_is_flat() -> None:
    night = 0.02 + 0.2 * surfaces()
    for levels in (night, surfaces()):
        assert "midtones" not in drafted(levels).notes
