"""EXIF as it is stored: tags with their types, their values not decoded, so that a wrong or huge one harms no other.

Pillow decodes each value of a nested directory at once, and gives values without their types. EXIF 3.0, 4.6 (JEITA
CP-3451F); TIFF 6.0, section 2.
"""

import io
import re
import struct
from collections.abc import Container, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO

from functions.shared.imaging.raw_profiles import EXIF, raw_profiles
from functions.shared.imaging.tiff_directory import Layout, entries_of, layout_of

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SIGNED_RATIONAL, UTF_8 = 1, 2, 3, 4, 5, 7, 10, 129
# Bytes per value.
SIZES = {BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8, 6: 1, UNDEFINED: 1, 8: 2, 9: 4, SIGNED_RATIONAL: 8,
         11: 4, 12: 8, 13: 4, 16: 8, UTF_8: 1}  # fmt: skip
# For `struct`. A rational is two of them.
NUMBERS = {SHORT: "H", LONG: "L", RATIONAL: "2L", 6: "b", 8: "h", 9: "l", SIGNED_RATIONAL: "2l", 11: "f", 12: "d",
           13: "L", 16: "Q"}  # fmt: skip
# More than any tag holds that Darkroom reads; thumbnails and maker notes are not among them.
MAX_VALUE_BYTES = 2**20
MAX_OFFSET = 2**40
MARK, BYTE_ORDERS = re.compile(rb"(?:Exif\0\0){0,2}"), (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


@dataclass(frozen=True)
class Value:
    """The value of a tag: its type, and its bytes in the byte order of the file."""

    kind: int
    data: bytes


Directory = Mapping[int, Value]


@dataclass(frozen=True)
class Source:
    """A file that holds directories: EXIF, or a TIFF."""

    file: BinaryIO
    layout: Layout

    def directory(self, offset: int, wanted: Container[int]) -> Directory:
        """Read the wanted tags of the directory at an offset; what is cut short or of an unknown type is left out."""
        found: dict[int, Value] = {}
        for tag, kind, count, field in self._entries(offset):
            if tag in wanted and tag not in found and (data := self._data(count * SIZES.get(kind, 0), field)):
                found[tag] = Value(kind, data)
        return found

    def number(self, value: Value) -> Fraction | float:
        """Return the first number of a value; 0 where it holds none, or a fraction of nought."""
        if value.kind not in NUMBERS:
            return 0
        first, *below = struct.unpack_from(self.layout.order + NUMBERS[value.kind], value.data)
        if not below:
            return first  # type: ignore[no-any-return]
        return Fraction(first, below[0]) if below[0] else 0

    def _entries(self, offset: int) -> list[tuple[int, int, int, bytes]]:
        try:
            return entries_of(self.file, self.layout, offset) if offset <= MAX_OFFSET else []
        except struct.error:
            return []

    def _data(self, size: int, field: bytes) -> bytes:
        if size > MAX_VALUE_BYTES:
            return b""
        if size <= len(field):
            return field[:size]
        return self._read(self.layout.offset.unpack(field)[0], size)

    def _read(self, offset: int, size: int) -> bytes:
        if offset > MAX_OFFSET:
            return b""
        self.file.seek(offset)
        data = self.file.read(size)
        return data if len(data) == size else b""


def opened(file: BinaryIO) -> Source | None:
    """Return the EXIF or the TIFF in a file; None if it is neither."""
    file.seek(0)
    if file.read(4) not in BYTE_ORDERS:
        return None
    try:
        return Source(file, layout_of(file))
    except struct.error:
        return None


def exif_of(info: Mapping[Any, Any]) -> Source | None:
    """Return the EXIF of a file other than a TIFF, given its image's info; a PNG may hold it as a raw profile."""
    for block in (info.get("exif"), *raw_profiles(info, EXIF)):
        if (
            isinstance(block, bytes)
            and (mark := MARK.match(block))
            and (source := opened(io.BytesIO(block[mark.end() :])))
        ):
            return source
    return None
