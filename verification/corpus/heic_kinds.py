"""HEICs of every bit depth and sampling, written box by box (ISO/IEC 23008-12)."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verification.corpus.heif_writer import Item, Property, Reference, heif_file, size_property
from verification.corpus.raw_hevc import SHARED, Samples, configuration, parameter_sets, slices

MONOCHROME, HALF, HALF_ACROSS, FULL = 0, 1, 2, 3
# Red and blue in luma, by matrix coefficients (ITU-T H.273, table 4).
LUMA = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
SRGB, SRGB_CURVE, BT_601 = 1, 13, 6
ALPHA: Property = (b"auxC", bytes(4) + b"urn:mpeg:hevc:2015:auxid:1\0")


@dataclass(frozen=True)
class Coded:
    """How a picture's colours are coded: its chroma format, bit depth and code points."""

    idc: int = FULL
    depth: int = 8
    primaries: int = SRGB
    transfer: int = SRGB_CURVE
    matrix: int = BT_601
    is_full_range: bool = True

    def planes(self, shares: NDArray[np.float64]) -> list[Samples]:
        """Return the samples of shares of shape (rows, columns, 1 or 3)."""
        red, blue = LUMA[self.matrix]
        luma = shares @ [red, 1 - red - blue, blue] if shares.shape[-1] == 3 else shares[..., 0]
        if self.idc == MONOCHROME:
            return [self._levels(luma, is_colour=False)]
        across, down = SHARED[self.idc]
        colours = [(shares[..., 2] - luma) / (2 - 2 * blue), (shares[..., 0] - luma) / (2 - 2 * red)]
        fewer = [part.reshape(len(part) // down, down, -1, across).mean(axis=(1, 3)) for part in colours]
        return [self._levels(luma, is_colour=False), *(self._levels(part, is_colour=True) for part in fewer)]

    def _levels(self, part: NDArray[np.float64], *, is_colour: bool) -> Samples:
        top, scale = 2**self.depth - 1, 2 ** (self.depth - 8)
        start = 128 * scale if is_colour else (0 if self.is_full_range else 16 * scale)
        span = top if self.is_full_range else (224 if is_colour else 219) * scale
        return np.asarray(np.rint(part * span + start).clip(0, top), np.uint16)

    @property
    def nclx(self) -> Property:
        """The property that names the code points."""
        numbers = struct.pack(">3HB", self.primaries, self.transfer, self.matrix, self.is_full_range << 7)
        return b"colr", b"nclx" + numbers


def heic(
    shares: NDArray[np.float64], coded: Coded, more: Sequence[Property] = (), alpha: NDArray[np.float64] | None = None
) -> bytes:
    """Return shares of white, shape (rows, columns, 1 or 3), as a HEIC whose picture has more properties."""
    items = [coded_picture(shares, coded, (coded.nclx, *more))]
    if alpha is not None:
        items.append(coded_picture(alpha, Coded(MONOCHROME, coded.depth), (ALPHA, *more), ((b"auxl", (1,)),)))
    return heif_file(items)


def coded_picture(
    shares: NDArray[np.float64], coded: Coded, more: Sequence[Property] = (), references: Sequence[Reference] = ()
) -> Item:
    """Return shares of white as an item of a file."""
    planes = coded.planes(shares)
    size = (shares.shape[1], shares.shape[0])
    sets = parameter_sets(size, coded.idc, coded.depth)
    bits = bytes(4) + bytes([len(planes), *[coded.depth] * len(planes)])
    known = ((b"hvcC", configuration(sets, coded.idc, coded.depth)), size_property(*size))
    units = b"".join(struct.pack(">I", len(unit)) + unit for unit in slices(planes, coded.idc, coded.depth))
    return Item(b"hvc1", units, (*known, (b"pixi", bits), *more), tuple(references))
