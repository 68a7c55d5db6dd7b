"""Reads files by libvips, which comes with its decoders in a wheel."""

import numpy as np
import pyvips

from verification.decoding.readings import REPEATED, Levels, Reader, Reading, UnreadError, is_deep, reading


def read(body: bytes) -> Reading:
    """Return the first picture of a file, its colours converted by its profile (relative colorimetric)."""
    try:
        image = pyvips.Image.new_from_buffer(body, "", fail_on="error").autorot()
        stored = image.numpy()
        shown = _in_srgb(image).numpy()
    except pyvips.Error as error:
        raise UnreadError(" ".join(str(error).split())) from error
    return reading(_with_bands(shown), is_deep=is_deep(stored))


def _in_srgb(image: pyvips.Image) -> pyvips.Image:
    """Return a picture in sRGB, of 16 bits; libvips would make them of 8 by shifting, so that white is not white."""
    colours, alpha = image, None
    if image.hasalpha():
        colours, alpha = image[: image.bands - 1], image[image.bands - 1]
    if image.get_typeof("icc-profile-data"):
        options = {"intent": "relative", "black_point_compensation": True, "embedded": True, "depth": 16}
        colours = colours.icc_transform("srgb", **options)
    else:
        colours = _in_sixteen_bits(colours.colourspace("srgb" if colours.format == "uchar" else "rgb16"))
    return colours if alpha is None else colours.bandjoin(_in_sixteen_bits(alpha))


def _in_sixteen_bits(image: pyvips.Image) -> pyvips.Image:
    return image if image.format == "ushort" else (image * REPEATED).cast("ushort")


def _with_bands(samples: Levels) -> Levels:
    return np.asarray(samples.reshape(*samples.shape[:2], -1))


LIBVIPS = Reader("libvips", ".".join(str(pyvips.version(part)) for part in range(3)), read)
