"""How much noise there is, and taking it out: brightness keeps its edges; colour, where the eye is dull, is blurred."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

# Rows that the brightness filter looks at on either side, and those that the colour blur noticeably does.
GUIDED_RADIUS, CHROMA_RADIUS = 2, 3
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


def denoised(strip: Image.Image, noise: float) -> Image.Image:
    """Return an L or RGB strip without noise of that standard deviation, in levels of 255."""
    if strip.mode == "L":
        return _smoothed(strip, noise)
    brightness, *colours = strip.convert("YCbCr").split()
    blur = ImageFilter.GaussianBlur(CHROMA_RADIUS)
    planes = (_smoothed(brightness, noise), *(colour.filter(blur) for colour in colours))
    return Image.merge("YCbCr", planes).convert("RGB")


def _smoothed(plane: Image.Image, noise: float) -> Image.Image:
    """Guided filter (He, Sun and Tang 2013), the plane guiding itself: flat areas become smooth, edges stay."""
    levels = np.asarray(plane, dtype=np.float32)
    mean = _box(levels)
    variance: Plane = np.maximum(_box(levels * levels) - mean * mean, np.float32(0))
    kept: Plane = variance / (variance + np.float32((NOISE_REACH * noise) ** 2))
    smooth = _box(kept) * levels + _box(mean - kept * mean)
    return Image.fromarray(np.rint(np.clip(smooth, 0, 255)).astype(np.uint8))


def _box(plane: Plane) -> Plane:
    """Return the mean over a square around each pixel; edges are repeated."""
    padded: NDArray[Any] = np.pad(plane, GUIDED_RADIUS, mode="edge")
    rows, columns = plane.shape
    width = 2 * GUIDED_RADIUS + 1
    down = sum(padded[i : i + rows] for i in range(1, width)) + padded[:rows]
    both = sum(down[:, i : i + columns] for i in range(1, width)) + down[:, :columns]
    return np.asarray(both / np.float32(width * width))
