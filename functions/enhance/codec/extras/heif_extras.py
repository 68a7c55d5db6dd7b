"""What a HEIF or AVIF holds besides the photo: further pictures, maps, a movie, a sequence of pictures.

Sources: ISO/IEC 23008-12 (HEIF), ISO 21496-1 (the item tmap), Motion Photo Format 1.0 (Android: the box mpvd). The
names of Apple's auxiliary pictures are those of its ImageIO.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from functions.enhance.codec.extras.heif_items import ALPHA_NAMES, TONE_MAP, HeifItems, read_items
from functions.enhance.codec.losses import Loss
from functions.shared.imaging.box_reader import Box, boxes_in, content_of, inner_box, whole_file

# Items that are pictures; others are metadata.
PICTURES = frozenset({
    b"hvc1", b"hev1", b"av01", b"avc1", b"vvc1", b"j2k1", b"jpeg", b"unci", b"grid", b"iovl", b"iden"
})  # fmt: skip
# From these references' items on, or up to them: a picture that is a part or a companion of another.
FROM_COMPANION, TO_PART = (b"thmb", b"auxl", b"prem", b"base"), (b"dimg",)
# What the name of an auxiliary picture's kind contains, the first that fits. The copy keeps alpha.
AUXILIARY = (
    *((name, None) for name in ALPHA_NAMES),
    (b"thumbnail", None),
    (b"gainmap", Loss.GAIN_MAP),
    (b"depth", Loss.DEPTH),
    (b"disparity", Loss.DEPTH),
    (b"auxid:2", Loss.DEPTH),
    (b"", Loss.AUXILIARY),
)
TRACKS = {b"vide": Loss.MOTION, b"pict": Loss.ANIMATION}


def heif_extras(source: BinaryIO) -> Iterator[Loss]:
    """Yield what a HEIF or AVIF holds besides its photo, some of it perhaps more than once."""
    kinds: list[bytes] = []
    for box in boxes_in(source, whole_file(source)):
        if box.kind == b"mpvd" or (box.kind == b"ftyp" and b"ftyp" in kinds):
            # A movie, in a box of its own or simply appended.
            yield Loss.MOTION
        elif box.kind == b"meta" and b"meta" not in kinds:
            yield from _items(read_items(source, box))
        elif box.kind == b"moov":
            yield from _tracks(source, box)
        kinds.append(box.kind)


def _items(items: HeifItems) -> Iterator[Loss]:
    if TONE_MAP in items.types.values():
        yield Loss.GAIN_MAP
    if items.references.get(b"auxl"):
        found = (next(loss for mark, loss in AUXILIARY if mark in kind.lower()) for kind in items.auxiliary)
        yield from filter(None, found)
    if _further_pictures(items):
        yield Loss.PICTURES


def _further_pictures(items: HeifItems) -> set[int]:
    """Return the pictures that stand for themselves, as the photo does: of a burst, say."""
    pictures = {item for item, kind in items.types.items() if kind in PICTURES}
    companions = {item for name in FROM_COMPANION for item, _ in items.references.get(name, ())}
    parts = {item for name in TO_PART for _, item in items.references.get(name, ())}
    return pictures - items.hidden - companions - parts - items.alternatives - {items.primary}


def _tracks(source: BinaryIO, movie: Box) -> Iterator[Loss]:
    """Yield what is lost with each track of a box moov that has more than one frame."""
    for track in boxes_in(source, movie):
        try:
            if track.kind != b"trak":
                continue
            handler = content_of(source, inner_box(source, track, b"mdia", b"hdlr"))[8:12]
            sizes = content_of(source, inner_box(source, track, b"mdia", b"minf", b"stbl", b"stsz"))
            (frames,) = struct.unpack_from(">I", sizes, 8)
        except (StopIteration, struct.error):
            continue
        if frames > 1 and handler in TRACKS:
            yield TRACKS[handler]
