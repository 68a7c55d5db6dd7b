"""Synthetic photos for the tests of the enhancement."""

import io
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from darkroom.packaging.repository import ROOT
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo

Levels = NDArray[np.float64]


def copy(body: bytes, preset: Any = "none") -> bytes:
    """Return the enhanced copy of a file."""
    return enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control(preset)).body


def opened(body: bytes) -> Any:
    """Return the picture of a file, its pixels decoded."""
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


@cache
def surfaces(width: int = 320, height: int = 240, seed: int = 7) -> Levels:
    """Return patches of many colours and greys, lit from black to white, with fine grain: shape (height, width, 3).

    The array is shared by all tests of a process, and read-only.
    """
    rng = np.random.default_rng(seed)
    patches = rng.uniform(0.4, 1.0, (height // 20 + 1, width // 20 + 1, 3))
    grey = rng.random(patches.shape[:2]) < 0.7
    patches[grey] = patches[grey].mean(axis=-1, keepdims=True)
    colours = patches.repeat(20, axis=0).repeat(20, axis=1)[:height, :width]
    light = np.linspace(0.02, 1.1, width)[None, :, None]
    return _read_only(np.clip(colours * light + rng.normal(0, 0.01, (height, width, 1)), 0, 1))


@cache
def landscape() -> Levels:
    """Return the sample photo at 640 x 426: shape (426, 640, 3), read-only."""
    with Image.open(ROOT / "examples" / "mountain.jpg") as image:
        return _read_only(np.asarray(image.convert("RGB").resize((640, 426), Image.Resampling.LANCZOS)) / 255)


def _read_only(levels: Levels) -> Levels:
    levels.setflags(write=False)
    return levels


def photo(levels: Levels) -> Image.Image:
    """Return levels from 0 to 1 as an L or RGB image."""
    return Image.fromarray(np.rint(np.clip(levels, 0, 1) * 255).astype(np.uint8))


def levels_of(levels: Levels) -> NDArray[np.uint8]:
    """Return levels from 0 to 1 as those of an image, shape (rows, columns, channels)."""
    return np.rint(np.clip(levels, 0, 1) * 255).astype(np.uint8).reshape(*levels.shape[:2], -1)


def encoded(image: Image.Image, file_format: str, **options: Any) -> bytes:
    """Return the image as a file's bytes."""
    body = io.BytesIO()
    image.save(body, file_format, **options)
    return body.getvalue()


def enhanced(body: bytes) -> EnhancedPhoto:
    """Return the enhanced photo."""
    return enhance_photo(io.BytesIO(body), max_pixels=10_000_000)


def enhanced_image(body: bytes) -> Image.Image:
    """Return the enhanced photo, decoded."""
    image = Image.open(io.BytesIO(enhanced(body).body))
    image.load()
    return image


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean absolute difference of the levels, 0 to 255."""
    first, second = (np.asarray(image.convert("RGB")).astype(float) for image in (one, other))
    return float(np.abs(first - second).mean())
