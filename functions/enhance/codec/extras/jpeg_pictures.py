"""The pictures in a JPEG file: the photo, and those behind its end. Only their segments are read, no pixels."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from functions.enhance.codec.extras import multi_picture
from functions.enhance.codec.jpeg_scans import END, FRAMES, MARKER, SOS, segments_of

START = b"\xff\xd8\xff"
APP1, APP2 = 0xE1, 0xE2
# The headers of XMP: the packet, and what does not fit into it (XMP Specification Part 3, 1.1.3).
XMP = re.compile(rb"http://ns\.adobe\.com/(?:xap/1\.0|xmp/extension)/\0")
ISO_GAIN_MAP = b"urn:iso:std:iso:ts:21496:-1\0"
MAX_PICTURES, MAX_SEGMENTS, MAX_XMP_BYTES = 64, 4096, 2**20


@dataclass
class JpegPicture:
    """One picture of a file: from where to where it stands, its size, and what says of which kind it is.

    `kinds` holds the kinds of other pictures by their offset in the file. Of long XMP, only the first MAX_XMP_BYTES are
    kept.
    """

    start: int
    end: int = 0
    edges: tuple[int, int] = (0, 0)
    xmp: bytes = b""
    has_iso_gain_map: bool = False
    kinds: dict[int, int] = field(default_factory=dict)


def pictures_in(data: bytes) -> Iterator[JpegPicture]:
    """Yield the photo of a JPEG file, then each picture that follows it, up to the first that does not end."""
    at = 0
    for _ in range(MAX_PICTURES):
        picture = _picture(data, at)
        if not picture.end:
            return
        yield picture
        at = data.find(START, picture.end)
        if at < 0:
            return


def _picture(data: bytes, start: int) -> JpegPicture:
    """Read the picture at an offset; its end is 0 where it has no pixels, or too many segments."""
    picture, last = JpegPicture(start), None
    for last in islice(segments_of(data, start), MAX_SEGMENTS):
        if last.marker in FRAMES:
            picture.edges = _edges(data[last.start + 5 : last.start + 9])
        elif last.marker == APP1:
            _read_xmp(picture, data[last.start + 4 : last.stop])
        elif last.marker == APP2:
            _read_app2(picture, data[last.start + 4 : last.stop], last.start + 4)
    if last and last.marker == SOS:
        found = MARKER.search(data, last.stop)
        picture.end = len(data) if not found else found.end() if found[0] == END else found.start()
    return picture


def _edges(frame: bytes) -> tuple[int, int]:
    height, width = int.from_bytes(frame[:2]), int.from_bytes(frame[2:])
    return max(width, height), min(width, height)


def _read_xmp(picture: JpegPicture, content: bytes) -> None:
    if XMP.match(content) and len(picture.xmp) < MAX_XMP_BYTES:
        picture.xmp += content


def _read_app2(picture: JpegPicture, content: bytes, start: int) -> None:
    if content.startswith(multi_picture.MARK):
        mark_bytes = len(multi_picture.MARK)
        picture.kinds = picture.kinds or multi_picture.picture_kinds(content[mark_bytes:], start + mark_bytes)
    elif content.startswith(ISO_GAIN_MAP):
        picture.has_iso_gain_map = True
