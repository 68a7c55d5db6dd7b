"""How a photo is to be turned, and the metadata kept from Pillow that would fail or exhaust it while it decodes."""

import re
from typing import Any, cast

from PIL import ExifTags, Image

from functions.shared.imaging.exif import exif_of

ORIENTATION = int(ExifTags.Base.Orientation)
# As Pillow's exif_transpose reads it, where there is no tag.
XMP_ORIENTATION = re.compile(r'tiff:Orientation(?:="|>)([0-9])')
# What the info of an image must hold under these keys, if anything.
TYPES: dict[str, tuple[type, ...]] = {"exif": (bytes,), "icc_profile": (bytes,), "xmp": (bytes, str)}
# In the box infe (ISO/IEC 14496-12, 8.11.6): version, flags, id of 2 or 4 bytes, protection, then the type.
_EXIF_ITEM = re.compile(rb"(infe(?:\x02.{7}|\x03.{9}))Exif", re.DOTALL)


def stored_orientation(image: Image.Image) -> int | None:
    """Return the orientation that the metadata of an opened image says; None where it says none.

    A tag outside the range 1 to 8 is 0: it hides that of XMP.
    """
    found = _tag(image)
    if found is None:
        return _xmp_orientation(image.info)
    return int(found) if found in range(1, 9) else 0


def is_size_rotated(image: Image.Image) -> bool:
    """Return whether Pillow has swapped width and height of an opened TIFF, of which it reads only the tag."""
    return image.format == "TIFF" and cast("Any", image).tag_v2.get(ORIENTATION) in range(5, 9)


def drop_unreadable(image: Image.Image) -> None:
    """Take metadata of a wrong type out of an opened image, and let Pillow see no tag of a TIFF but its orientation.

    Pillow rotates a TIFF as it decodes. For that it decodes every value of all directories, and fails at wrong ones.
    """
    for key, kinds in TYPES.items():
        if not isinstance(image.info.get(key, b""), kinds):
            del image.info[key]
    if image.format == "TIFF":
        exif = Image.Exif()
        if value := stored_orientation(image):
            exif[ORIENTATION] = value
        image.getexif = lambda: exif  # type: ignore[method-assign]


def without_exif(avif: bytes) -> bytes:
    """Return an AVIF in which the item with EXIF has a type that nobody reads."""
    return _EXIF_ITEM.sub(rb"\1free", avif)


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
