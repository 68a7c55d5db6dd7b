"""Photos before and after enhancement: each in a column, the original above its enhanced copy."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from darkroom.packaging.repository import ROOT
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import DEFAULT_CONTROL, enhance_photo
from tools.pictures.sample_page import photographed_page

CELL = (480, 320)
GAP_PIXELS = 6
# Neither the light nor the dark background of a page, so that it separates on both.
GAP_COLOUR = (128, 128, 128)
QUALITY = 82
MAX_PIXELS = 10_000_000


@dataclass(frozen=True)
class Sample:
    """A photo, and how it is to be enhanced."""

    content: bytes
    control: Control = DEFAULT_CONTROL


def samples() -> list[Sample]:
    """Return the photos that are shown: one that is dull, one with a colour cast, and a page."""
    photos = [Sample((ROOT / "examples" / name).read_bytes()) for name in ("mountain.jpg", "dogs.jpg")]
    return [*photos, Sample(photographed_page(), Control(preset="document"))]


def write_grid(path: Path) -> None:
    """Write the samples before and after as one JPEG."""
    grid(samples()).save(path, "JPEG", quality=QUALITY, optimize=True)


def grid(shown: list[Sample]) -> Image.Image:
    """Return the samples before and after in one picture."""
    width, height = len(shown) * (CELL[0] + GAP_PIXELS) - GAP_PIXELS, 2 * CELL[1] + GAP_PIXELS
    canvas = Image.new("RGB", (width, height), GAP_COLOUR)
    for column, sample in enumerate(shown):
        left = column * (CELL[0] + GAP_PIXELS)
        canvas.paste(_cell(sample.content), (left, 0))
        canvas.paste(_cell(_enhanced(sample)), (left, CELL[1] + GAP_PIXELS))
    _label(canvas, "before", 0)
    _label(canvas, "after", CELL[1] + GAP_PIXELS)
    return canvas


def _enhanced(sample: Sample) -> bytes:
    return enhance_photo(io.BytesIO(sample.content), max_pixels=MAX_PIXELS, control=sample.control).body


def _cell(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as photo:
        return ImageOps.fit(photo.convert("RGB"), CELL, Image.Resampling.LANCZOS)


def _label(canvas: Image.Image, words: str, top: int) -> None:
    draw = ImageDraw.Draw(canvas)
    draw.rounded_rectangle((10, top + 10, 106, top + 44), radius=8, fill=(24, 24, 24))
    draw.text((58, top + 27), words, fill="white", font=ImageFont.load_default(22), anchor="mm")
