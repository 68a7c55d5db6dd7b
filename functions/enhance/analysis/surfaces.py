"""The surfaces of a thumbnail that show the colour of the light: not clipped, nor so dark that noise colours them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import brightest
from functions.enhance.arrays import Colours
from functions.enhance.srgb import to_linear

DARKEST_COLOUR, BRIGHTEST_COLOUR = 0.03, 0.97
FEWEST_PIXELS = 50
# Stray light of every lens; it keeps the logarithms of near-black channels finite.
FLARE = 1e-3


@dataclass(frozen=True)
class Surfaces:
    """Linear light, shape (pixels, 3), and the absolute differences between neighbours, shape (pairs, 3).

    `all_light` is the light of all opaque pixels, without flare.
    """

    light: Colours
    edges: Colours
    all_light: Colours

    @classmethod
    def of(cls, thumbnail: Colours, opaque: NDArray[np.bool_]) -> "Surfaces":
        """Measure the opaque pixels of a thumbnail of shape (rows, columns, 3); there must be at least one."""
        highest = brightest(thumbnail)
        usable = opaque & (highest > DARKEST_COLOUR) & (highest < BRIGHTEST_COLOUR)
        if np.count_nonzero(usable) < FEWEST_PIXELS:
            usable = opaque
        linear = to_linear(thumbnail)
        light = linear + FLARE
        edges = np.concatenate([_differences(light, usable, axis) for axis in (1, 0)])
        return cls(light[usable], edges if len(edges) else np.ones((1, 3)), linear[opaque])


def _differences(light: Colours, usable: NDArray[np.bool_], axis: int) -> Colours:
    both = np.take(usable, range(1, usable.shape[axis]), axis) & np.take(usable, range(usable.shape[axis] - 1), axis)
    return np.asarray(np.abs(np.diff(light, axis=axis))[both])
