"""Drawings stay as they are under the automatic preset, also small ones and after compression; photos do not."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from tests.unit.enhance_scenes import encoded, enhanced, landscape, photo


def logo(edge: int = 140, ground: Any = "white") -> Image.Image:
    """Draw an arrow over bars in three flat colours, its edges softened."""
    image = Image.new("RGB", (4 * edge, 4 * edge), ground)
    draw = ImageDraw.Draw(image)
    points = [(0.5, 0.2), (0.8, 0.58), (0.68, 0.58), (0.68, 0.78), (0.32, 0.78), (0.32, 0.58), (0.2, 0.58)]
    draw.polygon([(4 * edge * x, 4 * edge * y) for x, y in points], fill=(22, 42, 88))
    for nth in range(13):
        left = 4 * edge * (0.1 + 0.06 * nth)
        draw.rectangle((left, 3.4 * edge, left + 0.14 * edge, 3.8 * edge), fill=(90, 160, 60))
    return image.resize((edge, edge), Image.Resampling.LANCZOS)


def code(cells: int = 29, cell_edge: int = 7) -> Image.Image:
    """Draw a square of black and white cells, as a QR code has them."""
    cells_set = np.random.default_rng(3).random((cells, cells)) < 0.5
    return Image.fromarray((cells_set * 255).astype(np.uint8).repeat(cell_edge, 0).repeat(cell_edge, 1)).convert("RGB")


def strip() -> Image.Image:
    """Draw a gradient of 36 rows and one column, the background of a button."""
    ramp = np.linspace((250, 250, 252), (180, 190, 205), 36).round().astype(np.uint8)
    return Image.fromarray(ramp[:, None])


def scaled(image: Image.Image, share: float) -> Image.Image:
    return image.resize((round(image.width * share), round(image.height * share)), Image.Resampling.LANCZOS)


def gradient(first: tuple[int, ...], last: tuple[int, ...]) -> Image.Image:
    """Draw a gradient that fills the picture, as behind an interface."""
    ramp = np.linspace(first, last, 240).round().astype(np.uint8)
    return Image.fromarray(np.repeat(ramp[:, None], 320, axis=1))


DRAWINGS: dict[str, Callable[[], Image.Image]] = {
    "logo": logo,
    "logo on a dark ground": lambda: logo(200, (200, 205, 220)),
    "large logo": lambda: logo(300),
    "QR code": code,
    "small QR code": lambda: code(21, 4),
    "strip": strip,
    "lying strip": lambda: strip().transpose(Image.Transpose.ROTATE_90),
    "icon": lambda: logo(32),
    "larger icon": lambda: logo(48),
    "small logo": lambda: logo(64, (235, 225, 200)),
    "scaled QR code": lambda: scaled(code(), 0.62),
    "enlarged QR code": lambda: scaled(code(), 1.3),
    "gradient": lambda: gradient((40, 90, 200), (200, 120, 90)),
    "grey gradient": lambda: gradient((250, 250, 250), (190, 192, 196)),
    "gradient from black": lambda: gradient((4, 4, 10), (90, 20, 120)),
}


@pytest.mark.parametrize("options", [("PNG", {}), ("JPEG", {"quality": 90}), ("JPEG", {"quality": 75})])
@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_stays_as_it_is(name: str, options: tuple[str, dict[str, int]]) -> None:
    notes = enhanced(encoded(DRAWINGS[name](), options[0], **options[1])).enhancement
    assert notes["kind"] == "graphic"
    assert str(notes["summary"]).startswith("Left as it is")


@pytest.mark.parametrize("edge", [48, 140, 640])
@pytest.mark.parametrize("light", [0.3, 1.0])
def test_a_photo_is_no_drawing_however_small(edge: int, light: float) -> None:
    small = photo(landscape() * light).resize((edge, edge * 2 // 3 if edge > 48 else edge))
    assert enhanced(encoded(small, "JPEG", quality=75)).enhancement["kind"] == "photo"


def cut_out(frame: Any) -> Image.Image:
    """Return a textured subject that nearly fills the picture and is cut off below, on a plain ground."""
    image = photo(landscape())
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).ellipse((12, 8, 628, 700), fill=255)
    return Image.composite(image, Image.new(image.mode, image.size, frame), mask)


@pytest.mark.parametrize("quality", [60, 95])
@pytest.mark.parametrize("ground", [255, 253])
def test_a_cut_out_on_white_stays_as_it_is(ground: int, quality: int) -> None:
    body = encoded(cut_out((ground,) * 3), "JPEG", quality=quality)
    assert enhanced(body).enhancement["summary"] == (
        "Left as it is, for it stands on plain white, as a page, a poster or a cut-out does."
    )


def test_a_transparent_cut_out_stays_as_it_is() -> None:
    image = cut_out("black").convert("RGBA")
    image.putalpha(cut_out("black").convert("L").point(lambda level: 255 * (level > 0)))
    assert enhanced(encoded(image, "PNG")).enhancement["kind"] == "cut-out"


def test_a_cut_out_is_a_photo_under_the_preset_photo() -> None:
    body = io.BytesIO(encoded(cut_out("white"), "PNG"))
    result = enhance_photo(body, max_pixels=1_000_000, control=Control("photo"))
    assert result.enhancement["kind"] == "photo"


def test_a_photo_on_grey_is_no_cut_out() -> None:
    assert enhanced(encoded(cut_out((190, 190, 190)), "JPEG", quality=95)).enhancement["kind"] != "cut-out"


@pytest.mark.parametrize("light", [0.3, 0.6])
def test_a_smooth_photo_with_grain_is_no_gradient(light: float) -> None:
    """A wall, or a sky: its grain tells."""
    grain = np.random.default_rng(4).normal(0, 0.012, (240, 320, 1))
    wall = photo(np.linspace(0.8, 1, 240)[:, None, None] * light * np.array([1, 0.95, 0.85]) + grain)
    assert enhanced(encoded(wall, "JPEG", quality=85)).enhancement["kind"] == "photo"
