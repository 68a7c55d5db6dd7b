"""Lifts the shadows of a photo against the light, and only these: a curve under a mask that follows the edges.

The mask comes from the thumbnail by the fast guided filter (He and Sun 2015): within a small window, how dark a pixel's
surroundings are is nearly a linear function of its own luma. The coefficients are computed on the thumbnail and
interpolated; the full picture's luma then puts the mask's edges where the picture has its own, so there is no halo.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import luma
from functions.enhance.arrays import Colours, Levels
from functions.enhance.edit.buffers import Buffers
from functions.enhance.edit.curves import Curves
from functions.enhance.edit.sharpen import grey, in_all_channels
from functions.enhance.srgb import to_coded, to_linear

# What the mask takes for shadow, in luma: all of what is below the first, nothing from the second on.
SHADOW, NO_SHADOW = 0.25, 0.6
# The window in parts of the thumbnail's longer edge, and the variance below which a difference is no edge.
WINDOW, EDGE_VARIANCE = 1 / 10, 0.015**2

Plane = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ShadowLift:
    """By how many stops the shadows are lifted, and the mask as a linear function of luma.

    `coefficients` has shape (rows, columns, 2), of the thumbnail: the slope, and the offset.
    """

    stops: float
    coefficients: Plane

    @classmethod
    def of(cls, thumbnail: Colours, stops: float) -> "ShadowLift":
        """Make the mask from a thumbnail of shape (rows, columns, 1 | 3), 0 to 1."""
        guide: Plane = np.asarray(luma(thumbnail.clip(0, 1)), np.float32)
        shadow = np.asarray(((NO_SHADOW - guide) / (NO_SHADOW - SHADOW)).clip(0, 1), np.float32)
        mean, wanted = _box(guide), _box(shadow)
        variance = _box(guide * guide) - mean * mean + np.float32(EDGE_VARIANCE)
        slope = (_box(guide * shadow) - mean * wanted) / variance
        offset = wanted - slope * mean
        return cls(stops, np.stack([_box(slope), _box(offset)], axis=-1))

    def at_strength(self, share: float) -> "ShadowLift":
        """Return a lift by a share of the stops."""
        return replace(self, stops=share * self.stops)

    def shown(self, thumbnail: Colours) -> Colours:
        """Return a thumbnail with its shadows lifted."""
        coded = thumbnail.clip(0, 1)
        mask = (self.coefficients[..., 0] * luma(coded) + self.coefficients[..., 1]).clip(0, 1)
        return np.asarray(thumbnail + mask[..., None] * (_brighter(coded, self.stops) - coded))

    def apply(self, levels: Levels, rows: tuple[int, int], buffers: Buffers) -> None:
        """Lift levels of shape (rows, columns, 1 | 3 | 4), in place.

        `rows` are the first row's place in the photo, and the photo's number of rows.
        """
        mask = self._mask(grey(levels, buffers), rows)
        lifted = buffers.array("lifted", levels.shape, levels.dtype)
        np.copyto(lifted, levels)
        _curves(self.stops, levels.dtype.name, levels.shape[-1]).apply(lifted)
        cv2.subtract(lifted, levels, dst=lifted)
        top = int(np.iinfo(levels.dtype).max)
        cv2.multiply(lifted, in_all_channels(mask, levels, buffers), dst=lifted, scale=1 / top)
        cv2.add(levels, lifted, dst=levels)

    def _mask(self, plane: Levels, rows: tuple[int, int]) -> Levels:
        """Return the mask of a grey plane, in its own levels."""
        first, count = rows
        down, across = self.coefficients.shape[0] / count, self.coefficients.shape[1] / plane.shape[1]
        places = np.array([[across, 0, across / 2 - 0.5], [0, down, (first + 0.5) * down - 0.5]])
        wide = cv2.warpAffine(
            self.coefficients,
            places,
            plane.shape[::-1],
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        slope, offset = (np.asarray(each, np.float32) for each in cv2.split(wide))
        top = int(np.iinfo(plane.dtype).max)
        slope *= plane
        offset *= top
        slope += offset
        return np.asarray(slope.clip(0, top, out=slope)).astype(plane.dtype)


def _brighter(coded: Colours, stops: float) -> Colours:
    """Return coded values brighter by the stops where they are dark; white stays (after Reinhard et al. 2002)."""
    light = to_linear(coded)
    return np.asarray(to_coded(light * 2**stops / (1 + (2**stops - 1) * light)))


@lru_cache(maxsize=4)
def _curves(stops: float, depth: str, channels: int) -> Curves:
    """Return the same as tables; all strips of a photo share them."""
    top = int(np.iinfo(depth).max)
    table = np.rint(_brighter(np.linspace(0, 1, top + 1), stops) * top).astype(depth)
    return Curves(table[:, None].repeat(min(channels, 3), axis=1), channels)


def _box(plane: NDArray[np.floating]) -> Plane:
    """Return the mean over a window around each cell; the border is replicated."""
    size = 2 * max(1, round(WINDOW * max(plane.shape) / 2)) + 1
    return np.asarray(cv2.blur(plane, (size, size), borderType=cv2.BORDER_REPLICATE), np.float32)
