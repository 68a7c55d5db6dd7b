"""Writes EXIF from values as they were stored, with their types and bytes (EXIF 3.0, 4.5 and 4.6).

Pillow's writer guesses the types of nested directories, and reduces fractions.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from PIL import ExifTags

from functions.shared.imaging.exif import LONG, SHORT, SIZES, Directory, Value

MARK, FIRST_AT = b"Exif\0\0", 8
# The payload of a JPEG segment; no other format that Darkroom writes has a limit.
MAX_JPEG_BYTES = 65_533
DETAILS, INTEROP = int(ExifTags.IFD.Exif), int(ExifTags.IFD.Interop)


@dataclass(frozen=True)
class Exif:
    """The directories of EXIF: `first` describes the picture, `details` how it was taken, `interop` its conventions.

    `order` is the byte order of all values, as `struct` writes it.
    """

    order: str = ">"
    first: Directory = field(default_factory=dict)
    details: Directory = field(default_factory=dict)
    interop: Directory = field(default_factory=dict)

    def with_values(self, *, first: Directory | None = None, details: Directory | None = None) -> "Exif":
        """Return it with these values added to its directories, or replaced there."""
        return replace(self, first={**self.first, **(first or {})}, details={**self.details, **(details or {})})

    def number(self, value: int, kind: int = SHORT) -> Value:
        """Return a value of one whole number; LONG where it does not fit the type SHORT."""
        is_short = kind == SHORT and value < 2**16
        return Value(SHORT if is_short else LONG, struct.pack(self.order + ("H" if is_short else "L"), value))


def exif_bytes(exif: Exif, max_bytes: float = float("inf")) -> bytes:
    """Return the EXIF with its mark, or nothing where it is empty; over `max_bytes` the largest values are left out."""
    while len(data := _encoded(exif)) > max_bytes:
        exif = _without_largest(exif)
    return data


def _encoded(exif: Exif) -> bytes:
    details = _pointing(exif, exif.details, INTEROP if exif.interop else None, 0)
    first = _pointing(exif, exif.first, DETAILS if details else None, 0)
    details_at = FIRST_AT + _size(first)
    interop_at = details_at + _size(details)
    directories = {
        FIRST_AT: _pointing(exif, first, DETAILS if details else None, details_at),
        details_at: _pointing(exif, details, INTEROP if exif.interop else None, interop_at),
        interop_at: exif.interop,
    }
    head = {"<": b"II*\0", ">": b"MM\0*"}[exif.order] + struct.pack(exif.order + "L", FIRST_AT)
    parts = [b"".join(_directory(exif.order, values, at)) for at, values in directories.items() if values]
    return b"".join([MARK, head, *parts]) if parts else b""


def _pointing(exif: Exif, values: Directory, tag: int | None, offset: int) -> Directory:
    return values if tag is None else {**values, tag: exif.number(offset, LONG)}


def _size(values: Directory) -> int:
    """Return the bytes of a directory with its values; those of four bytes lie in its table."""
    return 6 + 12 * len(values) + sum(_padded(value) for value in values.values()) if values else 0


def _padded(value: Value) -> int:
    return (len(value.data) + 1) // 2 * 2 if len(value.data) > 4 else 0


def _directory(order: str, values: Directory, at: int) -> Iterator[bytes]:
    yield struct.pack(order + "H", len(values))
    below = at + 6 + 12 * len(values)
    for tag, value in sorted(values.items()):
        field_bytes = struct.pack(order + "L", below) if _padded(value) else value.data.ljust(4, b"\0")
        yield struct.pack(order + "HHL", tag, value.kind, len(value.data) // SIZES[value.kind]) + field_bytes
        below += _padded(value)
    yield bytes(4)
    for _, value in sorted(values.items()):
        yield value.data.ljust(_padded(value), b"\0") if _padded(value) else b""


def _without_largest(exif: Exif) -> Exif:
    largest = max((len(value.data), tag) for part in (exif.first, exif.details) for tag, value in part.items())[1]
    first, details = (
        {tag: value for tag, value in part.items() if tag != largest} for part in (exif.first, exif.details)
    )
    return replace(exif, first=first, details=details)
