"""The items of a HEIF or AVIF and how they refer to each other (ISO/IEC 14496-12, 8.11, and ISO/IEC 23008-12)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from functions.shared.imaging.box_reader import FULL_BOX_BYTES, Box, boxes_in, content_of, inner_box
from functions.shared.imaging.item_properties import item_number

HIDDEN = 1
MAX_REFERENCES = 2**16
# How deep pictures are made of pictures.
MAX_DEPTH = 4
TONE_MAP = b"tmap"
ALTERNATIVES = b"altr"
# What the names of alpha's kind contain: of AVIF, HEVC, and the standard.
ALPHA_NAMES = (b"alpha", b"auxid:1")


@dataclass
class HeifItems:
    """What a box meta says: the primary item, types by item, hidden ones, references by type, and groups by type.

    A reference is a pair of items: from and to. `auxiliary` holds the names of the kinds of auxiliary pictures.
    """

    primary: int = 0
    types: dict[int, bytes] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    references: dict[bytes, list[tuple[int, int]]] = field(default_factory=dict)
    groups: list[tuple[bytes, set[int]]] = field(default_factory=list)
    auxiliary: list[bytes] = field(default_factory=list)

    @property
    def alternatives(self) -> set[int]:
        """The items that hold the photo, encoded otherwise, it among them; empty where there are none."""
        return {item for kind, group in self.groups if kind == ALTERNATIVES and self.primary in group for item in group}

    def parts_of(self, *items: int) -> list[int]:
        """Return these items and those that they are made of, at any depth; a gain map is no part of its photo."""
        parts = dict.fromkeys(items)
        derived = self.references.get(b"dimg", [])
        tone_mapped = {whole: part for whole, part in reversed(derived) if self.types.get(whole) == TONE_MAP}
        for _ in range(MAX_DEPTH):
            parts |= dict.fromkeys(
                part for whole, part in derived if whole in parts and tone_mapped.get(whole, part) == part
            )
        return list(parts)


def is_alpha(kind: bytes) -> bool:
    """Return whether an auxiliary picture whose kind has this name is the alpha of another."""
    return any(name in kind.lower() for name in ALPHA_NAMES)


def read_items(source: BinaryIO, meta: Box) -> HeifItems:
    """Return what a box meta says, as far as it can be followed."""
    items = HeifItems()
    for box in boxes_in(source, meta.without(FULL_BOX_BYTES)):
        try:
            _read(source, box, items)
        except (struct.error, StopIteration, IndexError):
            continue
    return items


def _read(source: BinaryIO, box: Box, items: HeifItems) -> None:
    if box.kind == b"pitm":
        items.primary = item_number(content_of(source, box))
    elif box.kind == b"iinf":
        _read_types(source, box, items)
    elif box.kind == b"iref":
        _read_references(source, box, items)
    elif box.kind == b"grpl":
        items.groups += [(group.kind, set(_group(content_of(source, group)))) for group in boxes_in(source, box)]
    elif box.kind == b"iprp":
        properties = boxes_in(source, inner_box(source, box, b"ipco"))
        kinds = (content_of(source, found)[FULL_BOX_BYTES:] for found in properties if found.kind == b"auxC")
        items.auxiliary += [kind.partition(b"\0")[0] for kind in kinds]


def _read_types(source: BinaryIO, box: Box, items: HeifItems) -> None:
    version = content_of(source, box)[0]
    for entry in boxes_in(source, box.without(FULL_BOX_BYTES + (2 if version == 0 else 4))):
        content = content_of(source, entry)
        # Version 2 has numbers of two bytes, version 3 of four; then comes the protection.
        number = struct.Struct(">H" if content[0] < 3 else ">I")
        (item,) = number.unpack_from(content, FULL_BOX_BYTES)
        at = FULL_BOX_BYTES + number.size + 2
        items.types[item] = content[at : at + 4]
        if content[3] & HIDDEN:
            items.hidden.add(item)


def _read_references(source: BinaryIO, box: Box, items: HeifItems) -> None:
    number = "H" if content_of(source, box)[0] == 0 else "I"
    left = MAX_REFERENCES
    for entry in boxes_in(source, box.without(FULL_BOX_BYTES)):
        content = content_of(source, entry)
        start, count = struct.unpack_from(f">{number}H", content)
        left -= count
        if left < 0:
            return
        ends = struct.unpack_from(f">{count}{number}", content, struct.calcsize(f">{number}H"))
        items.references.setdefault(entry.kind, []).extend((start, end) for end in ends)


def _group(content: bytes) -> Iterator[int]:
    """Return the items of a group: version and flags, the group's number, the count, and the items' numbers."""
    (count,) = struct.unpack_from(">I", content, FULL_BOX_BYTES + 4)
    at = FULL_BOX_BYTES + 8
    yield from struct.unpack_from(f">{min(count, len(content))}I", content, at)
