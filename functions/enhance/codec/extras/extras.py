"""Finds what a photo's file holds besides the photo. Whatever stands there, reading it fails no photo."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image

from functions.enhance.codec.extras.heif_extras import heif_extras
from functions.enhance.codec.extras.jpeg_extras import jpeg_extras
from functions.enhance.codec.losses import Loss
from functions.enhance.codec.picture import Opener
from functions.shared.imaging.formats import BY_NAME
from functions.shared.imaging.frames import frame_count

# The layers of a Photoshop document in a TIFF (Adobe Photoshop TIFF Technical Notes, 2002: ImageSourceData).
LAYERS = 37724


def extras_of(image: Image.Image, source: BinaryIO, reopen: Opener, max_frames: int) -> list[Loss]:
    """Return what is lost of an opened image's file, each kind once; leaves `source` anywhere.

    Where `max_frames` is 1, there are no further frames or pages, or the file would have been refused.
    """
    found = set(_found(image, source))
    if max_frames > 1:
        # To count pages moves an image to another page and loses what was corrected in it.
        with reopen() as second:
            if frame_count(second, max_frames=1) > 1:
                found.add(Loss.PAGES if image.format == "TIFF" else Loss.ANIMATION)
    return [loss for loss in Loss if loss in found]


def _found(image: Image.Image, source: BinaryIO) -> Iterator[Loss]:
    name = BY_NAME[str(image.format)].name
    try:
        if name == "JPEG":
            source.seek(0)
            yield from jpeg_extras(source.read())
        elif name in {"HEIF", "AVIF"}:
            yield from heif_extras(source)
        elif name == "TIFF" and LAYERS in image.tag_v2:  # type: ignore[attr-defined]
            yield Loss.LAYERS
    except (struct.error, IndexError, ValueError, OverflowError):
        return
