"""How much noise there is, and taking it out: brightness keeps its edges; colour, where the eye is dull, is blurred."""

import cv2
import numpy as np
from numpy.typing import NDArray

from functions.enhance.pixels import Levels

# Rows that the brightness filter looks at on either side, and those that the colour blur noticeably does.
GUIDED_RADIUS, CHROMA_SIGMA = 2, 3
MARGIN_ROWS = 12
# Variations up to this many times the noise are smoothed away rather than kept.
NOISE_REACH = 2.5
MEDIAN_OF_NORMAL = 0.6745

Plane = NDArray[np.float32]


def noise_of(tiles: NDArray[np.float64]) -> float:
    """Standard deviation of the noise in brightness tiles of shape (tiles, rows, columns), in their own unit.

    The difference of two Laplacians (Immerkaer 1996), which smooth surfaces do not answer to, by its median, which
    detail does not sway. 0 for tiles too small to tell.
    """
    if min(tiles.shape[1:]) < 3:
        return 0.0
    down = tiles[:, :-2] - 2 * tiles[:, 1:-1] + tiles[:, 2:]
    both = down[..., :-2] - 2 * down[..., 1:-1] + down[..., 2:]
    return float(np.median(np.abs(both))) / MEDIAN_OF_NORMAL / 6


def denoised(levels: Levels, noise: float) -> Levels:
    """Return grey or RGB levels without noise of that standard deviation, in levels."""
    if levels.shape[-1] == 1:
        return _smoothed(levels, noise)[..., None]
    brightness, *colours = cv2.split(cv2.cvtColor(levels, cv2.COLOR_RGB2YCrCb))
    blurred = [cv2.GaussianBlur(colour, (0, 0), CHROMA_SIGMA, borderType=cv2.BORDER_REPLICATE) for colour in colours]
    merged = cv2.merge([_smoothed(brightness, noise), *blurred])
    return cv2.cvtColor(merged, cv2.COLOR_YCrCb2RGB, dstCn=levels.shape[-1])


def _smoothed(levels: Levels, noise: float) -> Levels:
    """Guided filter (He, Sun and Tang 2013), the plane guiding itself: flat areas become smooth, edges stay."""
    plane = np.asarray(levels, dtype=np.float32).reshape(levels.shape[:2])
    mean = _box(plane)
    variance: Plane = np.maximum(_box(plane * plane) - mean * mean, np.float32(0))
    kept: Plane = variance / (variance + np.float32((NOISE_REACH * noise) ** 2))
    smooth = _box(kept) * plane + _box(mean - kept * mean)
    return np.asarray(np.rint(np.clip(smooth, 0, np.iinfo(levels.dtype).max)).astype(levels.dtype))


def _box(plane: Plane) -> Plane:
    """Return the mean over a square around each pixel; edges are repeated."""
    width = 2 * GUIDED_RADIUS + 1
    return np.asarray(cv2.blur(plane, (width, width), borderType=cv2.BORDER_REPLICATE), np.float32)
