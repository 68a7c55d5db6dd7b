"""How a photo is to be turned: by EXIF, by a PNG's legacy profile with EXIF, or else by XMP."""

import re
from typing import Any, cast

from PIL import ExifTags, Image

from functions.shared.imaging.exif import exif_of

ORIENTATION = int(ExifTags.Base.Orientation)
# As Pillow's exif_transpose reads it, where there is no tag.
XMP_ORIENTATION = re.compile(r'tiff:Orientation(?:="|>)([0-9])')


def stored_orientation(image: Image.Image) -> int | None:
    """Return the orientation that the metadata of an opened image says; None where it says none.

    A tag outside the range 1 to 8 is 0: it hides that of XMP. An AVIF's is that of its boxes, which Pillow tells as a
    tag; its XMP does not count.
    """
    found = _tag(image)
    if found is None and image.format != "AVIF":
        return _xmp_orientation(image.info)
    return int(found) if found in range(1, 9) else 0


def is_size_rotated(image: Image.Image) -> bool:
    """Return whether Pillow has swapped width and height of an opened TIFF, of which it reads only the tag."""
    return image.format == "TIFF" and cast("Any", image).tag_v2.get(ORIENTATION) in range(5, 9)


def _tag(image: Image.Image) -> Any:
    if image.format == "TIFF":
        return cast("Any", image).tag_v2.get(ORIENTATION)
    source = exif_of(image.info)
    value = source.directory(source.layout.first, {ORIENTATION}).get(ORIENTATION) if source else None
    return source.number(value) if source and value else None


def _xmp_orientation(info: dict[Any, Any]) -> int | None:
    packet = info.get("xmp", b"")
    text = packet.decode("latin-1") if isinstance(packet, bytes) else packet
    match = XMP_ORIENTATION.search(text)
    return int(match[1]) if match else None
