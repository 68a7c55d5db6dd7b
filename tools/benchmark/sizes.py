"""`make bench-sizes`: measures how large copies are, in parts of their sources, by the way the sources are stored."""

import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from rich.console import Console

from darkroom.commands.display import short_path
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from functions.shared.controls import Preset
from verification.benchmarks_document import DOCUMENT, circumstances, table, write_section

EDGE_PIXELS, MAX_PHOTOS = 900, 6
PRESETS: tuple[Preset, ...] = ("none", "auto")
# What a source is made of: its format, the mode or the colours of its palette, and the saver's options.
Source = tuple[str, str | int, Mapping[str, Any]]
SOURCES: Mapping[str, Source] = {
    **{f"JPEG, quality {quality}": ("JPEG", "RGB", {"quality": quality}) for quality in (60, 75, 85, 92, 97)},
    "JPEG, quality 85, progressive": ("JPEG", "RGB", {"quality": 85, "progressive": True}),
    **{f"AVIF, quality {quality}": ("AVIF", "RGB", {"quality": quality}) for quality in (50, 63, 75, 90)},
    **{f"WebP, quality {quality}": ("WEBP", "RGB", {"quality": quality}) for quality in (50, 75, 90)},
    "WebP, lossless": ("WEBP", "RGB", {"lossless": True}),
    "PNG, 200 colours": ("PNG", 200, {}),
    "PNG, 16 colours": ("PNG", 16, {}),
    "PNG, 64 colours, one transparent": ("PNG", 64, {"transparency": 3}),
    "PNG, grey of 2 bits": ("PNG", "L", {"bits": 2}),
    "PNG, grey of 4 bits": ("PNG", "L", {"bits": 4}),
    "PNG, 1 bit": ("PNG", "1", {}),
    "PNG": ("PNG", "RGB", {}),
    "GIF to PNG": ("GIF", 128, {}),
    "TIFF to PNG, 128 colours": ("TIFF", 128, {"compression": "tiff_lzw"}),
    "TIFF to JPEG, JPEG inside": ("TIFF", "YCbCr", {"compression": "jpeg", "quality": 75}),
}
TEXT = """`make bench-sizes`, {circumstances}

Bytes of the copy in parts of the source's, the geometric mean over {count} photos of {edge} pixels. *none* leaves the
pixels as they are, *auto* enhances them.

{table}
"""


def measure_sizes(folder: Path, console: Console) -> None:
    """Measure the copies of the first photos of a folder in each way of storing them, and write the document."""
    photos = [_photo(path) for path in sorted(folder.glob("*.[jp][pn]g"))[:MAX_PHOTOS]]
    rows = []
    for name, source in SOURCES.items():
        bodies = [_stored(photo, *source) for photo in photos]
        rows.append([name, *(f"{_ratio(bodies, preset):.2f}" for preset in PRESETS)])
        console.print("  ".join(rows[-1]))
    text = TEXT.format(
        circumstances=circumstances("pillow"),
        count=len(photos),
        edge=EDGE_PIXELS,
        table=table(["source", *PRESETS], rows),
    )
    write_section(DOCUMENT, "Sizes", text)
    console.print(f"Written: {short_path(DOCUMENT)}")


def _photo(path: Path) -> Image.Image:
    with Image.open(path) as image:
        photo = image.convert("RGB")
    photo.thumbnail((EDGE_PIXELS, EDGE_PIXELS))
    return photo


def _stored(photo: Image.Image, file_format: str, mode: str | int, options: Mapping[str, Any]) -> bytes:
    image = photo.quantize(mode) if isinstance(mode, int) else photo.convert(mode)
    body = io.BytesIO()
    image.save(body, file_format, **options)
    return body.getvalue()


def _ratio(bodies: Sequence[bytes], preset: Preset) -> float:
    ratios = [len(_copy(body, preset)) / len(body) for body in bodies]
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def _copy(body: bytes, preset: Preset) -> bytes:
    return enhance_photo(io.BytesIO(body), max_pixels=10**8, control=Control(preset)).body
