"""White that is white: how much of a photo lies at the ceiling, and whether colours were clipped there.

A longer exposure than the sensor held clips the channels of a coloured surface one by one, so around what became white
lie colours with one channel at the top. Paper, a cut-out's ground and an overcast sky are white in all channels alike:
behind them is nothing to win back, and darker they would only be grey.
"""

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import ramp

# All channels of white are higher than the first; a clipped colour has a channel at the top and one below the last.
WHITE, TOP, COLOURED = 250, 254, 235
# How many clipped colours for each white pixel: from none of the white to all of it hides texture. The share of white
# from which on it is an area, and no reflection.
CLIPPED_COLOURS, AREA = (0.6, 1.5), (5e-4, 0.01)
# The same for darkening: an area of white has to be made grey for less.
DARKENING_COLOURS = (0.0, 0.08)
# A picture with so white a frame, on three of its sides, is a page, a poster or a cut-out.
PLAIN_FRAME = 0.6

Mask = NDArray[np.uint8]


@dataclass(frozen=True)
class Whites:
    """Shares of the opaque pixels: white ones, and those with a clipped colour.

    `plain_frame` is how much of the third whitest of the four sides is white or transparent.
    """

    share: float = 0.0
    clipped_colours: float = 0.0
    plain_frame: float = 0.0

    @classmethod
    def of(cls, samples: NDArray[np.uint8], opaque: Mask | None) -> "Whites":
        """Measure 8-bit levels of shape (rows, columns, 1 | 3), only those pixels for which the mask is not 0."""
        planes = cv2.split(samples)
        lowest, highest = functools.reduce(cv2.min, planes), functools.reduce(cv2.max, planes)
        white, clipped = lowest > WHITE, (highest >= TOP) & (lowest < COLOURED)
        seen = np.ones_like(white) if opaque is None else opaque.reshape(white.shape) != 0
        count = max(int(np.count_nonzero(seen)), 1)
        white_share, clipped_share = (int(np.count_nonzero(each & seen)) / count for each in (white, clipped))
        return cls(white_share, clipped_share, _third_whitest_side(white | ~seen))

    @property
    def is_plain_frame(self) -> bool:
        """Whether the picture stands on white, or on nothing: a page, a poster, a cut-out."""
        return self.plain_frame >= PLAIN_FRAME

    @property
    def kept(self) -> float:
        """Which part of the white has to stay white, 0 to 1: none where most of what was clipped had a colour."""
        return 1 - ramp(self._colours_for_white, *CLIPPED_COLOURS)

    @property
    def darkened(self) -> float:
        """Which part of a darkening helps, 0 to 1: none where an area is white and hardly a colour was clipped."""
        return max(ramp(self._colours_for_white, *DARKENING_COLOURS), 1 - ramp(self.share, *AREA))

    @property
    def _colours_for_white(self) -> float:
        return self.clipped_colours / max(self.share, 1e-9)


def _third_whitest_side(plain: NDArray[np.bool_]) -> float:
    sides = (plain[0], plain[-1], plain[:, 0], plain[:, -1])
    return sorted(float(side.mean()) for side in sides)[1]
