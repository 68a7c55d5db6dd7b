"""Drawings stay as they are under the automatic preset, also small ones and after compression; photos do not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

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


DRAWINGS: dict[str, Callable[[], Image.Image]] = {
    "logo": logo,
    "logo on a dark ground": lambda: logo(200, (200, 205, 220)),
    "large logo": lambda: logo(300),
    "QR code": code,
    "small QR code": lambda: code(21, 4),
    "strip": strip,
    "lying strip": lambda: strip().transpose(Image.Transpose.ROTATE_90),
    "icon": lambda: logo(32),
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
