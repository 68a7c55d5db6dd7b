"""Converts the many pixel modes of photo files to the few that are enhanced: L, RGB and I;16, with separate alpha."""

import io

from PIL import Image, ImageCms

from functions.enhance.codec.deep_grey import deep_grey, is_plain

# The modes whose pictures become sRGB, with the words for them.
CONVERTED_MODES = {"CMYK": "ink colours (CMYK)", "LAB": "Lab colours"}


def separate(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Return the picture in mode L, RGB or I;16, and its alpha as L or None.

    The picture may be `image` itself. CMYK and Lab become sRGB, palettes RGB, and grey of more than 8 bits I;16.
    """
    if image.has_transparency_data and image.mode != "I;16":
        return _with_alpha(image)
    if image.mode in {"L", "RGB"} or is_plain(image):
        return image, None
    if image.mode == "1":
        return image.convert("L"), None
    if image.mode in CONVERTED_MODES:
        return _to_srgb(image), None
    if image.mode.startswith(("I", "F")):
        return deep_grey(image), None
    return image.convert("RGB"), None


def join(picture: Image.Image, alpha: Image.Image | None) -> Image.Image:
    """Return picture and alpha as one image: LA or RGBA; the picture itself without alpha."""
    if alpha is None:
        return picture
    return Image.merge(picture.mode + "A", (*picture.split(), alpha))


def _with_alpha(image: Image.Image) -> tuple[Image.Image, Image.Image]:
    grey = image.mode in {"1", "L", "LA", "La"}
    # Pillow converts a one-bit image with a transparent level to LA only through RGBA; premultiplied grey only to LA.
    whole = image.convert("LA") if image.mode == "La" else image
    whole = whole if whole.mode in {"LA", "RGBA"} else whole.convert("RGBA")
    return (whole.convert("L") if grey else whole.convert("RGB")), whole.getchannel("A")


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
