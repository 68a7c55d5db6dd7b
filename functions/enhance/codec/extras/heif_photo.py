"""What a HEIF or AVIF says of the pictures that its photo is made of.

A derived picture (ISO/IEC 23008-12, 6.6: grid, overlay, identity; sato of AVIF 1.2) has no decoder's configuration of
its own, and need not say its depth or colours: the pictures that it is made of do. So does the alpha beside it.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from functions.enhance.codec.extras.heif_items import HeifItems, is_alpha, read_items
from functions.shared.imaging.box_reader import FULL_BOX_BYTES, Box, boxes_in, content_of, inner_box, whole_file
from functions.shared.imaging.item_properties import Property, properties_of

# A sample transform, which adds bits to a photo of fewer: readers that know it take it for the photo.
SAMPLE_TRANSFORM = b"sato"
# Of an image sequence: where its tracks say how they are coded (ISO/IEC 14496-12, 8.5.2 and 12.1.3).
SEQUENCE_BRAND, SEQUENCE_HANDLERS = b"avis", frozenset({b"pict", b"auxv"})
SAMPLE_ENTRY_BYTES = 78


def described_pictures(source: BinaryIO) -> Iterator[list[Property]]:
    """Yield the properties of each picture that the photo is made of, as far as they can be followed."""
    try:
        whole = whole_file(source)
        if content_of(source, inner_box(source, whole, b"ftyp"))[:4] == SEQUENCE_BRAND:
            yield from _of_tracks(source, inner_box(source, whole, b"moov"))
            return
        meta = inner_box(source, whole, b"meta")
        inside, items = meta.without(FULL_BOX_BYTES), read_items(source, meta)
        yield from properties_of(source, inside, _items(source, inside, items))
    except (struct.error, StopIteration, IndexError):
        return


def kinds_of_parts(source: BinaryIO) -> set[bytes]:
    """Return the types of the items that the photo is made of, its own among them."""
    try:
        items = read_items(source, inner_box(source, whole_file(source), b"meta"))
    except (struct.error, StopIteration, IndexError):
        return set()
    return {items.types.get(item, b"") for item in items.parts_of(items.primary)}


def _items(source: BinaryIO, inside: Box, items: HeifItems) -> list[int]:
    """Return the photo, the pictures that it is made of, and those of its alpha."""
    transforms = [item for item in items.alternatives if items.types.get(item) == SAMPLE_TRANSFORM]
    parts = items.parts_of(items.primary, *transforms)
    beside = [item for item, of_item in items.references.get(b"auxl", ()) if of_item in parts]
    kinds = (dict(found).get(b"auxC", b"") for found in properties_of(source, inside, beside))
    return [*parts, *items.parts_of(*(item for item, kind in zip(beside, kinds, strict=True) if is_alpha(kind)))]


def _of_tracks(source: BinaryIO, movie: Box) -> list[list[Property]]:
    """Return what the tracks of an image sequence and its alpha say of how they are coded; raises StopIteration."""
    found: list[list[Property]] = []
    for track in boxes_in(source, movie):
        if track.kind != b"trak":
            continue
        if content_of(source, inner_box(source, track, b"mdia", b"hdlr"))[8:12] in SEQUENCE_HANDLERS:
            table = inner_box(source, track, b"mdia", b"minf", b"stbl", b"stsd").without(FULL_BOX_BYTES + 4)
            entries = [boxes_in(source, entry.without(SAMPLE_ENTRY_BYTES)) for entry in boxes_in(source, table)]
            found += [[(box.kind, content_of(source, box)) for box in boxes] for boxes in entries]
    return found
