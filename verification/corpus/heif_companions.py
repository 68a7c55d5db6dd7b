"""HEICs and AVIFs that hold more than a photo: gain maps, depth, bursts, movies, sequences of pictures."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from verification.corpus.boxes import HEIC, box
from verification.corpus.file_parts import Make, sound
from verification.corpus.jpeg_companions import MOVIE

AUXILIARY, NEW_ITEM = b"auxl", 9


@dataclass(frozen=True)
class Item:
    """An item that is added: a copy of the photo unless it has another type, and how it refers to the photo."""

    kind: bytes = b""
    reference: bytes = b""
    auxiliary_type: bytes = b""
    is_hidden: bool = False


def with_items(data: bytes, *items: Item, group: bytes = b"") -> bytes:
    """Return a HEIC or AVIF with more items, numbered from NEW_ITEM on, perhaps in a group with the photo."""
    meta_at = data.index(b"meta") - 4
    end = meta_at + int.from_bytes(data[meta_at : meta_at + 4])
    parts = dict(_boxes(data[meta_at + 12 : end]))
    numbered = list(enumerate(items, NEW_ITEM))
    own_kind = b"hvc1" if b"hvc1" in parts[b"iinf"] else b"av01"
    for number, item in numbered:
        parts[b"iinf"] = _one_more(parts[b"iinf"], _entry(number, item, own_kind))
        parts[b"iref"] = parts.get(b"iref", bytes(4)) + _reference(number, item)
        parts[b"iprp"] = _with_properties(parts[b"iprp"], number, item)
        parts[b"iloc"] = _with_place(parts[b"iloc"], number)
    if group:
        numbers = [1, *(number for number, _ in numbered)]
        listed = struct.pack(f">III{len(numbers)}I", 0, 100, len(numbers), *numbers)
        parts[b"grpl"] = box(group, listed)
    meta = b"".join(box(kind, content) for kind, content in parts.items())
    by = len(meta) - (end - meta_at - 12)
    parts[b"iloc"] = _moved(parts[b"iloc"], by)
    return data[:meta_at] + box(b"meta", bytes(4) + b"".join(box(*part) for part in parts.items())) + data[end:]


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4])
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def _entry(number: int, item: Item, own_kind: bytes) -> bytes:
    head = struct.pack(">BBHHH", 2, 0, int(item.is_hidden), number, 0)
    return box(b"infe", head + (item.kind or own_kind) + b"\0")


def _one_more(iinf: bytes, entry: bytes) -> bytes:
    return iinf[:4] + struct.pack(">H", int.from_bytes(iinf[4:6]) + 1) + iinf[6:] + entry


def _reference(number: int, item: Item) -> bytes:
    return box(item.reference, struct.pack(">HHH", number, 1, 1)) if item.reference else b""


def _with_properties(iprp: bytes, number: int, item: Item) -> bytes:
    """Give an item the photo's properties, and its auxiliary type."""
    parts = dict(_boxes(iprp))
    count = len(list(_boxes(parts[b"ipco"])))
    table = parts[b"ipma"]
    of_photo = table[8 : 11 + table[10]]
    indices = of_photo[3:]
    if item.auxiliary_type:
        parts[b"ipco"] += box(b"auxC", bytes(4) + item.auxiliary_type + b"\0")
        indices += bytes([0x80 | count + 1])
    entry = struct.pack(">HB", number, len(indices)) + indices
    parts[b"ipma"] = table[:4] + struct.pack(">I", int.from_bytes(table[4:8]) + 1) + table[8:] + entry
    return b"".join(box(*part) for part in parts.items())


def _with_place(iloc: bytes, number: int) -> bytes:
    """Let an item lie where the photo does; the list of places has version 0, and one place for each item."""
    size = 14 + (iloc[5] >> 4)
    place = struct.pack(">H", number) + iloc[10 : 8 + size]
    return iloc[:6] + struct.pack(">H", int.from_bytes(iloc[6:8]) + 1) + iloc[8:] + place


def _moved(iloc: bytes, by: int) -> bytes:
    """Move all places on: libheif writes a base offset for each, libavif offsets alone."""
    base_bytes = iloc[5] >> 4
    size, at = 14 + base_bytes, 4 if base_bytes else 6
    moved = bytearray(iloc)
    for start in range(8 + at, len(iloc), size):
        moved[start : start + 4] = struct.pack(">I", int.from_bytes(moved[start : start + 4]) + by)
    return bytes(moved)


def with_track(data: bytes, handler: bytes, frames: int) -> bytes:
    """Return a HEIC or AVIF with a track of this kind and length, and nothing else that a decoder would want of one."""
    sizes = box(b"stsz", struct.pack(">III", 0, 1, frames))
    inside = box(b"hdlr", bytes(8) + handler + bytes(13)) + box(b"minf", box(b"stbl", sizes))
    return data + box(b"moov", box(b"trak", box(b"mdia", inside)))


def auxiliary(data: bytes, name: str) -> bytes:
    """Return a HEIC or AVIF with an auxiliary picture of this type."""
    return with_items(data, Item(reference=AUXILIARY, auxiliary_type=name.encode()))


def _companions() -> Iterator[tuple[str, Make]]:
    avif = sound("AVIF")
    yield "heic-gain-map", partial(auxiliary, HEIC, "urn:com:apple:photo:2020:aux:hdrgainmap")
    yield "heic-gain-map-by-iso", lambda: with_items(HEIC, Item(b"tmap", b"dimg"), Item(is_hidden=True))
    yield "avif-gain-map", lambda: with_items(avif, Item(b"tmap", b"dimg"), Item(is_hidden=True))
    yield "heic-depth", partial(auxiliary, HEIC, "urn:mpeg:hevc:2015:auxid:2")
    yield "avif-depth", partial(auxiliary, avif, "urn:mpeg:mpegB:cicp:systems:auxiliary:depth")
    yield "heic-auxiliary", partial(auxiliary, HEIC, "urn:com:apple:photo:2019:aux:semanticskinmatte")
    yield "heic-pictures", lambda: with_items(HEIC, Item(), Item())
    yield "heic-pictures-of-a-burst", lambda: with_items(HEIC, Item(), group=b"brst")
    yield "avif-pictures", lambda: with_items(avif, Item())
    yield "heic-motion-in-a-box", lambda: HEIC + box(b"mpvd", MOVIE)
    yield "avif-motion-in-a-box", lambda: avif + box(b"mpvd", MOVIE)
    yield "heic-motion-appended", lambda: HEIC + MOVIE
    yield "heic-alone", lambda: HEIC
    yield "heic-alone-with-thumbnail", lambda: with_items(HEIC, Item(reference=b"thmb"))
    yield "heic-alone-with-parts", lambda: with_items(HEIC, Item(is_hidden=True))
    yield "heic-alone-and-an-alternative", lambda: with_items(HEIC, Item(), group=b"altr")
    yield "avif-alone", lambda: avif


HEIF_COMPANIONS = dict(_companions())
