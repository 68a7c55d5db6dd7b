"""What a JPEG holds besides the photo: behind its end, and in its XMP.

Sources: Ultra HDR Image Format 1.1 and Motion Photo Format 1.0 (Android), Depthmap and Dynamic Depth (Google), ISO
21496-1 (gain maps), CIPA DC-007 (Multi-Picture Format). What phones of Apple and Samsung write is not published; it is
read as ExifTool's documentation has it.
"""

import re
from collections.abc import Iterator, Sequence

from functions.enhance.codec.extras.jpeg_pictures import JpegPicture, pictures_in
from functions.enhance.codec.extras.multi_picture import GAIN_MAP, is_thumbnail
from functions.enhance.codec.losses import Loss

# The container's directory in the XMP: what each picture or movie behind the photo is, in this order.
SEMANTICS = re.compile(rb"""Semantic(?:\s*=\s*["']|>)\s*(\w+)""")
BY_SEMANTIC = {b"gainmap": Loss.GAIN_MAP, b"depth": Loss.DEPTH, b"confidence": Loss.DEPTH}
NOT_PICTURES = frozenset({b"primary", b"motionphoto"})
HAS_MOVIE = re.compile(rb"""(?:MotionPhoto|MicroVideo)(?:\s*=\s*["']|>)\s*1\b""")
HAS_GAIN_MAP = re.compile(rb"hdr-gain-map/|hdrgainmap", re.IGNORECASE)
AUXILIARY_TYPE = re.compile(rb"""AuxiliaryImageType(?:\s*=\s*["']|>)\s*([\w:.-]+)""")
# Google's earlier way: the whole of it in the XMP, as base64.
IN_XMP = (
    (re.compile(rb"photos/1\.0/depthmap/.*Data(?:\s*=|>)", re.DOTALL), Loss.DEPTH),
    (re.compile(rb"photos/1\.0/image/.*Data(?:\s*=|>)", re.DOTALL), Loss.PICTURES),
    (re.compile(rb"photos/1\.0/audio/.*Data(?:\s*=|>)", re.DOTALL), Loss.SOUND),
)
# The first box of a movie, and the names of blocks in Samsung's trailer.
FILE_TYPE = re.compile(rb"\0\0\0[\x08-\xff]ftyp(....)", re.DOTALL)
STILL_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif"})
SAMSUNG_BLOCKS = (
    (b"MotionPhoto_Data", Loss.MOTION),
    (b"SoundShot_", Loss.SOUND),
    (b"DualShot_DepthMap", Loss.DEPTH),
)
# The largest thumbnail of the Multi-Picture Format. What is no larger, and half the photo at most, is a preview.
LARGEST_PREVIEW_PIXELS = 1920


def jpeg_extras(data: bytes) -> Iterator[Loss]:
    """Yield what a JPEG file holds besides its photo, some of it perhaps more than once."""
    photo, *others = list(pictures_in(data)) or [JpegPicture(0, len(data))]
    yield from (loss for pattern, loss in IN_XMP if pattern.search(photo.xmp))
    for number, other in enumerate(others):
        if loss := _loss_of(other, number, photo):
            yield loss
    yield from _behind(data, (photo, *others)[-1].end, bool(HAS_MOVIE.search(photo.xmp)))


def _loss_of(other: JpegPicture, number: int, photo: JpegPicture) -> Loss | None:
    """Return what is lost with a further picture, the first of which has number 0; None for a thumbnail."""
    kind = photo.kinds.get(other.start, 0)
    if kind == GAIN_MAP or other.has_iso_gain_map or HAS_GAIN_MAP.search(other.xmp):
        return Loss.GAIN_MAP
    if auxiliary := AUXILIARY_TYPE.search(other.xmp):
        return Loss.DEPTH if re.search(rb"depth|disparity", auxiliary[1]) else Loss.AUXILIARY
    if is_thumbnail(kind):
        return None
    named = _named_in_directory(photo)
    if number < len(named):
        return BY_SEMANTIC.get(named[number], Loss.PICTURES)
    if number == 0 and (photo.has_iso_gain_map or HAS_GAIN_MAP.search(photo.xmp)):
        return Loss.GAIN_MAP
    return None if _is_preview(other, photo) else Loss.PICTURES


def _named_in_directory(photo: JpegPicture) -> Sequence[bytes]:
    names = [name.lower() for name in SEMANTICS.findall(photo.xmp)]
    return [name for name in names if name not in NOT_PICTURES]


def _is_preview(other: JpegPicture, photo: JpegPicture) -> bool:
    return other.edges[0] <= min(LARGEST_PREVIEW_PIXELS, photo.edges[0] // 2)


def _behind(data: bytes, end: int, is_said_to_move: bool) -> Iterator[Loss]:
    """Yield what follows the last picture of a JPEG file."""
    if movie := FILE_TYPE.search(data, end):
        yield Loss.PICTURES if movie[1] in STILL_BRANDS else Loss.MOTION
    elif is_said_to_move and data[end:].strip(b"\0"):
        yield Loss.MOTION
    yield from (loss for name, loss in SAMSUNG_BLOCKS if data.find(name, end) >= 0)
