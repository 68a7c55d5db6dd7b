"""Files of sixteen bits per sample, made byte by byte for the tests: Pillow makes none in colour. And their reader."""

import struct
import zlib
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Deep = NDArray[np.uint16]

COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
# Adam7: first row and column, and the steps down and across (PNG, third edition, 8.1).
PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))


def deep(levels: NDArray[np.float64]) -> Deep:
    """Return levels from 0 to 1 in sixteen bits."""
    return np.rint(np.clip(levels, 0, 1) * 65535).astype(np.uint16)


def png(samples: Deep, *chunks: tuple[bytes, bytes], interlaced: bool = False, late: Sequence[Any] = ()) -> bytes:
    """Return samples of shape (rows, columns, 1 to 4) as a PNG; chunks go before the pixels, `late` ones after."""
    rows, columns, channels = samples.shape
    header = struct.pack(">2I5B", columns, rows, 16, COLOUR_TYPES[channels], 0, 0, interlaced)
    passes = PASSES if interlaced else ((0, 0, 1, 1),)
    pixels = b"".join(_scanlines(samples[top::down, left::across]) for top, left, down, across in passes)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(pixels)), *late, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _scanlines(samples: Deep) -> bytes:
    return b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples) if samples.size else b""


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def tiff(samples: Deep, order: str = "<", *, planar: bool = False, packed: bool = False, alpha: int = 2) -> bytes:
    """Return samples of shape (rows, columns, 1, 3 or 4) as a TIFF; `alpha` is what a fourth is, by tag 338."""
    rows, columns, channels = samples.shape
    stored = samples.astype(f"{order}u2")
    strips = [np.ascontiguousarray(stored[..., band]) for band in range(channels)] if planar else [stored]
    data = [zlib.compress(strip.tobytes()) if packed else strip.tobytes() for strip in strips]
    starts = np.cumsum([8, *map(len, data)])
    entries: list[tuple[int, str, Sequence[int]]] = [
        (256, "I", [columns]),
        (257, "I", [rows]),
        (258, "H", [16] * channels),
        (259, "H", [8 if packed else 1]),
        (262, "H", [1 if channels == 1 else 2]),
        (273, "I", starts[:-1].tolist()),
        (277, "H", [channels]),
        (278, "I", [rows]),
        (279, "I", list(map(len, data))),
        (284, "H", [2 if planar else 1]),
        *([(338, "H", [alpha])] if channels == 4 else []),
    ]
    directory = int(starts[-1])
    later, values = directory + 6 + 12 * len(entries), b""
    table = struct.pack(f"{order}H", len(entries))
    for tag, kind, numbers in entries:
        value = struct.pack(f"{order}{len(numbers)}{kind}", *numbers)
        if len(value) > 4:
            value, values = struct.pack(f"{order}I", later + len(values)), values + value
        table += struct.pack(f"{order}HHI", tag, {"H": 3, "I": 4}[kind], len(numbers)) + value.ljust(4, b"\0")
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", directory)
    return head + b"".join(data) + table + bytes(4) + values


def samples_of(body: bytes) -> Deep:
    """Return a file's samples as OpenCV reads them, shape (rows, columns, channels): red first, alpha last."""
    read: Any = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_UNCHANGED)
    if read.ndim == 2:
        return np.asarray(read[..., None])
    return np.asarray(read[..., [2, 1, 0, 3][: read.shape[-1]]])
