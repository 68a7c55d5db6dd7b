"""Carries out colour decisions, which are made in sRGB, on a picture of another colour space.

Each pixel goes to sRGB, is edited there and comes back, without rounding in between and without clipping to sRGB's
gamut, so the same scene gets the same edit in every space, and saturated colours stay as saturated as they were.
"""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from functions.enhance.arrays import Colours, Levels
from functions.enhance.colour_space import (
    OWN_ROOTS,
    POINTS,
    WIDE_ROOTS,
    ColourSpace,
    Light,
    Table,
    index_of,
    light_of_index,
    looked_up,
    srgb_levels,
    transformed,
)
from functions.enhance.edit.edit_plan import EditPlan
from functions.enhance.srgb import to_coded, to_linear

# The coded values that the tables cover between the two halves of an edit.
WIDE_CODED = (-1.5, 2.0)
# As light, levels take several times the memory: so few rows fit the cache.
PIECE_ROWS = 8


@dataclass(frozen=True, eq=False)
class OwnSpace:
    """An edit plan's curves and saturation as tables for levels of a colour space.

    `edited` goes from an index of sRGB's light to coded values, or to light where saturation does not come between.
    `shown` holds levels with a tone curve like sRGB's, on which noise and detail are handled, for an index of the
    space's own light. `stored` takes those to the space's own levels where the tone curves differ.
    """

    space: ColourSpace
    saturation: float
    keeps_colours: bool
    edited: Table
    shown: Table
    stored: Table | None

    @classmethod
    def of(cls, edit_plan: EditPlan, space: ColourSpace, dtype: np.dtype[np.unsignedinteger]) -> "OwnSpace":
        """Prepare a plan for levels of this type."""
        light, own_light = light_of_index(WIDE_ROOTS), light_of_index(OWN_ROOTS)
        coded = _wide_coded(light)[:, None]
        edited = np.stack([_extended(curve, coded[:, 0]) for curve in edit_plan.curves.clip(0, 1).T], axis=-1)
        gain = edit_plan.saturation
        return cls(
            space,
            gain,
            edit_plan.keeps_levels and gain == 1,
            (edited if gain != 1 else _wide_light(edited)).astype(np.float32),
            space.levels_of(own_light, dtype) if space.is_similar else srgb_levels(np.dtype(np.uint16)),
            None if space.is_similar else space.levels_of(to_linear(np.linspace(0, 1, POINTS)), dtype),
        )

    def edit(self, levels: Levels) -> Levels:
        """Return edited levels, without padding, whose tone curve is like sRGB's."""
        pieces = [levels[top : top + PIECE_ROWS] for top in range(0, len(levels), PIECE_ROWS)]
        return np.concatenate([self._edited(piece) for piece in pieces])

    def _edited(self, levels: Levels) -> Levels:
        if self.keeps_colours:
            own = self.space.light(levels) if self.stored is not None else None
            return levels if own is None else looked_up(index_of(own, OWN_ROOTS), self.shown)
        light = looked_up(index_of(self.space.srgb_light(levels), WIDE_ROOTS), self.edited)
        if self.saturation != 1:
            light = _light_of_coded(_saturated(light, self.saturation))
        own = transformed(light, self.space.from_srgb)
        return looked_up(index_of(own, OWN_ROOTS), self.shown)

    def store(self, levels: Levels) -> Levels:
        """Return such levels as the space's own."""
        return levels if self.stored is None else looked_up(levels, self.stored)


def _extended(curve: Colours, coded: NDArray[np.float64]) -> NDArray[np.float64]:
    """Apply a curve of levels to coded values beyond 0 and 1 too: mirrored below 0, and with a slope of 1 above 1."""
    size = np.abs(coded)
    inside = np.interp(size, np.linspace(0, 1, len(curve)), curve)
    return np.asarray(np.sign(coded) * (inside + np.maximum(size - 1, 0)))


def _wide_coded(light: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sign(light) * to_coded(np.abs(light)))


def _wide_light(coded: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sign(coded) * to_linear(np.abs(coded)))


def _saturated(coded: Light, gain: float) -> Light:
    """Move the colours away from the grey of equal luma."""
    plain = cv2.cvtColor(cv2.cvtColor(coded, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    return np.asarray(cv2.addWeighted(coded, gain, plain, 1 - gain, 0))


def _light_of_coded(coded: Light) -> Light:
    low, high = WIDE_CODED
    scale = (POINTS - 1) / (high - low)
    index = np.asarray(cv2.addWeighted(coded, scale, coded, 0, -low * scale, dtype=cv2.CV_16U))
    return looked_up(index, _wide_coded_table())


@cache
def _wide_coded_table() -> Table:
    return _wide_light(np.linspace(*WIDE_CODED, POINTS)).astype(np.float32)[:, None]
