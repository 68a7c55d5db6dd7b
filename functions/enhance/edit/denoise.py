"""Measures noise and removes it: luma keeps its edges; chroma, in which the eye sees little detail, is blurred."""

import cv2
import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.percentiles import median
from functions.enhance.arrays import Levels

# The radius in pixels of the guided filter on luma, and of the blur on chroma, which is three times its sigma.
GUIDED_RADIUS, CHROMA_SIGMA, CHROMA_RADIUS = 2, 3, 9
# Rows that cover both, and sharpening after them.
MARGIN = 12
# The width of the pieces that are processed: their planes fit the cache and take little memory.
PIECE_COLUMNS = 1024
# Variations up to this many times the noise are smoothed away rather than kept.
NOISE_REACH = 2.5
MEDIAN_OF_NORMAL = 0.6745

Plane = NDArray[np.float32]


def noise_of(tiles: NDArray[np.float64]) -> float:
    """Return the standard deviation of the noise in luma tiles of shape (tiles, rows, columns), in their own unit.

    Takes the difference of two Laplacians (Immerkaer 1996), which is zero on smooth surfaces, and its median, which is
    robust against detail. Returns 0 for tiles that are too small.
    """
    if min(tiles.shape[1:]) < 3:
        return 0.0
    down = tiles[:, :-2] - 2 * tiles[:, 1:-1] + tiles[:, 2:]
    both = down[..., :-2] - 2 * down[..., 1:-1] + down[..., 2:]
    return median(np.abs(both)) / MEDIAN_OF_NORMAL / 6


def denoised(levels: Levels, noise: float) -> Levels:
    """Return grey or RGB levels without noise of this standard deviation, in levels."""
    result = np.empty_like(levels)
    for left in range(0, levels.shape[1], PIECE_COLUMNS):
        start, right = max(0, left - MARGIN), left + PIECE_COLUMNS
        piece = _denoised(levels[:, start : right + MARGIN], noise)
        result[:, left:right] = piece[:, left - start : right - start]
    return result


def _denoised(levels: Levels, noise: float) -> Levels:
    if levels.shape[-1] == 1:
        return _smoothed(levels, noise)[..., None]
    y, *chroma = cv2.split(cv2.cvtColor(levels, cv2.COLOR_RGB2YCrCb))
    size = 2 * CHROMA_RADIUS + 1
    blurred = [cv2.GaussianBlur(plane, (size, size), CHROMA_SIGMA, borderType=cv2.BORDER_REPLICATE) for plane in chroma]
    merged = cv2.merge([_smoothed(y, noise), *blurred])
    return cv2.cvtColor(merged, cv2.COLOR_YCrCb2RGB, dstCn=levels.shape[-1])


def _smoothed(levels: Levels, noise: float) -> Levels:
    """Apply the guided filter (He, Sun and Tang 2013), the plane being its own guide: it keeps edges."""
    # In place wherever possible: the planes are most of the memory that a strip takes.
    plane = np.asarray(levels, dtype=np.float32).reshape(levels.shape[:2])
    mean, variance = _box(plane), _box(plane * plane)
    variance -= mean * mean
    np.maximum(variance, 0, out=variance)
    kept = np.divide(variance, variance + np.float32((NOISE_REACH * noise) ** 2), out=variance)
    mean -= kept * mean
    smooth = _box(kept)
    smooth *= plane
    smooth += _box(mean)
    np.rint(smooth.clip(0, np.iinfo(levels.dtype).max, out=smooth), out=smooth)
    return np.asarray(smooth.astype(levels.dtype))


def _box(plane: Plane) -> Plane:
    """Return the mean over a square around each pixel; the border is replicated."""
    width = 2 * GUIDED_RADIUS + 1
    return np.asarray(cv2.blur(plane, (width, width), borderType=cv2.BORDER_REPLICATE), np.float32)
