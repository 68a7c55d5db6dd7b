"""BMPs with bit fields, written byte by byte: Pillow makes none."""

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

EMBEDDED = b"DEBM"


def bmp(pixels: NDArray[Any], masks: tuple[int, ...], *, header_bytes: int = 124, profile: bytes = b"") -> bytes:
    """Return pixels of shape (rows, columns, bytes or one number) as a BMP with bit fields."""
    rows, columns = pixels.shape[:2]
    data = np.ascontiguousarray(pixels[::-1]).tobytes()
    bits = pixels[0, 0].nbytes * 8
    header = struct.pack(
        "<LllHHLLllLL", header_bytes, columns, rows, 1, bits, 3 if bits != 24 else 0, len(data), 0, 0, 0, 0
    )
    header += struct.pack("<4L", *masks) + (EMBEDDED if profile else b"BGRs") + bytes(48)
    header += struct.pack("<4L", 4, header_bytes + len(data), len(profile), 0)
    start = 14 + header_bytes
    whole = start + len(data) + len(profile)
    return b"BM" + struct.pack("<LHHL", whole, 0, 0, start) + header[:header_bytes] + data + profile
