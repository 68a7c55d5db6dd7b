"""A picture prepared for editing: upright, its levels in writable memory, its alpha separate."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, BinaryIO

import cv2
import numpy as np
from PIL import Image

from functions.enhance.arrays import Levels
from functions.enhance.codec.av1_damage import require_sound_av1
from functions.enhance.codec.buffer_pool import BufferPool
from functions.enhance.codec.exif_rotation import UPRIGHT, upright
from functions.enhance.codec.extras.heif_depth import refuse_deep_overlay
from functions.enhance.codec.hevc_damage import require_sound_hevc
from functions.enhance.codec.jpeg_damage import require_all_pixels
from functions.enhance.codec.modes import separate
from functions.enhance.codec.origin import Origin
from functions.enhance.codec.pixels import pixels_of
from functions.enhance.codec.sixteen_bit import combine
from functions.enhance.codec.tiff_damage import require_sound_strips
from functions.enhance.codec.webp_damage import require_sound_webp
from functions.shared.imaging.clean_aperture import clean_aperture
from functions.shared.imaging.formats import JPEGS
from functions.shared.imaging.images import orientation

TOP_LEVEL = 65535

Opener = Callable[[], AbstractContextManager[Image.Image]]


@dataclass(frozen=True)
class Picture:
    """Colours of shape (rows, columns, 1 | 3 | 4), a fourth channel is padding; alpha of (rows, columns, 1), or None.

    Both have 8 or both 16 bits. With 8 bits they share the memory of `images`, with 16 bits there are no images.
    Where no pixel has changed, `stored` is the same picture in the mode of its file, where that is another
    (unchanged.py), and `coded` is how its file codes it, where the copy can do the same (as_coded.py).
    """

    colours: Levels
    alpha: Levels | None
    images: tuple[Image.Image, Image.Image | None] | None = None
    stored: Image.Image | None = None
    coded: bytes | None = None

    @property
    def is_sixteen_bit(self) -> bool:
        """Whether it has 16 bits."""
        return bool(self.colours.dtype == np.uint16)

    @property
    def top_level(self) -> int:
        """The level of white: 255 or 65,535."""
        return int(np.iinfo(self.colours.dtype).max)

    @property
    def mode(self) -> str:
        """Pillow's mode of the colours: L or RGB."""
        return "L" if self.colours.shape[-1] == 1 else "RGB"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.colours.shape[1], self.colours.shape[0]

    def in_eight_bits(self) -> tuple[Image.Image, Image.Image | None]:
        """Return colours (L or RGB) and alpha (L) as Pillow's images; 16 bits are rounded to 8."""
        if self.images:
            return self.images
        return _rounded(self.colours), None if self.alpha is None else _rounded(self.alpha)


def load(image: Image.Image, source: BinaryIO, pool: BufferPool) -> None:
    """Decode an opened image: into the pool's buffer if its pixels stay in place, else release that buffer.

    Raises CorruptImageError, also for damage that Pillow's decoders pass over, and UnsupportedImageError.
    """
    _require_soundness(image, source)
    if image.format in JPEGS and image.mode == "RGB" and orientation(image) not in UPRIGHT:
        image.im = pool.core(image.size)
    else:
        # Rotation and conversions need a second copy for a while, and there may be no memory for three.
        pool.release()
    image.load()


def _require_soundness(image: Image.Image, source: BinaryIO) -> None:
    if image.format in JPEGS:
        require_all_pixels(image)
    elif image.format == "TIFF":
        require_sound_strips(image)
    elif image.format == "AVIF":
        require_sound_av1(source, image.width * image.height)
    elif image.format == "HEIF":
        refuse_deep_overlay(source)
        require_sound_hevc(source)
    elif image.format == "WEBP":
        require_sound_webp(source)


def read_picture(image: Image.Image, origin: Origin, reopen: Opener) -> Picture:
    """Return the picture of a loaded image, whose own pixels are lost; `reopen` opens its file once more.

    Raises what `reopen` does, and CorruptImageError.
    """
    turn = orientation(image)
    if crop := clean_aperture(image):
        image = image.crop(crop)
    if origin.is_sixteen_bit:
        with reopen() as second:
            return _sixteen_bit(*combine(image, second, UPRIGHT.get(turn, np.asarray)), image.info.get("transparency"))
    colours, alpha = separate(image)
    colours, alpha = upright(colours, turn), None if alpha is None else upright(alpha, turn)
    if colours.mode == "I;16":
        return _sixteen_bit(pixels_of(colours), None, image.info.get("transparency"))
    return Picture(pixels_of(colours), None if alpha is None else pixels_of(alpha), (colours, alpha))


def _sixteen_bit(colours: Levels, alpha: Levels | None, key: Any) -> Picture:
    """Return a picture of 16 bits; `key` is the transparent colour of a PNG's tRNS chunk, or None."""
    if alpha is None and key is not None:
        alpha = (colours != np.array(key)).any(axis=-1, keepdims=True) * np.uint16(TOP_LEVEL)
    return Picture(colours, alpha)


def _rounded(levels: Levels) -> Image.Image:
    return Image.fromarray(np.asarray(cv2.convertScaleAbs(levels, alpha=255 / TOP_LEVEL)))
