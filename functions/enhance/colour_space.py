"""A colour space by its tone curves and a matrix: what the numbers of a picture mean, told in sRGB's terms.

Tables are indexed by the square root of light: its steps are about as fine everywhere as the eye's, down to black.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import DTypeLike, NDArray

from functions.enhance.arrays import Levels
from functions.enhance.srgb import to_coded

# The number of coded values at which a curve is known: all levels of 16 bits.
POINTS = 65536
# The roots that a table covers: of a picture's own light, and of sRGB's, in which wide gamuts reach beyond 0 and 1.
OWN_ROOTS, WIDE_ROOTS = (0.0, 1.0), (-1.5, 1.5)
# How far a space's coded values may lie from sRGB's: unseen; and hardly seen.
SAME_LEVELS, SIMILAR_LEVELS = 1.5 / 255, 0.05
PIECE_ROWS = 64

Light = NDArray[np.float32]
Table = NDArray[Any]


@dataclass(frozen=True, eq=False)
class ColourSpace:
    """An RGB space or a grey one.

    `curves` holds the light, 0 to 1, of coded values that are evenly spaced from 0 to 1, shape (POINTS, 3 | 1), never
    falling. `matrix` takes linear light to sRGB's, shape (3, 3), or is 1 in a grey space, shape (1, 1).
    """

    curves: Light
    matrix: NDArray[np.float64]

    @property
    def channels(self) -> int:
        """1 for a grey space, else 3."""
        return int(self.curves.shape[1])

    @cached_property
    def from_srgb(self) -> NDArray[np.float64]:
        """The inverse of the matrix."""
        return np.asarray(np.linalg.inv(self.matrix), np.float64)

    @cached_property
    def curve_difference(self) -> float:
        """By how much, of 1, the coded values of the same light differ from sRGB's at most."""
        coded = np.linspace(0, 1, POINTS)[:, None]
        return float(np.abs(to_coded(self.curves.astype(np.float64)) - coded).max())

    @property
    def is_similar(self) -> bool:
        """Whether the tone curves are so near sRGB's that noise, detail and paper look alike in both."""
        return self.curve_difference <= SIMILAR_LEVELS

    @cached_property
    def is_srgb(self) -> bool:
        """Whether the same numbers look as they do in sRGB."""
        steps = np.linspace(0, POINTS - 1, 9).astype(int)
        coded = np.stack(np.meshgrid(*[steps] * self.channels), axis=-1).reshape(1, -1, self.channels)
        shown = self.in_srgb(coded.astype(np.uint16))
        difference = np.abs(shown.astype(int) - coded).max() / (POINTS - 1)
        return bool(max(difference, self.curve_difference) <= SAME_LEVELS)

    def light(self, levels: Levels) -> Light:
        """Return the space's own linear light of levels of shape (rows, columns, channels); padding is left out."""
        colours = cv2.cvtColor(levels, cv2.COLOR_RGBA2RGB) if levels.shape[-1] == 4 else levels
        return looked_up(colours, self.curves[:: (POINTS - 1) // int(np.iinfo(levels.dtype).max)])

    def srgb_light(self, levels: Levels) -> Light:
        """Return sRGB's linear light: below 0 or above 1 where a colour lies outside its gamut."""
        return transformed(self.light(levels), self.matrix)

    def in_srgb(self, levels: Levels) -> Levels:
        """Return levels of shape (.., rows, columns, channels) as those of sRGB, clipped to its gamut, without padding.

        Where `levels` has more dimensions than an image, the result has them too.
        """
        image = levels.reshape(-1, *levels.shape[-2:])
        table = srgb_levels(levels.dtype)
        # As light, levels take several times the memory.
        pieces = [image[top : top + PIECE_ROWS] for top in range(0, len(image), PIECE_ROWS)]
        shown = [looked_up(index_of(np.clip(self.srgb_light(piece), 0, 1), OWN_ROOTS), table) for piece in pieces]
        return np.concatenate(shown).reshape(*levels.shape[:-1], self.channels)

    def levels_of(self, light: NDArray[np.float64], dtype: DTypeLike) -> Table:
        """Return a table of the space's levels for own light of shape (POINTS,), shape (POINTS, channels)."""
        coded = np.linspace(0, 1, POINTS)
        columns = [np.interp(light, column, coded) for column in self.curves.T.astype(np.float64)]
        return as_levels(np.stack(columns, axis=-1), dtype)


def transformed(light: Light, matrix: NDArray[np.float64]) -> Light:
    """Return colours of shape (rows, columns, channels) times a matrix."""
    return light if matrix.size == 1 else np.asarray(cv2.transform(light, matrix.astype(np.float32)))


def index_of(light: Light, roots: tuple[float, float]) -> Levels:
    """Return where light stands in tables over these roots, as numbers of 16 bits; beyond them, the nearest."""
    low, high = roots
    found: Light = np.asarray(cv2.sqrt(np.maximum(light, 0)), np.float32)
    if low < 0:
        found -= np.asarray(cv2.sqrt(np.maximum(-light, 0)), np.float32)
    scale = (POINTS - 1) / (high - low)
    return np.asarray(cv2.addWeighted(found, scale, found, 0, -low * scale, dtype=cv2.CV_16U)).reshape(light.shape)


def light_of_index(roots: tuple[float, float]) -> NDArray[np.float64]:
    """Return the light of each index, shape (POINTS,)."""
    found = np.linspace(*roots, POINTS)
    return np.asarray(np.sign(found) * found * found)


@cache
def srgb_levels(dtype: np.dtype[Any]) -> Table:
    """Return the table from an index of light (OWN_ROOTS) to levels with sRGB's tone curve, shape (POINTS, 1)."""
    return as_levels(to_coded(light_of_index(OWN_ROOTS)), dtype)[:, None]


def looked_up(levels: Levels, table: Table) -> NDArray[Any]:
    """Return what a table of shape (levels, channels | 1) holds for each level."""
    if table.shape[1] == 1:
        return np.asarray(cv2.LUT(levels.reshape(len(levels), -1), table[:, 0])).reshape(levels.shape)
    return np.asarray(cv2.LUT(levels, np.ascontiguousarray(table)[None]))


def as_levels(coded: NDArray[np.float64], dtype: DTypeLike) -> Table:
    """Return coded values, 0 to 1, as levels of this type."""
    return np.asarray(np.rint(np.clip(coded, 0, 1) * np.iinfo(np.dtype(dtype)).max).astype(dtype))
