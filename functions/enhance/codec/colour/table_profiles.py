"""Profiles that only LittleCMS can follow: made of tables, or of curves that cannot be inverted."""

import io
from functools import lru_cache

from PIL import Image, ImageCms

from functions.enhance.codec.colour import tone_curves
from functions.enhance.codec.colour.icc_writer import display_p3, grey_profile

# The default of print software: relative colorimetric, with black point compensation.
INTENT, FLAGS = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION


@lru_cache(maxsize=8)
def is_usable(profile: bytes, mode: str) -> bool:
    """Return whether LittleCMS can convert pictures of this mode, L or RGB, from the profile."""
    try:
        convert(Image.new(mode, (1, 1)), profile)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False
    return True


def convert(image: Image.Image, profile: bytes) -> None:
    """Convert an image of mode L or RGB, in place, to sRGB's grey or Display P3; raises PyCMSError."""
    target = display_p3() if image.mode == "RGB" else grey_profile("sRGB grey", tone_curves.SRGB)
    ImageCms.profileToProfile(
        image, io.BytesIO(profile), io.BytesIO(target), INTENT, outputMode=image.mode, inPlace=True, flags=FLAGS
    )
