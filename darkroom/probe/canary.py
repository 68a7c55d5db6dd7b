"""The canary: a photo of a few kilobytes, made by script, and a file that is none."""

import io

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 96, 64
"""In pixels."""
BROKEN = b"This is no photo: it was made by `darkroom doctor --probe`, to see it fail."


def canary_jpeg() -> bytes:
    """Return a JPEG of a dim slope in warm light, which the enhancement finds something to do about."""
    across, down = np.meshgrid(np.linspace(0, 1, WIDTH), np.linspace(0, 1, HEIGHT))
    slope = 40 + 90 * across * (1 - down)
    pixels = np.stack([slope * 1.2, slope, slope * 0.8], axis=-1).round().clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=90)
    return file.getvalue()


def is_canary(content: bytes) -> bool:
    """Tell whether these bytes are a picture of the canary's size."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            return image.size == (WIDTH, HEIGHT)
    except (OSError, SyntaxError, ValueError):
        return False
