"""JPEGs whose pixels are damaged where their decoder only warns, and TIFFs where it prints: each is corrupt."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial
from typing import Any

from verification.corpus.file_parts import Make, picture, saved

HOLE_BYTES = 512


def with_hole(**options: Any) -> bytes:
    """Return a JPEG with zeros in the middle of its pixels, as a lost block of a disk leaves them."""
    whole = saved(picture(320, 240), "JPEG", quality=92, **options)
    middle = len(whole) // 2
    return whole[:middle] + bytes(HOLE_BYTES) + whole[middle + HOLE_BYTES :]


def without_part(**options: Any) -> bytes:
    """Return a JPEG that lacks a part of its pixels."""
    whole = saved(picture(320, 240), "JPEG", quality=92, **options)
    middle = len(whole) // 2
    return whole[:middle] + whole[middle + HOLE_BYTES :]


def tiff_of_noise(compression: str) -> bytes:
    """Return a TIFF whose compressed pixels are no such thing."""
    whole = saved(picture(), "TIFF", compression=compression)
    (size,) = struct.unpack_from("<I", whole, whole.index(struct.pack("<HHI", 279, 4, 1)) + 8)
    return whole[:8] + b"\xaa" * int(size) + whole[8 + int(size) :]


JPEGS: dict[str, dict[str, Any]] = {
    "baseline": {},
    "full-colour": {"subsampling": 0},
    "restarts": {"restart_marker_rows": 1},
}


def _damaged() -> Iterator[tuple[str, Make]]:
    for name, options in JPEGS.items():
        yield f"jpeg-{name}-with-a-hole", partial(with_hole, **options)
        yield f"jpeg-{name}-without-a-part", partial(without_part, **options)
    for compression in ("tiff_adobe_deflate", "tiff_lzw"):
        yield f"tiff-of-noise-in-{compression.replace('_', '-')}", partial(tiff_of_noise, compression)


DAMAGED = dict(_damaged())
