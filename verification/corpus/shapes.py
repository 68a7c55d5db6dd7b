"""Animations, extreme sizes, and every format cut short."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial

from PIL import Image

from verification.corpus.file_parts import Make, bmp, jpeg_sized, picture, png, saved, sound

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF")


def _shapes() -> Iterator[tuple[str, Make]]:
    for name in ("GIF", "WEBP", "AVIF", "TIFF"):
        yield f"animated-{name.lower()}", partial(animated, name, 3)
    yield "gif-of-2000-frames", partial(animated, "GIF", 2_000)
    yield "webp-of-200-frames", partial(animated, "WEBP", 200)
    yield "png-65500-wide", lambda: saved(Image.new("RGB", (65_500, 16), "teal"), "PNG")
    yield "png-70000-tall", lambda: saved(Image.new("L", (3, 70_000), 90), "PNG")
    yield "jpeg-65500-tall", lambda: saved(Image.new("RGB", (16, 65_500), "teal"), "JPEG")
    yield "tiff-70000-wide", lambda: saved(Image.new("L", (70_000, 3), 90), "TIFF")
    yield "bmp-upside-down", bmp_upside_down
    yield "one-pixel-jpeg", lambda: saved(Image.new("RGB", (1, 1), "teal"), "JPEG")
    yield "one-pixel-gif", lambda: saved(Image.new("P", (1, 1)), "GIF")
    yield "one-column-png", lambda: saved(Image.new("RGB", (1, 500), "teal"), "PNG")
    yield "png-without-width", lambda: png(0, 48, rows=b"")
    yield "jpeg-without-height", lambda: jpeg_sized(96, 0)
    yield "bmp-of-minus-one", lambda: bmp(-1, -1)
    yield "99-megapixels-of-white", lambda: saved(Image.new("L", (11_000, 9_000), 255), "PNG", compress_level=1)


def animated(name: str, frames: int) -> bytes:
    """An animation, or a file of several pages."""
    images = [picture(48, 32).rotate(number) for number in range(frames)]
    return saved(images[0], name, save_all=True, append_images=images[1:])


def bmp_upside_down() -> bytes:
    """A BMP with its rows from top to bottom, which a negative height says."""
    file = bytearray(sound("BMP"))
    file[22:26] = struct.pack("<i", -64)
    return bytes(file)


def _cuts() -> Iterator[tuple[str, Make]]:
    """Every format, cut at its signature, in its header, at the start, the middle and the end of its pixels."""
    for name in FORMATS:
        for words, share in (("header", 0.02), ("tenth", 0.1), ("half", 0.5), ("last-bytes", 0.98)):
            yield f"{name.lower()}-cut-at-its-{words}", partial(cut, name, share)


def cut(name: str, share: float) -> bytes:
    """The beginning of a photo."""
    whole = sound(name)
    return whole[: max(9, int(len(whole) * share))]


SHAPES = {**dict(_shapes()), **dict(_cuts())}
