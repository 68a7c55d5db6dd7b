"""HEICs of every bit depth and sampling, written box by box (ISO/IEC 23008-12)."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verification.corpus.boxes import box
from verification.corpus.raw_hevc import SHARED, Samples, configuration, parameter_sets, slices

MONOCHROME, HALF, HALF_ACROSS, FULL = 0, 1, 2, 3
# Red and blue in luma, by matrix coefficients (ITU-T H.273, table 4).
LUMA = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
SRGB, SRGB_CURVE, BT_601 = 1, 13, 6
ALPHA = b"urn:mpeg:hevc:2015:auxid:1\0"
Property = tuple[bytes, bytes]


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


@dataclass(frozen=True)
class _Item:
    """A coded picture, and its properties."""

    data: bytes
    properties: tuple[Property, ...]


def heic(
    shares: NDArray[np.float64], coded: Coded, more: Sequence[Property] = (), alpha: NDArray[np.float64] | None = None
) -> bytes:
    """Return shares of white, shape (rows, columns, 1 or 3), as a HEIC whose picture has more properties."""
    items = [_item(shares, coded, (coded.nclx, *more))]
    if alpha is not None:
        grey = Coded(MONOCHROME, coded.depth)
        items.append(_item(alpha, grey, ((b"auxC", bytes(4) + ALPHA), *more)))
    return _file(items)


def _item(shares: NDArray[np.float64], coded: Coded, more: tuple[Property, ...]) -> _Item:
    planes = coded.planes(shares)
    size = (shares.shape[1], shares.shape[0])
    sets = parameter_sets(size, coded.idc, coded.depth)
    bits = bytes(4) + bytes([len(planes), *[coded.depth] * len(planes)])
    known = ((b"hvcC", configuration(sets, coded.idc, coded.depth)), (b"ispe", bytes(4) + struct.pack(">2I", *size)))
    units = b"".join(struct.pack(">I", len(unit)) + unit for unit in slices(planes, coded.idc, coded.depth))
    return _Item(units, (*known, (b"pixi", bits), *more))


def _file(items: Sequence[_Item]) -> bytes:
    """Return a file whose first item is the photo, and whose second, if any, is its alpha."""
    start = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    size = len(_meta(items, [0] * len(items)))
    ends = np.cumsum([len(start) + size + 8, *(len(item.data) for item in items)]).tolist()
    return start + _meta(items, ends[:-1]) + box(b"mdat", b"".join(item.data for item in items))


def _meta(items: Sequence[_Item], places: Sequence[int]) -> bytes:
    numbers = range(1, len(items) + 1)
    entries = b"".join(box(b"infe", b"\2\0\0\0" + struct.pack(">HH", number, 0) + b"hvc1\0") for number in numbers)
    found = zip(numbers, places, items, strict=True)
    iloc = b"".join(struct.pack(">HHHII", number, 0, 1, place, len(item.data)) for number, place, item in found)
    refers = box(b"iref", bytes(4) + box(b"auxl", struct.pack(">HHH", 2, 1, 1))) if len(items) > 1 else b""
    parts = [
        box(b"hdlr", bytes(8) + b"pict" + bytes(13)),
        box(b"pitm", bytes(4) + struct.pack(">H", 1)),
        box(b"iinf", bytes(4) + struct.pack(">H", len(items)) + entries),
        refers,
        _properties(items),
        box(b"iloc", bytes(4) + b"\x44\0" + struct.pack(">H", len(items)) + iloc),
    ]
    return box(b"meta", bytes(4) + b"".join(parts))


def _properties(items: Sequence[_Item]) -> bytes:
    kept = b"".join(box(kind, content) for item in items for kind, content in item.properties)
    table, before = b"", 0
    for number, item in enumerate(items, 1):
        indices = bytes(0x80 | before + nth for nth in range(1, len(item.properties) + 1))
        table += struct.pack(">HB", number, len(indices)) + indices
        before += len(indices)
    return box(b"iprp", box(b"ipco", kept) + box(b"ipma", bytes(4) + struct.pack(">I", len(items)) + table))
