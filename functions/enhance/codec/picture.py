"""A picture made ready to be enhanced: upright, its levels in memory that can be changed, its alpha apart."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image

from functions.enhance.codec.buffer_pool import BufferPool
from functions.enhance.codec.exif_rotation import UPRIGHT, upright
from functions.enhance.codec.modes import separate
from functions.enhance.codec.origin import Origin
from functions.enhance.codec.pixels import Levels, pixels_of
from functions.enhance.codec.sixteen_bit import combine
from functions.shared.imaging.images import orientation

TOP_LEVEL = 65535
# By Pillow's names; the second is a JPEG with more pictures behind it, as telephones make them.
JPEGS = {"JPEG", "MPO"}

Opener = Callable[[], AbstractContextManager[Image.Image]]


@dataclass(frozen=True)
class Picture:
    """Colours of shape (rows, columns, 1 | 3 | 4), of four the last a filler; alpha of (rows, columns, 1), or None.

    Both have 8 or both 16 bits. Of 8 bits, they are the memory of `images`, of 16 bits there is no image.
    """

    colours: Levels
    alpha: Levels | None
    images: tuple[Image.Image, Image.Image | None] | None = None

    @property
    def is_deep(self) -> bool:
        """Whether it has 16 bits."""
        return bool(self.colours.dtype == np.uint16)

    @property
    def top_level(self) -> int:
        """What white is: 255 or 65,535."""
        return int(np.iinfo(self.colours.dtype).max)

    @property
    def mode(self) -> str:
        """Pillow's name for the kind of colours: L or RGB."""
        return "L" if self.colours.shape[-1] == 1 else "RGB"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.colours.shape[1], self.colours.shape[0]

    def in_eight_bits(self) -> tuple[Image.Image, Image.Image | None]:
        """Return colours (L or RGB) and alpha (L) as Pillow's images, rounded where there are 16 bits."""
        if self.images:
            return self.images
        return _rounded(self.colours), None if self.alpha is None else _rounded(self.alpha)


def load(image: Image.Image, memory: BufferPool) -> None:
    """Decode an opened image: into the memory if its pixels stay where they are, else the memory is given back."""
    if image.format in JPEGS and image.mode == "RGB" and orientation(image) not in UPRIGHT:
        image.im = memory.core(image.size)
    else:
        # Turning and conversions need as much again for a while, and there may be no room for three.
        memory.give_back()
    image.load()


def read_picture(image: Image.Image, origin: Origin, again: Opener) -> Picture:
    """Return the picture of a loaded image, whose own pixels are of no use then; `again` opens its file once more.

    Raises what `again` does, and CorruptImageError.
    """
    turn = orientation(image)
    if origin.is_sixteen_bit:
        with again() as rest:
            return _deep(*combine(image, rest, UPRIGHT.get(turn, np.asarray)), image.info.get("transparency"))
    colours, alpha = separate(image)
    colours, alpha = upright(colours, turn), None if alpha is None else upright(alpha, turn)
    if colours.mode == "I;16":
        return _deep(pixels_of(colours), None, image.info.get("transparency"))
    return Picture(pixels_of(colours), None if alpha is None else pixels_of(alpha), (colours, alpha))


def _deep(colours: Levels, alpha: Levels | None, key: Any) -> Picture:
    """Return a picture of 16 bits; `key` is the colour that stands for nothing, where a PNG names one."""
    if alpha is None and key is not None:
        alpha = (colours != np.array(key)).any(axis=-1, keepdims=True) * np.uint16(TOP_LEVEL)
    return Picture(colours, alpha)


def _rounded(levels: Levels) -> Image.Image:
    return Image.fromarray(np.asarray(cv2.convertScaleAbs(levels, alpha=255 / TOP_LEVEL)))
