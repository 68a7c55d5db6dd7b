"""Photos made by script: a scene with a sky, a ground and texture, in every format and of every awkward kind."""

import io
from typing import Any

import numpy as np
from PIL import Image


def scene(width: int = 320, height: int = 240, *, seed: int = 1, brightness: float = 0.6) -> Image.Image:
    """Return a dull RGB scene of the given size in pixels; other seeds give other textures."""
    rng = np.random.default_rng(seed)
    y = np.linspace(0, 1, height)[:, None, None]
    x = np.linspace(0, 1, width)[None, :, None]
    sky, ground = np.array([0.55, 0.65, 0.8]), np.array([0.35, 0.4, 0.2])
    pixels = np.where(y < 0.5, sky * (1 - 0.4 * y), ground * (0.6 + 0.4 * x))
    pixels = pixels * brightness + rng.normal(0, 0.02, (height, width, 1))
    return Image.fromarray((np.clip(pixels, 0, 1) * 255).astype(np.uint8), "RGB")


def encoded(image: Image.Image, file_format: str, **options: Any) -> bytes:
    """Return the image as a file's bytes."""
    buffer = io.BytesIO()
    image.save(buffer, format=file_format, **options)
    return buffer.getvalue()


def jpeg(**scene_options: Any) -> bytes:
    """Return a scene as JPEG."""
    return encoded(scene(**scene_options), "JPEG", quality=90)


def opened(data: bytes) -> Image.Image:
    """Return the decoded image."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
