"""Photos in other colour spaces than sRGB, and what they look like in sRGB."""

import io

import numpy as np
from PIL import Image, ImageCms

from functions.enhance.codec.png_writer import sixteen_bit_png
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from functions.shared.controls import Preset
from verification.corpus.colour_spaces import (
    ADOBE_RGB,
    BT2020,
    DISPLAY_P3,
    GAMMA_18,
    LINEAR_LIGHT,
    PROPHOTO_RGB,
    SRGB,
    Space,
    Values,
    chromaticities,
    cicp,
    gamma,
)
from verification.corpus.file_parts import chunk

__all__ = [
    "ADOBE_RGB", "BT2020", "DISPLAY_P3", "GAMMA_18", "LINEAR_LIGHT", "PROPHOTO_RGB", "SRGB", "SRGB_PROFILE", "Space",
    "Values", "as_shown", "chromaticities", "cicp", "difference", "eight_bits", "gamma", "png", "through",
]  # fmt: skip

SRGB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def eight_bits(coded: Values) -> Image.Image:
    return Image.fromarray(np.rint(coded.clip(0, 1) * 255).astype(np.uint8))


def png(coded: Values, *chunks: tuple[bytes, bytes], bits: int = 8, profile: bytes | None = None) -> bytes:
    """Return coded values as a PNG with more chunks, which stand before its pixels."""
    options = {"icc_profile": profile} if profile else {}
    if bits == 16:
        levels = np.rint(coded * 65535).astype(np.uint16)
        body = sixteen_bit_png(levels.reshape(*levels.shape[:2], -1), None, options)
    else:
        file = io.BytesIO()
        eight_bits(coded).save(file, "PNG", **options)
        body = file.getvalue()
    # Behind signature and header.
    return body[:33] + b"".join(chunk(kind, content) for kind, content in chunks) + body[33:]


def through(body: bytes, preset: Preset = "none") -> EnhancedPhoto:
    return enhance_photo(io.BytesIO(body), max_pixels=10**7, control=Control(preset))


def as_shown(body: bytes) -> Values:
    """Return what a colour-managed viewer shows of a file of 8 bits, 0 to 1 in sRGB: LittleCMS converts it."""
    image: Image.Image = Image.open(io.BytesIO(body))
    if profile := image.info.get("icc_profile"):
        mode = "L" if image.mode == "L" else "RGB"
        to_srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image.convert(mode), io.BytesIO(profile), to_srgb, outputMode="RGB")
        assert converted is not None
        image = converted
    return np.asarray(image.convert("RGB")) / 255


def difference(one: Values, other: Values) -> float:
    """Return the mean difference in levels of 255."""
    return float(np.abs(one - other).mean() * 255)
