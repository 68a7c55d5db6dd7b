"""Writes ICC profiles of primaries and a tone curve (ICC.1:2022), for colours that a file names without a profile."""

import struct
from functools import cache

from functions.enhance.codec.colour import tone_curves
from functions.enhance.codec.colour.primaries import D50, DISPLAY_P3, Primaries
from functions.enhance.codec.colour.tone_curves import ToneCurve
from functions.enhance.codec.profile_tags import packed

# A fixed time of creation, so that the same photo gives the same bytes.
CREATED = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
VERSION_4_4, HEADER_BYTES = 0x04400000, 128
RIGHTS = "CC0"


@cache
def display_p3() -> bytes:
    """Return the profile of Display P3, in which phones take photos (SMPTE EG 432-1, with sRGB's tone curve)."""
    return colour_profile("Display P3", DISPLAY_P3, tone_curves.SRGB)


def colour_profile(name: str, primaries: Primaries, curve: ToneCurve) -> bytes:
    """Return the profile of an RGB space; raises ValueError for primaries that make no colours."""
    columns = zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries.to_xyz().T, strict=True)
    tags = {tag: b"XYZ " + bytes(4) + _fixed(*column) for tag, column in columns}
    curves = dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _curve(curve))
    return _profile(b"RGB ", name, primaries, {**tags, **curves})


def grey_profile(name: str, curve: ToneCurve) -> bytes:
    """Return the profile of a grey space with this tone curve."""
    return _profile(b"GRAY", name, DISPLAY_P3, {b"kTRC": _curve(curve)})


def _profile(space: bytes, name: str, primaries: Primaries, tags: dict[bytes, bytes]) -> bytes:
    tags = {
        b"desc": _text(name),
        b"cprt": _text(RIGHTS),
        b"wtpt": b"XYZ " + bytes(4) + _fixed(*D50),
        b"chad": b"sf32" + bytes(4) + _fixed(*primaries.adaptation().ravel()),
        **tags,
    }
    head = bytes(8) + struct.pack(">I", VERSION_4_4) + b"mntr" + space + b"XYZ " + CREATED + b"acsp"
    return packed((head.ljust(68, b"\0") + _fixed(*D50)).ljust(HEADER_BYTES, b"\0"), tags)


def _text(words: str) -> bytes:
    text = words.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II4sII", 1, 12, b"enUS", len(text), 28) + text


def _curve(curve: ToneCurve) -> bytes:
    values = (curve.power, curve.a, curve.b, curve.slope, curve.start)
    return b"para" + struct.pack(">4xHxx", 3) + _fixed(*values)


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(65536 * value)) for value in values)
