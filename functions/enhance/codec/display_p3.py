"""The profile of Display P3, in which phones take photos, for files that name their colours by code points alone.

HEIC and AVIF may do so, in the box nclx (ISO/IEC 14496-12, 12.1.5, with the code points of ISO/IEC 23091-2).
"""

import struct
from functools import cache

from PIL import ImageCms

# P3's primaries with the white point D65 (SMPTE EG 432-1), and sRGB's transfer characteristics.
PRIMARIES, TRANSFER = 12, 13
# The primaries as in a profile: XYZ adapted to D50 (ICC.1:2022, annex E).
COLORANTS = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}
CHROMATICITIES = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
TAG_TABLE_AT, TAG_BYTES, DATE, FIXED_DATE = 132, 12, slice(24, 36), struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
NAME, SRGB_NAME = "Display P3".ljust(13).encode("utf-16-be"), "sRGB built-in".encode("utf-16-be")


def profile_of_code_points(primaries: int, transfer: int) -> bytes | None:
    """Return the profile for these code points; None for sRGB, and for those that no photo is stored in."""
    return display_p3() if (primaries, transfer) == (PRIMARIES, TRANSFER) else None


@cache
def display_p3() -> bytes:
    """Return the profile that LittleCMS makes for sRGB, with other primaries."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().replace(SRGB_NAME, NAME))
    # The time of creation would give the same photo other bytes each time.
    profile[DATE] = FIXED_DATE
    for name, values in {**COLORANTS, b"chrm": CHROMATICITIES}.items():
        start = _value_offset(profile, name)
        profile[start : start + 4 * len(values)] = b"".join(struct.pack(">i", round(65536 * part)) for part in values)
    return bytes(profile)


def _value_offset(profile: bytearray, name: bytes) -> int:
    """Return where a tag's numbers begin: after its type, and in `chrm` after the number of chromaticities."""
    (count,) = struct.unpack_from(">I", profile, TAG_TABLE_AT - 4)
    table = range(TAG_TABLE_AT, TAG_TABLE_AT + count * TAG_BYTES, TAG_BYTES)
    (start,) = (struct.unpack_from(">I", profile, at + 4)[0] for at in table if profile[at : at + 4] == name)
    return int(start) + (12 if name == b"chrm" else 8)
