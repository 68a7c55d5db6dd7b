"""Legacy metadata of PNGs: ImageMagick's text chunks "Raw profile type exif", "... iptc", "... xmp", "... APP1".

Each holds a line with its type, one with its length in bytes, and the bytes in hexadecimal.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

EXIF, IPTC, XMP = (
    ("Raw profile type exif", "Raw profile type APP1"),
    ("Raw profile type iptc", "Raw profile type 8bim"),
    ("Raw profile type xmp", "Raw profile type APP1"),
)
# As much as other text of a PNG may hold at least, and more than any camera or program writes.
MAX_PROFILE_CHARACTERS = 16 * 2**20


def raw_profiles(info: Mapping[Any, Any], keywords: Iterable[str]) -> Iterator[bytes]:
    """Yield the profiles under these keywords of an image's info; those that are broken are left out."""
    for keyword in keywords:
        if isinstance(text := info.get(keyword), str) and (data := _decoded(text)):
            yield data


def _decoded(text: str) -> bytes:
    _, *lines = text.split("\n", 3) if len(text) <= MAX_PROFILE_CHARACTERS else [""]
    if len(lines) == 3:
        with suppress(ValueError):
            return bytes.fromhex(lines[2])
    return b""
