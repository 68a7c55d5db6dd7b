"""Presets and strength: what they change, what they leave alone, and how the summary describes it."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from functions.enhance.analysis.scene import survey
from functions.enhance.edit.edit_plan import EditPlan, Note
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


@pytest.mark.parametrize(
    ("notes", "strength", "expected"),
    [
        ({"kind": "photo", "exposure": "+1.3 stops"}, 100, "Adjusted the exposure (+1.3 stops)."),
        (
            {"kind": "photo", "white_balance": "warm cast", "exposure": "+1 stops", "sharpening": "detail +30%"},
            100,
            "Corrected the white balance (warm cast), adjusted the exposure (+1 stops) and sharpened fine detail "
            "(+30%).",
        ),
        (
            {"exposure": "+1 stops", "dehazing": "by half"},
            30,
            "Adjusted the exposure (+1 stops) and changed the dehazing (by half); of all this, 30% was carried out.",
        ),
        ({"kind": "photo"}, 100, "Left as it is, for nothing in it needs help."),
        ({}, 100, "Left as it is."),
    ],
)
def test_notes_become_one_sentence(notes: dict[str, Note], strength: int, expected: str) -> None:
    assert sentence(notes, strength) == expected


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_a_phrase(step: object) -> None:
    name = getattr(step, "__name__", "")
    assert f"Changed the {name.replace('_', ' ')}" not in sentence({name: "so"})
