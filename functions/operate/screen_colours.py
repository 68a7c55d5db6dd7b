"""A photo's samples as a browser's JPEG can hold them: eight bits, RGB with alpha."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

MAX_16_BITS = 65_535


def on_screen(image: Image.Image) -> tuple[Image.Image, bytes | None]:
    """Return the picture in mode RGBA, and the colour profile that its numbers go by, if there is one."""
    profile: bytes | None = image.info.get("icc_profile")
    if image.mode in {"RGB", "RGBA"}:
        # A profile holds for the samples that it came with alone.
        return image.convert("RGBA"), profile
    if image.mode == "F" or image.mode.startswith("I"):
        image = _eight_bits(image)
    elif image.mode == "CMYK" and profile:
        image = _by_profile(image, profile)
    return image.convert("RGBA"), None


def _eight_bits(grey: Image.Image) -> Image.Image:
    """Return grey of more bits or of floats in eight bits: by the range of 16 bits, of 0 to 1, or its own."""
    wide = grey.convert("F")
    low, high = map(float, wide.getextrema())  # type: ignore[arg-type] # of one channel, a pair of numbers
    if low >= 0 and high <= MAX_16_BITS:
        low, high = 0.0, 1.0 if grey.mode == "F" and high <= 1 else float(MAX_16_BITS)
    scale = 255 / ((high - low) or 1)
    return wide.point(lambda value: value * scale - low * scale).convert("L")


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture in sRGB by its own profile; as it is where that cannot be used."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image
    return made or image
