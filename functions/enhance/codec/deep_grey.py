"""Grey of more than 8 bits, however a file holds it, as I;16: Pillow hands over samples, not what they mean."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

TOP_LEVEL = 65535
WHITE_IS_ZERO, UNSIGNED = 0, 1
SIXTEEN_BITS = 16
# Values that files of 32 bits take for white.
FLOAT_WHITES = (1.0, 255.0, 2.0**16 - 1)
SIGNED_WHITES, UNSIGNED_WHITES = (2.0**16 - 1, 2.0**31 - 1), (2.0**16 - 1, 2.0**32 - 1)


def is_plain(image: Image.Image) -> bool:
    """Return whether an image of mode I;16 is grey of 16 bits as it is: black 0, white 65,535."""
    return image.mode == "I;16" and _bits(image) == SIXTEEN_BITS and not _is_white_zero(image)


def deep_grey(image: Image.Image) -> Image.Image:
    """Return grey of 12, 16, 32 or 64 bits, signed, floating-point or with white at 0, in mode I;16.

    What is below black becomes black, what is beyond white becomes white; no number becomes black.
    """
    values = np.nan_to_num(_samples(image).astype(np.float64), posinf=0, neginf=0)
    white = _white(image, float(values.max()))
    if _is_white_zero(image):
        values = white - values
    return Image.fromarray(np.clip(np.rint(values * (TOP_LEVEL / white)), 0, TOP_LEVEL).astype(np.uint16))


def _samples(image: Image.Image) -> NDArray[Any]:
    samples = np.asarray(image)
    # Pillow has no mode for unsigned numbers of 32 bits and keeps them in one of signed.
    is_unsigned = image.mode == "I" and not _is_signed(image)
    return samples.view(np.uint32) if is_unsigned else samples


def _white(image: Image.Image, brightest: float) -> float:
    """Return the value of white; numbers of 32 bits do not say it: the lowest common white that no value exceeds."""
    if _bits(image) <= SIXTEEN_BITS:
        return float(2 ** (_bits(image) - _is_signed(image)) - 1)
    signed = SIGNED_WHITES if _is_signed(image) else UNSIGNED_WHITES
    return next((white for white in (FLOAT_WHITES if image.mode == "F" else signed) if brightest <= white), brightest)


def _tag(image: Image.Image, tag: int, default: int) -> int:
    value = getattr(image, "tag_v2", {}).get(tag, default)
    return int(value[0] if isinstance(value, tuple) else value)


def _bits(image: Image.Image) -> int:
    return _tag(image, TiffImagePlugin.BITSPERSAMPLE, SIXTEEN_BITS)


def _is_signed(image: Image.Image) -> bool:
    return _tag(image, TiffImagePlugin.SAMPLEFORMAT, UNSIGNED) != UNSIGNED


def _is_white_zero(image: Image.Image) -> bool:
    return _tag(image, TiffImagePlugin.PHOTOMETRIC_INTERPRETATION, 1) == WHITE_IS_ZERO
