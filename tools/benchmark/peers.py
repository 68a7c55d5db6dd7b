"""Other tools that enhance a photo with one call: each takes and returns an RGB picture.

All come with Pillow, numpy and OpenCV, except ImageMagick 6 or 7, which is optional: `apt install imagemagick`.
"""

import io
import math
import subprocess
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageOps

from verification.decoding.imagemagick import imagemagick, version

Peer = Callable[[Image.Image], Image.Image]

IMAGEMAGICK = "ImageMagick -auto-gamma"


def autocontrast(image: Image.Image) -> Image.Image:
    """Stretch the luma to the full range, alike in all channels."""
    return ImageOps.autocontrast(image, preserve_tone=True)


def gray_world(image: Image.Image) -> Image.Image:
    """Give all channels the same mean (Buchsbaum 1980), on encoded values as is common."""
    pixels = np.asarray(image, np.float32)
    means = np.maximum(pixels.mean((0, 1)), 1)
    return Image.fromarray((pixels * (means.mean() / means)).clip(0, 255).round().astype(np.uint8))


def auto_gamma(image: Image.Image) -> Image.Image:
    """Move the mean of all samples to one half by a power, as ImageMagick's AutoGammaImage does by default."""
    mean = min(max(float(np.asarray(image).mean()) / 255, 1e-3), 1 - 1e-3)
    power = math.log(0.5) / math.log(mean)
    curve = [round(255 * (value / 255) ** power) for value in range(256)]
    return image.point(curve * 3)


def clahe(image: Image.Image) -> Image.Image:
    """Equalise L* of Lab locally (Zuiderveld 1994): OpenCV's contrast limit of 2 and 8 x 8 tiles."""
    lab = cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2LAB)
    lab[..., 0] = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(lab[..., 0])
    return Image.fromarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB))


def imagemagick_note() -> str:
    """Return which ImageMagick is measured, or that there is none."""
    found = version(imagemagick()) if imagemagick() else ""
    return f"ImageMagick is {found}." if found else "ImageMagick is not installed here, so it is not measured."


def imagemagick_auto_gamma(image: Image.Image) -> Image.Image:
    """Run the picture through ImageMagick itself."""
    sent = io.BytesIO()
    image.save(sent, "PPM")
    command = [imagemagick(), "ppm:-", "-auto-gamma", "-depth", "8", "ppm:-"]
    done = subprocess.run(command, input=sent.getvalue(), capture_output=True, check=True)
    return Image.open(io.BytesIO(done.stdout))


def peers() -> dict[str, Peer]:
    """Return the methods to compare with, by display name."""
    found: dict[str, Peer] = {
        "Pillow autocontrast": autocontrast,
        "gray-world": gray_world,
        "auto-gamma": auto_gamma,
        "OpenCV CLAHE": clahe,
    }
    return found | ({IMAGEMAGICK: imagemagick_auto_gamma} if imagemagick() else {})
