"""The parts of a JPEG that pixels come from: its frame, tables and scans, without metadata and what lies between."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

START, END = b"\xff\xd8", b"\xff\xd9"
# ITU T.81, table B.1. Within a scan, 0xFF00 is a byte of pixels, and restart markers belong to it.
MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
SOS, DHT, DAC = 0xDA, 0xC4, 0xCC
FRAMES = frozenset({*range(0xC0, 0xD0)} - {DHT, DAC, 0xC8})
SEQUENTIAL = frozenset({0xC0, 0xC1, 0xC9})
# Baseline, extended and progressive, in Huffman codes: browsers read no arithmetic ones.
USUAL_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
# Tables, restart intervals and the number of lines; the rest of a JPEG are applications' segments and comments.
KEPT = FRAMES | {DHT, DAC, SOS, 0xDB, 0xDC, 0xDD}
SEGMENTS = KEPT | {*range(0xE0, 0xF0), 0xFE}
# What a scan of a sequential JPEG has to say of the frequencies in it. Not all encoders do, and decoders do not mind.
ALL_FREQUENCIES = b"\0\x3f\0"


@dataclass(frozen=True)
class Scans:
    """A JPEG's first image: `jpeg` holds all that its pixels are made of, and ends with an end marker.

    `end` is the offset behind its last scan; `has_end` says whether the file has its end marker there, and `is_usual`
    whether every browser reads such a frame.
    """

    jpeg: bytes
    end: int
    has_end: bool
    components: int
    is_usual: bool


@dataclass(frozen=True)
class Segment:
    """A segment from its marker up to what follows it: of a scan, only its header."""

    marker: int
    start: int
    stop: int


def read_scans(data: bytes) -> Scans:
    """Return the scans of the first image in `data`; they end where no marker of a JPEG follows, at the latest."""
    parts, frame, components, end = [START], 0, 0, len(data)
    for segment in segments_of(data):
        if segment.marker in FRAMES:
            frame = segment.marker
            components = data[segment.start + 9] if segment.stop - segment.start > 9 else 0
        if segment.marker not in KEPT:
            continue
        part = data[segment.start : segment.stop]
        parts.append(part[:-3] + ALL_FREQUENCIES if segment.marker == SOS and frame in SEQUENTIAL else part)
        if segment.marker == SOS:
            found = MARKER.search(data, segment.stop)
            end = found.start() if found else len(data)
            parts.append(data[segment.stop : end])
    return Scans(b"".join([*parts, END]), end, data[end : end + 2] == END, components, frame in USUAL_FRAMES)


def segments_of(data: bytes, start: int = 0) -> Iterator[Segment]:
    """Walk a JPEG that begins at `start` from marker to marker, up to its end marker or to what is no segment's."""
    at = start + len(START)
    while (found := MARKER.search(data, at)) and found[1][0] in SEGMENTS:
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2])
        yield Segment(found[1][0], found.start(), at)
