"""Presets and strength: what they change, what they leave alone, and how the summary describes it."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from functions.enhance.analysis.correction import Correction
from functions.enhance.analysis.scene import survey
from functions.enhance.edit.edit_plan import EditPlan, Note
from functions.enhance.edit.plain_words import CHANGES
from functions.enhance.edit.presets import Control
from functions.enhance.edit.steps import STEPS, decide
from functions.enhance.edit.summary import sentence
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from functions.shared.controls import Preset
from tests.unit.enhance_scenes import difference, encoded, photo, surfaces

DULL = photo(0.1 + 0.35 * surfaces(640, 480))
FLAT = Image.new("RGB", (640, 480), (70, 60, 50))
FLAT.paste((30, 30, 60), (100, 100, 300, 400))


def enhanced_by(image: Image.Image, preset: Preset = "auto", strength: int = 100) -> EnhancedPhoto:
    body = io.BytesIO(encoded(image, "PNG"))
    return enhance_photo(body, max_pixels=1_000_000, control=Control(preset, strength))


def pixels_of(result: EnhancedPhoto) -> Image.Image:
    image = Image.open(io.BytesIO(result.body))
    image.load()
    return image


def test_the_change_is_proportional_to_the_strength() -> None:
    moved = [difference(DULL, pixels_of(enhanced_by(DULL, strength=strength))) for strength in (0, 25, 50, 75, 100)]
    assert moved[0] == 0
    assert moved == sorted(moved)
    assert moved[2] == pytest.approx(moved[4] / 2, rel=0.1)


def test_full_strength_is_the_default() -> None:
    plain = enhance_photo(io.BytesIO(encoded(DULL, "PNG")), max_pixels=1_000_000)
    assert enhanced_by(DULL).body == plain.body


@pytest.mark.parametrize("levels", [256, 65536])
def test_strength_scales_every_decision(levels: int) -> None:
    decided = decide(survey(np.asarray(DULL)), levels)
    assert not decided.keeps_levels
    edit_plan = replace(decided, saturation=1.2, denoising=0.01, sharpening=0.3)
    half, nothing = edit_plan.at_strength(0.5), edit_plan.at_strength(0)
    assert nothing.is_empty
    assert (half.saturation - 1, half.sharpening, half.denoising) == pytest.approx(
        ((edit_plan.saturation - 1) / 2, edit_plan.sharpening / 2, edit_plan.denoising / 2)
    )
    identity = EditPlan.of(edit_plan.scene, levels).curves
    # numpy's comparison: pytest.approx takes a second for 65,536 levels.
    assert np.allclose(half.curves, (identity + edit_plan.curves.clip(0, 1)) / 2, rtol=1e-6, atol=1e-12)


def test_a_graphic_stays_unless_the_preset_is_photo() -> None:
    assert pixels_of(enhanced_by(FLAT)).tobytes() == FLAT.tobytes()
    as_photo = enhanced_by(FLAT, "photo")
    assert as_photo.enhancement["kind"] == "photo"
    assert difference(FLAT, pixels_of(as_photo)) > 10


def test_a_fully_transparent_picture_stays_under_the_preset_photo() -> None:
    image = FLAT.convert("RGBA")
    image.putalpha(0)
    assert pixels_of(enhanced_by(image, "photo")).tobytes() == image.tobytes()


def test_the_preset_none_keeps_the_pixels() -> None:
    result = enhanced_by(DULL, "none")
    assert pixels_of(result).tobytes() == DULL.tobytes()
    assert result.enhancement["summary"] == "Left as it is, as was asked for."


def test_the_record_holds_preset_and_strength() -> None:
    enhancement = enhanced_by(DULL, "photo", 60).enhancement
    assert (enhancement["preset"], enhancement["strength_percent"]) == ("photo", 60)
    assert str(enhancement["summary"]).endswith("; of all this, 60% was carried out.")
    assert enhanced_by(DULL, strength=0).enhancement["summary"] == "Left as it is, for strength 0 was asked for."


def test_the_recorded_brightness_is_that_of_the_copy() -> None:
    enhancement = enhanced_by(DULL, strength=50).enhancement
    half = pixels_of(enhanced_by(DULL, strength=50)).convert("L")
    assert enhancement["brightness_after_percent"] == pytest.approx(np.asarray(half).mean() / 2.55, abs=1)


def told(correction: Correction, *steps: str, strength: int = 100) -> str:
    """Return the sentence about a photo for which these steps did something."""
    return sentence({"kind": "photo", **dict.fromkeys(steps, "so much")}, correction, strength)


@pytest.mark.parametrize(
    ("correction", "expected"),
    [
        ({"exposure_stops": 0.1}, "A little brighter."),
        ({"exposure_stops": -0.1}, "A little darker."),
        ({"exposure_stops": 0.6}, "Brighter by half a stop."),
        ({"exposure_stops": -1.1}, "Darker by a stop."),
        ({"exposure_stops": 2.9}, "Brighter by three stops."),
        ({"exposure_stops": 4.4}, "Brighter by more than three stops."),
        ({"power": 0.95}, "Slightly lighter midtones."),
        ({"power": 1.3}, "Darker midtones."),
        ({"red_stops": -0.1, "blue_stops": 0.05}, "A slight warm tint taken out."),
        ({"red_stops": 0.3, "blue_stops": -0.2}, "The cool tint taken out."),
        ({"red_stops": 0.5, "blue_stops": 0.5}, "A strong green tint taken out."),
        ({"red_stops": -0.1, "blue_stops": -0.1}, "A slight magenta tint taken out."),
        ({"black": 0.02}, "Slightly deeper blacks."),
        ({"black": 0.05}, "Deeper blacks."),
        ({"black": 0.2}, "Much deeper blacks."),
        ({"contrast": 0.1}, "A little more contrast."),
        ({"contrast": -0.3}, "Less contrast."),
        ({"contrast": 0.5}, "Much more contrast."),
        ({"saturation": 1.05}, "Slightly stronger colours."),
        ({"saturation": 0.8}, "Calmer colours."),
    ],
)
def test_each_correction_has_plain_words(correction: dict[str, float], expected: str) -> None:
    steps = {
        "exposure_stops": "exposure",
        "power": "midtones",
        "red_stops": "white_balance",
        "blue_stops": "white_balance",
        "black": "black_point",
        "contrast": "contrast",
        "saturation": "saturation",
    }
    assert told(Correction(**correction), *{steps[name] for name in correction}) == expected


def test_the_words_of_several_changes_are_one_sentence() -> None:
    correction = Correction(exposure_stops=1, red_stops=-0.3, blue_stops=0.2, contrast=0.1)
    told_so = told(correction, "white_balance", "exposure", "contrast")
    assert told_so == "Brighter by a stop, the warm tint taken out and a little more contrast."


def test_of_many_changes_the_four_most_visible_are_told() -> None:
    correction = Correction(
        exposure_stops=1, red_stops=-0.3, blue_stops=0.2, black=0.1, power=1.02, contrast=0.4, saturation=1.03
    )
    steps = ("white_balance", "exposure", "black_point", "midtones", "contrast", "saturation", "sharpening")
    assert told(correction, *steps) == (
        "Brighter by a stop, the warm tint taken out, much deeper blacks, much more contrast and smaller touches."
    )


def test_a_change_without_words_is_told_by_its_name() -> None:
    correction = Correction(exposure_stops=1)
    assert told(correction, "exposure", "local_lift") == "Brighter by a stop and the local lift changed."


def test_part_of_a_change_is_told_as_part() -> None:
    correction = Correction(exposure_stops=1)
    assert told(correction, "exposure", strength=30) == "Brighter by a stop; of all this, 30% was carried out."


@pytest.mark.parametrize(
    ("notes", "expected"),
    [({"kind": "photo"}, "Left as it is, for nothing in it needs help."), ({}, "Left as it is.")],
)
def test_a_photo_without_changes_is_left_as_it_is(notes: dict[str, Note], expected: str) -> None:
    assert sentence(notes, Correction()) == expected


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_words(step: object) -> None:
    assert getattr(step, "__name__", "") in CHANGES
