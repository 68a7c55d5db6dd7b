"""Writes PNGs of 16 bits per sample (W3C, Portable Network Graphics, third edition).

Pillow can write only grey ones; OpenCV writes no grey with alpha, no resolution, and no edge over 1,000,000 pixels.
"""

import io
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin

from functions.enhance.arrays import Levels

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# By the number of channels, including alpha.
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
# Each byte is stored as its difference from the one above: photos of 16 bits compress as well as by choosing per row.
FILTER_UP = 2
# Low bytes are noise: higher levels take twice the time and save a few percent of the size.
COMPRESSION_LEVEL = 4
STRIP_ROWS = 64


def sixteen_bit_png(colours: Levels, alpha: Levels | None, saved_with: Mapping[str, Any]) -> bytes:
    """Return the file for 16-bit levels, shape (rows, columns, channels); `saved_with` is for Pillow's savers."""
    rows, columns, channels = colours.shape
    colour_type = COLOUR_TYPES[channels + (alpha is not None)]
    body = io.BytesIO()
    body.write(SIGNATURE)
    PngImagePlugin.putchunk(body, b"IHDR", struct.pack(">2I5B", columns, rows, 16, colour_type, 0, 0, 0))
    for name, data in _metadata_chunks(saved_with):
        PngImagePlugin.putchunk(body, name, data)
    for data in filter(None, _compressed(colours, alpha)):
        PngImagePlugin.putchunk(body, b"IDAT", data)
    PngImagePlugin.putchunk(body, b"IEND")
    return body.getvalue()


def _metadata_chunks(saved_with: Mapping[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the metadata chunks, as Pillow writes them for any picture."""
    for name, data, _crc in PngImagePlugin.getchunks(Image.new("L", (1, 1)), **saved_with):
        if name not in {b"IHDR", b"IDAT", b"IEND"}:
            yield name, data


def _compressed(colours: Levels, alpha: Levels | None) -> Iterator[bytes]:
    compressor = zlib.compressobj(COMPRESSION_LEVEL)
    above = np.uint8(0)
    for top in range(0, len(colours), STRIP_ROWS):
        strip = colours[top : top + STRIP_ROWS]
        if alpha is not None:
            strip = np.concatenate([strip, alpha[top : top + STRIP_ROWS]], axis=-1)
        stored = strip.astype(">u2").reshape(len(strip), -1).view(np.uint8)
        filtered = np.empty((stored.shape[0], stored.shape[1] + 1), np.uint8)
        filtered[:, 0], filtered[:, 1:] = FILTER_UP, stored
        filtered[1:, 1:] -= stored[:-1]
        filtered[0, 1:] -= above
        above = stored[-1]
        yield compressor.compress(filtered.data)
    yield compressor.flush()
