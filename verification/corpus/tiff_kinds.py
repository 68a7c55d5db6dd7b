"""TIFFs written byte by byte, of every kind of sample and layout that TIFF 6.0 knows and a camera or scanner writes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[Any]
Tags = dict[int, tuple[int, Sequence[int]]]
Page = tuple[Tags, Sequence[bytes]]

SHORT, LONG, UNDEFINED, LONG8 = 3, 4, 7, 16
TYPES = {SHORT: "H", LONG: "L", UNDEFINED: "B", LONG8: "Q"}
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, LAB = 0, 1, 2, 3, 5, 6, 8
UNSIGNED, SIGNED, FLOAT = 1, 2, 3
UNSPECIFIED, PREMULTIPLIED, ALPHA = 0, 1, 2
NONE, DEFLATE = 1, 8
FLOATS = {32: np.float32, 64: np.float64}


@dataclass(frozen=True)
class Layout:
    """How samples lie in a TIFF; `edge` is that of its tiles, 0 for strips."""

    photometric: int = RGB
    bits: int = 8
    format: int = UNSIGNED
    order: Literal["<", ">"] = "<"
    extra: tuple[int, ...] = ()
    planar: bool = False
    compression: int = NONE
    predictor: int = 1
    fill_order: int = 1
    edge: int = 0
    rows_per_strip: int = 0
    is_big: bool = False
    more: tuple[tuple[int, int, tuple[int, ...]], ...] = ()
    """Further tags: number, type, values."""


def stored(shares: NDArray[np.float64], layout: Layout) -> Samples:
    """Return shares of white, 0 to 1, as the numbers of a file."""
    if layout.format == FLOAT:
        return shares.astype(FLOATS[layout.bits])
    bits = layout.bits - (layout.format == SIGNED)
    width = next(width for width in (8, 16, 32) if layout.bits <= width)
    return np.asarray(np.rint(shares * (2**bits - 1)).astype(f"{'i' if layout.format == SIGNED else 'u'}{width // 8}"))


def tiff_of(samples: Samples, layout: Layout) -> bytes:
    """Return samples of shape (rows, columns, bands) as a TIFF; their values are those that the file holds."""
    return file_of([page_of(samples, layout)], layout)


def page_of(samples: Samples, layout: Layout) -> Page:
    """Return the tags of a page, and its strips or tiles."""
    rows, columns, bands = samples.shape
    tags: Tags = {
        256: (LONG, [columns]),
        257: (LONG, [rows]),
        258: (SHORT, [layout.bits] * bands),
        259: (SHORT, [layout.compression]),
        262: (SHORT, [layout.photometric]),
        266: (SHORT, [layout.fill_order]),
        277: (SHORT, [bands]),
        278: (LONG, [layout.rows_per_strip or rows]),
        284: (SHORT, [2 if layout.planar else 1]),
        317: (SHORT, [layout.predictor]),
        339: (SHORT, [layout.format] * bands),
        **{tag: (kind, values) for tag, kind, values in layout.more},
    }
    if layout.extra:
        tags[338] = (SHORT, layout.extra)
    if layout.edge:
        del tags[278]
        tags |= {322: (SHORT, [layout.edge]), 323: (SHORT, [layout.edge])}
    return tags, [_packed(block, layout) for block in _blocks(samples, layout)]


def _blocks(samples: Samples, layout: Layout) -> Iterator[Samples]:
    """Cut samples into strips or tiles, plane by plane where each band has its own."""
    rows, columns, bands = samples.shape
    down, across = layout.edge or layout.rows_per_strip or rows, layout.edge or columns
    planes = [samples[..., band : band + 1] for band in range(bands)] if layout.planar else [samples]
    for plane in planes:
        for top in range(0, rows, down):
            for left in range(0, columns, across):
                block = plane[top : top + down, left : left + across]
                if layout.edge:
                    missing = ((0, down - block.shape[0]), (0, across - block.shape[1]), (0, 0))
                    block = np.pad(block, missing, mode="edge")
                yield block


def _packed(block: Samples, layout: Layout) -> bytes:
    if layout.predictor == 2:
        block = np.concatenate([block[:, :1], np.diff(block, axis=1)], axis=1).astype(block.dtype)
    data = _row_bytes(block, layout) if layout.predictor != 3 else _float_differences(block, layout)
    data = zlib.compress(data) if layout.compression == DEFLATE else data
    if layout.fill_order == 2:
        data = np.packbits(np.unpackbits(np.frombuffer(data, np.uint8)), bitorder="little").tobytes()
    return data


def _row_bytes(block: Samples, layout: Layout) -> bytes:
    if layout.bits % 8 == 0:
        if layout.bits == 24:
            wide = np.ascontiguousarray(block.astype(f"{layout.order}u4")).view(np.uint8).reshape(-1, 4)
            return wide[:, :3].tobytes() if layout.order == "<" else wide[:, 1:].tobytes()
        return block.astype(block.dtype.newbyteorder(layout.order)).tobytes()
    flat = block.reshape(len(block), -1).astype(np.uint32)
    bits = (flat[..., None] >> np.arange(layout.bits - 1, -1, -1, dtype=np.uint32)) & 1
    return np.packbits(bits.reshape(len(block), -1).astype(np.uint8), axis=1).tobytes()


def _float_differences(block: Samples, layout: Layout) -> bytes:
    """Return rows by the floating point predictor (TIFF Technical Note 3): bytes by significance, then differences."""
    rows, _, bands = block.shape
    width = layout.bits // 8
    shuffled = block.astype(block.dtype.newbyteorder(">")).reshape(rows, -1).view(np.uint8)
    shuffled = shuffled.reshape(rows, -1, width).swapaxes(1, 2).reshape(rows, -1)
    return np.concatenate([shuffled[:, :bands], shuffled[:, bands:] - shuffled[:, :-bands]], axis=1).tobytes()


def file_of(pages: Sequence[Page], layout: Layout, *, is_inner: bool = False) -> bytes:
    """Return a file of pages in this order, or of one page that the others are within (SubIFDs).

    The last lies first in the file, so that each knows where the others are.
    """
    body, places = b"", list[int]()
    for number, (tags, parts) in reversed(list(enumerate(pages))):
        start = (16 if layout.is_big else 8) + len(body)
        within: Tags = {330: (LONG, places[::-1])} if is_inner and not number and places else {}
        after = places[-1] if places and not is_inner else 0
        body += b"".join(parts) + _directory({**tags, **within}, parts, layout, (start, after))
        places.append(start + len(b"".join(parts)))
    mark, order = (b"II" if layout.order == "<" else b"MM"), layout.order
    if layout.is_big:
        return mark + struct.pack(f"{order}HHHQ", 43, 8, 0, places[-1]) + body
    return mark + struct.pack(f"{order}HL", 42, places[-1]) + body


def _directory(tags: Tags, parts: Sequence[bytes], layout: Layout, where: tuple[int, int]) -> bytes:
    """Return the directory behind the strips or tiles that begin at `where[0]`; the next one is at `where[1]`."""
    word, count, slot = ("Q", "Q", 8) if layout.is_big else ("L", "H", 4)
    kind, order, (start, following) = LONG8 if layout.is_big else LONG, layout.order, where
    ends = np.cumsum([start, *map(len, parts)]).tolist()
    offset_tag, size_tag = (324, 325) if layout.edge else (273, 279)
    tags = {**tags, offset_tag: (kind, ends[:-1]), size_tag: (kind, [len(part) for part in parts])}
    later = ends[-1] + struct.calcsize(f"={count}") + len(tags) * (4 + 2 * slot) + slot
    table, values = struct.pack(f"{order}{count}", len(tags)), b""
    for tag, (number_kind, numbers) in sorted(tags.items()):
        value = struct.pack(f"{order}{len(numbers)}{TYPES[number_kind]}", *numbers)
        if len(value) > slot:
            value, values = struct.pack(f"{order}{word}", later + len(values)), values + value
        table += struct.pack(f"{order}HH{word}", tag, number_kind, len(numbers)) + value.ljust(slot, b"\0")
    return table + struct.pack(f"{order}{word}", following) + values
