"""Opens photos whatever their metadata holds: what Pillow or libavif would fail at is kept from them."""

import io
import re
from typing import IO

from PIL import Image, ImageFile

from functions.shared.imaging.orientation import ORIENTATION, stored_orientation
from functions.shared.imaging.png_chunks import tolerant_png

# What the info of an image must hold under these keys, if anything.
TYPES: dict[str, tuple[type, ...]] = {"exif": (bytes,), "icc_profile": (bytes,), "xmp": (bytes, str)}
# In the box infe (ISO/IEC 14496-12, 8.11.6): version, flags, id of 2 or 4 bytes, protection, then the type.
_EXIF_ITEM = re.compile(rb"(infe(?:\x02.{7}|\x03.{9}))Exif", re.DOTALL)


def opened(reader: IO[bytes], name: str) -> ImageFile.ImageFile:
    """Open a file of a format by Pillow's name, within header_errors() only; raises what Pillow does."""
    with tolerant_png():
        try:
            return Image.open(reader, formats=(name,))
        except Exception:
            if name != "AVIF":
                raise
            # libavif may have refused the file for its EXIF.
            reader.seek(0)
            return Image.open(io.BytesIO(_without_exif(reader.read())), formats=(name,))


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


def _without_exif(avif: bytes) -> bytes:
    """Return an AVIF in which the item with EXIF has a type that nobody reads."""
    return _EXIF_ITEM.sub(rb"\1free", avif)
