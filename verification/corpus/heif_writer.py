"""Writes HEIFs and AVIFs of any items, box by box (ISO/IEC 14496-12 and 23008-12)."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from verification.corpus.boxes import box

Property = tuple[bytes, bytes]
# Its type, and the items that it leads to.
Reference = tuple[bytes, tuple[int, ...]]
HIDDEN = 1


@dataclass(frozen=True)
class Item:
    """A picture of a file: its type, data, properties and references to others."""

    kind: bytes
    data: bytes
    properties: tuple[Property, ...]
    references: tuple[Reference, ...] = ()
    is_hidden: bool = False


def size_property(width: int, height: int) -> Property:
    """Return the property that names a picture's size."""
    return b"ispe", bytes(4) + struct.pack(">2I", width, height)


def heif_file(items: Sequence[Item], brand: bytes = b"heic", groups: bytes = b"") -> bytes:
    """Return a file of items, numbered from 1 on, the first of which is the photo; `groups` are boxes of its grpl.

    Items whose data is the same object share its place.
    """
    start = box(b"ftyp", brand + bytes(4) + b"mif1" + brand)
    size = len(_meta(items, [0] * len(items), groups))
    parts = list({id(item.data): item.data for item in items}.values())
    ends = np.cumsum([len(start) + size + 8, *map(len, parts)]).tolist()
    places = {id(data): place for data, place in zip(parts, ends[:-1], strict=True)}
    return start + _meta(items, [places[id(item.data)] for item in items], groups) + box(b"mdat", b"".join(parts))


def _meta(items: Sequence[Item], places: Sequence[int], groups: bytes) -> bytes:
    entries = b"".join(_entry(number, item) for number, item in enumerate(items, 1))
    found = [(number, place, item) for number, (place, item) in enumerate(zip(places, items, strict=True), 1)]
    iloc = b"".join(struct.pack(">HHHII", number, 0, 1, place, len(item.data)) for number, place, item in found)
    refers = b"".join(_references(number, item) for number, item in enumerate(items, 1))
    parts = [
        box(b"hdlr", bytes(8) + b"pict" + bytes(13)),
        box(b"pitm", bytes(4) + struct.pack(">H", 1)),
        box(b"iinf", bytes(4) + struct.pack(">H", len(items)) + entries),
        box(b"iref", bytes(4) + refers) if refers else b"",
        _properties(items),
        box(b"iloc", bytes(4) + b"\x44\0" + struct.pack(">H", len(items)) + iloc),
        box(b"grpl", groups) if groups else b"",
    ]
    return box(b"meta", bytes(4) + b"".join(parts))


def _entry(number: int, item: Item) -> bytes:
    return box(b"infe", struct.pack(">BBHHH", 2, 0, HIDDEN * item.is_hidden, number, 0) + item.kind + b"\0")


def _references(number: int, item: Item) -> bytes:
    return b"".join(
        box(kind, struct.pack(f">HH{len(others)}H", number, len(others), *others)) for kind, others in item.references
    )


def _properties(items: Sequence[Item]) -> bytes:
    kept = b"".join(box(kind, content) for item in items for kind, content in item.properties)
    table, before = b"", 0
    for number, item in enumerate(items, 1):
        indices = bytes(0x80 | before + nth for nth in range(1, len(item.properties) + 1))
        table += struct.pack(">HB", number, len(indices)) + indices
        before += len(indices)
    return box(b"iprp", box(b"ipco", kept) + box(b"ipma", bytes(4) + struct.pack(">I", len(items)) + table))
