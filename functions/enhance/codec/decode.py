"""Decodes a photo: upright pixels as their colours describe them, and what its copy has to know of the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from PIL import Image

from functions.enhance.codec.buffer_pool import buffer_pool
from functions.enhance.codec.colour.colours import Colours, colours_of
from functions.enhance.codec.colour.convert import converted
from functions.enhance.codec.extras.extras import extras_of
from functions.enhance.codec.header_corrections import correct_header
from functions.enhance.codec.kept_exif import is_quarter_turned
from functions.enhance.codec.losses import Loss
from functions.enhance.codec.metadata import Metadata, metadata_of
from functions.enhance.codec.origin import Origin, origin_of
from functions.enhance.codec.picture import Picture, load, read_picture
from functions.enhance.codec.pixels import one_block
from functions.shared.imaging.images import decoding, open_image, orientation


@dataclass(frozen=True)
class Decoded:
    """A decoded photo. `image` is as its file stores it, to be turned by `turn`, an orientation from 1 to 8."""

    image: Image.Image
    turn: int
    picture: Picture
    colours: Colours
    metadata: Metadata
    origin: Origin
    extras: list[Loss]


@contextmanager
def decoded(source: BinaryIO, *, max_pixels: int, max_frames: int = 1) -> Iterator[Decoded]:
    """Yield the photo in `source`, a seekable file; only the first of several frames. Its pixels end with the block.

    Raises UnsupportedImageError, CorruptImageError (also where pixels are cut short) and ImageTooLargeError.
    """
    again = partial(open_image, source, max_pixels=max_pixels, max_frames=max_frames)
    with one_block(), buffer_pool() as pool, again() as image:
        correct_header(image, source)
        origin, extras = origin_of(image, source), extras_of(image, source, again, max_frames)
        with decoding():
            load(image, source, pool)
        turn = orientation(image)
        if is_quarter_turned(image, source):
            origin = origin.turned
        picture = read_picture(image, origin, again)
        metadata = metadata_of(image, source)
        colours = colours_of(image, origin, picture.mode, is_adobe_rgb=metadata.is_adobe_rgb)
        yield Decoded(image, turn, converted(picture, colours), colours, metadata, origin, extras)
