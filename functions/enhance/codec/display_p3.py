"""Display P3, in which phones take photos: as a profile, for files that name their colours by number alone.

HEIC and AVIF may do so, in a box called nclx (ISO/IEC 14496-12, 12.1.5, by the numbers of ISO/IEC 23091-2).
"""

import struct
from functools import cache

from PIL import ImageCms

# P3's primaries with white as in daylight (SMPTE EG 432-1), and sRGB's tone curve.
PRIMARIES, CURVE = 12, 13
# The primaries as a profile has them, in XYZ adapted to D50 (ICC.1:2022, annex E).
COLORANTS = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}
CHROMATICITIES = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
TAG_TABLE_AT, TAG_BYTES, DATE, FIXED_DATE = 132, 12, slice(24, 36), struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
NAME, SRGB_NAME = "Display P3".ljust(13).encode("utf-16-be"), "sRGB built-in".encode("utf-16-be")


def profile_by_number(primaries: int, curve: int) -> bytes | None:
    """Return the profile of colours that are named so; None for sRGB, and for what no photo is stored in."""
    return display_p3() if (primaries, curve) == (PRIMARIES, CURVE) else None


@cache
def display_p3() -> bytes:
    """Return the profile: the one that LittleCMS makes for sRGB, with other primaries."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().replace(SRGB_NAME, NAME))
    # The moment of making would give the same photo other bytes each time.
    profile[DATE] = FIXED_DATE
    for name, values in {**COLORANTS, b"chrm": CHROMATICITIES}.items():
        start = _value_of(profile, name)
        profile[start : start + 4 * len(values)] = b"".join(struct.pack(">i", round(65536 * part)) for part in values)
    return bytes(profile)


def _value_of(profile: bytearray, name: bytes) -> int:
    """Return where the numbers of a tag begin: behind its type, and how many chromaticities there are."""
    (count,) = struct.unpack_from(">I", profile, TAG_TABLE_AT - 4)
    table = range(TAG_TABLE_AT, TAG_TABLE_AT + count * TAG_BYTES, TAG_BYTES)
    (start,) = (struct.unpack_from(">I", profile, at + 4)[0] for at in table if profile[at : at + 4] == name)
    return int(start) + (12 if name == b"chrm" else 8)
