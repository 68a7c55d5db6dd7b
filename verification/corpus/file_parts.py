"""The parts of malicious files: PNG chunks, JPEG segments, TIFF directories, and sound photos to damage."""

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageCms

Make = Callable[[], bytes]
MEGABYTE = 1_000_000
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# TIFF's types: shorts, longs, rationals, single signed bytes.
SHORT, LONG, RATIONAL, SIGNED_BYTE = 3, 4, 5, 6


def picture(width: int = 96, height: int = 64) -> Image.Image:
    """Return a smooth RGB picture with some grain."""
    grain = np.random.default_rng(1).normal(0, 6, (height, width, 1))
    ramp = np.linspace(40, 200, width)[None, :, None] * np.array([1.0, 0.9, 0.7])
    return Image.fromarray((ramp + grain).clip(0, 255).astype(np.uint8))


def saved(image: Image.Image, name: str, **options: Any) -> bytes:
    """Return an image as a file of a format by Pillow's name."""
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a PNG chunk."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 0, rows: bytes | None = None) -> bytes:
    """Return a PNG of grey zeros, or of the given filtered rows, with more chunks before its pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    pixels = zlib.compress(bytes((width + 1) * height) if rows is None else rows, 1)
    return b"".join([PNG_SIGNATURE, header, *chunks, chunk(b"IDAT", pixels), chunk(b"IEND", b"")])


def segment(marker: int, content: bytes) -> bytes:
    """Return a JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """Return a JPEG with segments right after its start."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


Entry = tuple[int, int, int, int]


def directory(entries: Sequence[Entry], following: int = 0) -> bytes:
    """Return a directory of (tag, type, count, value or offset) and the offset of the next one."""
    packed = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return struct.pack("<H", len(entries)) + packed + struct.pack("<I", following)


def tiff(entries: Sequence[Entry], *, following: int = 0, payload: bytes = b"") -> bytes:
    """Return a little-endian TIFF whose only directory lies at 8, and the payload after it."""
    return b"II*\0" + struct.pack("<I", 8) + directory(entries, following) + payload


def grey_tiff(width: int, height: int, *more: Entry, **options: Any) -> bytes:
    """Return the tags of an uncompressed grey TIFF, with more of them."""
    base: list[Entry] = [(256, LONG, 1, width), (257, LONG, 1, height), (258, SHORT, 1, 8), (259, SHORT, 1, 1)]
    base += [(262, SHORT, 1, 1), (277, SHORT, 1, 1)]
    replaced = {tag for tag, *_ in more}
    return tiff([entry for entry in base if entry[0] not in replaced] + list(more), **options)


def huge_exif(size_bytes: int, tag: int = 274, kind: int = RATIONAL) -> bytes:
    """Return EXIF in which one tag claims to be an array that fills it."""
    unit = 8 if kind == RATIONAL else 1
    return tiff([(tag, kind, (size_bytes - 26) // unit, 26)], payload=b"\1" * (size_bytes - 26))


def sound(name: str) -> bytes:
    """Return a sound photo of a format."""
    return saved(picture(), name)


def bmp(width: int, height: int) -> bytes:
    """A BMP's header without its pixels."""
    return b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)


def jpeg_sized(width: int, height: int) -> bytes:
    """A JPEG whose frame header says another size."""
    jpeg = sound("JPEG")
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def srgb() -> bytes:
    """The profile of sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
