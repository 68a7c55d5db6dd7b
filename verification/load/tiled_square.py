"""Large photos that are quick to write: a square of equal tiles.

Where a format's parts stand alone (the strips of a TIFF, the blocks of a PNG's stream, the items of a HEIC), the bytes
of one tile or row of tiles are repeated too.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass, replace
from functools import cached_property
from struct import pack
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from verification.corpus.derived_pictures import grid
from verification.corpus.file_parts import PNG_SIGNATURE, chunk
from verification.corpus.heic_kinds import HALF, Coded, coded_picture
from verification.corpus.heif_writer import heif_file
from verification.corpus.tiff_kinds import DEFLATE, Layout, file_of, page_of
from verification.load.cost_photos import camera_photo

Pixels = NDArray[Any]
TIFF_ROWS = 257
PNG_COLOUR_TYPES = {3: 2, 4: 6}
# A HEIC's tiles in a row; they share one picture's data. Its blocks are of 32 pixels.
HEIC_TILES, HEIC_BLOCK = 3, 32


@dataclass(frozen=True)
class Square:
    """A square of `times` by `times` tiles, each of `edge` by `edge` pixels."""

    edge: int
    times: int

    @property
    def pixels(self) -> int:
        """How many the square has."""
        return (self.edge * self.times) ** 2

    @cached_property
    def tile(self) -> Pixels:
        """A camera's picture, of 8 bits RGB."""
        return np.asarray(Image.open(io.BytesIO(camera_photo((self.edge, self.edge), seed=1))))

    @property
    def transparent_tile(self) -> Pixels:
        """The same with an alpha that falls from the middle to the left."""
        alpha = np.linspace(60, 450, self.edge).clip(0, 255).astype(np.uint8)
        return np.dstack([self.tile, np.broadcast_to(alpha, self.tile.shape[:2])])

    @property
    def tile_of_inks(self) -> Pixels:
        """The same in four inks."""
        return np.asarray(Image.fromarray(self.tile).convert("CMYK"))

    def filled_with(self, tile: Pixels, mode: str = "") -> Image.Image:
        """Return the square of a tile, by default RGB or RGBA."""
        whole = Image.fromarray(tile) if not mode else Image.frombytes(mode, tile.shape[1::-1], tile.tobytes())
        row = Image.new(whole.mode, (self.edge * self.times, self.edge))
        for number in range(self.times):
            row.paste(whole, (number * self.edge, 0))
        square = Image.new(whole.mode, (row.width, row.width))
        for number in range(self.times):
            square.paste(row, (0, number * self.edge))
        return square

    def png(self, tile: Pixels, depth: int, *chunks: bytes) -> bytes:
        """Return a PNG of 8 or 16 bits, with more chunks before its pixels."""
        side = self.edge * self.times
        header = pack(">IIBBBBB", side, side, depth, PNG_COLOUR_TYPES[tile.shape[-1]], 0, 0, 0)
        packer = zlib.compressobj(1, wbits=-15)
        rows = self._rows(tile, depth)
        block = packer.compress(rows) + packer.flush(zlib.Z_FULL_FLUSH)
        check = 1
        for _ in range(self.times):
            check = zlib.adler32(rows, check)
        pixels = b"\x78\x01" + block * self.times + b"\x03\x00" + pack(">I", check)
        parts = [chunk(b"IHDR", header), *chunks, chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
        return PNG_SIGNATURE + b"".join(parts)

    def _rows(self, tile: Pixels, depth: int) -> bytes:
        """Return a row of tiles as PNG's rows, unfiltered."""
        wide = self._wide(tile, depth).astype(f">u{depth // 8}").reshape(self.edge, -1)
        return np.hstack([np.zeros((self.edge, 1), np.uint8), wide.view(np.uint8)]).tobytes()

    def _wide(self, tile: Pixels, depth: int) -> Pixels:
        deep = tile.astype(np.uint16) * 257 if depth == 16 else tile
        return np.tile(deep, (1, self.times, 1))

    def tiff(self, tile: Pixels, layout: Layout) -> bytes:
        """Return a TIFF of 8 or 16 bits, a strip for each row of tiles."""
        layout = replace(layout, compression=DEFLATE)
        tags, [strip] = page_of(self._wide(tile, layout.bits), layout)
        kind, _ = tags[TIFF_ROWS]
        return file_of([({**tags, TIFF_ROWS: (kind, [self.edge * self.times])}, [strip] * self.times)], layout)

    def heic(self, depth: int) -> bytes:
        """Return a HEIC whose grid has one coded picture in every place, cut off at the square's size."""
        side = self.edge * self.times
        edge = -(-side // HEIC_TILES // HEIC_BLOCK) * HEIC_BLOCK
        across = -(-side // edge)
        shares = np.asarray(Image.fromarray(self.tile).resize((edge, edge))) / 255
        coded = coded_picture(shares, Coded(HALF, depth), [Coded().nclx])
        return heif_file(grid([coded] * across**2, across, (side, side)))
