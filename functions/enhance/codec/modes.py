"""Converts the many pixel modes of photo files to the few that are enhanced: L, RGB and I;16, with separate alpha."""

import io

import numpy as np
from PIL import Image, ImageCms

TOP_LEVEL = 65535


def separate(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Return the picture in mode L, RGB or I;16, and its alpha as L or None.

    The picture may be `image` itself. CMYK and Lab become sRGB, palettes RGB, and grey of more than 8 bits I;16.
    """
    if image.has_transparency_data and image.mode != "I;16":
        return _with_alpha(image)
    if image.mode in {"L", "RGB", "I;16"}:
        return image, None
    if image.mode == "1":
        return image.convert("L"), None
    if image.mode in {"CMYK", "LAB"}:
        return _to_srgb(image), None
    if image.mode.startswith(("I", "F")):
        return _sixteen_bit_grey(image), None
    return image.convert("RGB"), None


def join(picture: Image.Image, alpha: Image.Image | None) -> Image.Image:
    """Return picture and alpha as one image: LA or RGBA; the picture itself without alpha."""
    if alpha is None:
        return picture
    return Image.merge(picture.mode + "A", (*picture.split(), alpha))


def _with_alpha(image: Image.Image) -> tuple[Image.Image, Image.Image]:
    grey = image.mode in {"1", "L", "LA", "La"}
    # Pillow converts a one-bit image with a transparent level to LA only through RGBA.
    whole = image if image.mode in {"LA", "RGBA"} else image.convert("RGBA")
    alpha = whole.getchannel("A")
    return (whole.convert("L") if grey else whole.convert("RGB")), alpha


def _to_srgb(image: Image.Image) -> Image.Image:
    """Convert by the embedded profile, as a print shop does; without a usable one, by Pillow's plain formula."""
    profile = image.info.get("icc_profile")
    if image.mode == "LAB":
        return _by_profile(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    if not profile:
        return image.convert("RGB")
    try:
        return _by_profile(image, io.BytesIO(profile))
    except ImageCms.PyCMSError:
        return image.convert("RGB")


def _by_profile(image: Image.Image, profile: io.BytesIO | ImageCms.ImageCmsProfile) -> Image.Image:
    # The default of print software: relative colorimetric, with black point compensation.
    converted = ImageCms.profileToProfile(
        image,
        profile,
        ImageCms.createProfile("sRGB"),
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    # Pillow returns None only when it converts in place.
    return converted or image


def _sixteen_bit_grey(image: Image.Image) -> Image.Image:
    """Scale 16-bit greys of any byte order, 32-bit integers and floats to I;16."""
    values = np.nan_to_num(np.asarray(image).astype(np.float64), posinf=0, neginf=0)
    scale = 1.0 if image.mode.startswith("I;16") else TOP_LEVEL / _white(float(values.max()), image.mode)
    return Image.fromarray(np.clip(np.rint(values * scale), 0, TOP_LEVEL).astype(np.uint16))


def _white(brightest: float, mode: str) -> float:
    """Guess which value is white, which such files do not say: the lowest common white that no value exceeds."""
    whites = (1.0, 255.0, TOP_LEVEL) if mode == "F" else (TOP_LEVEL,)
    return next((white for white in whites if brightest <= white), brightest)
