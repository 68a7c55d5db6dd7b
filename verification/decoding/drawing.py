"""The one scene that every file of the corpus shows: it tells all eight orientations apart, and sRGB holds it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from verification.corpus.file_parts import Make
from verification.decoding.readings import TOP_LEVEL, Reading, reading

# Shares of white, 0 to 1.
Shares = NDArray[np.float64]

# Whole blocks of every codec, also of a quarter of the colours.
COLUMNS, ROWS = 96, 64
_DOWN, _ACROSS = np.mgrid[0:ROWS, 0:COLUMNS]
SCENE: Shares = np.stack([_ACROSS / 105, _DOWN / 75, (_ACROSS + _DOWN) / 190], axis=-1) + 0.08
GREY, OPACITY = SCENE[..., :1], SCENE[..., 2:] / 2 + 0.45
# What an aperture leaves of it: left, top, right, bottom.
APERTURE = (16, 8, 80, 40)

# How the scene lies in a file whose orientation turns it upright (EXIF 2.3, 4.6.4 A).
STORED: dict[int, Callable[[Shares], Shares]] = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.swapaxes(0, 1),
    6: np.rot90,
    7: lambda upright: np.rot90(upright, 2).swapaxes(0, 1),
    8: lambda upright: np.rot90(upright, 3),
}


@dataclass(frozen=True)
class Sample:
    """How to make a file, and what it shows by its definition; None where that is not known to the level."""

    make: Make
    shows: Reading | None = None


def shown(shares: Shares, *, is_deep: bool = False) -> Reading:
    """Return the reading of shares of white, shape (rows, columns, 1 to 4)."""
    return reading(np.rint(shares * TOP_LEVEL).astype(np.uint16), is_deep=is_deep)


def with_alpha(shares: Shares) -> Shares:
    """Return shares with the scene's alpha."""
    return np.concatenate([shares, OPACITY], axis=-1)


def picture(shares: Shares = SCENE) -> Image.Image:
    """Return shares as Pillow's image of 8 bits: L, LA, RGB or RGBA."""
    levels = np.rint(shares * 255).astype(np.uint8)
    return Image.fromarray(levels[..., 0] if levels.shape[-1] == 1 else np.ascontiguousarray(levels))


def turned(orientation: int) -> tuple[Image.Image, bytes]:
    """Return the scene as it lies in a file of an orientation, and the EXIF that says so."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return picture(STORED[orientation](SCENE)), exif.tobytes()
