"""Finds the bare paper of a page: a map of its level under print and pictures, and so of the light that falls on it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

from functions.enhance.analysis.colour import luma
from functions.enhance.arrays import Colours

# The longest edge of the copy that is measured, about, and the edge of a cell of it, in pixels.
COPY_EDGE, CELL_EDGE = 1024, 8
# The percentile of a cell's levels that is still the paper's between lines of print.
PAPER_PERCENTILE = 85
# A page whose brightest cells are darker than this has no paper.
BRIGHTEST_PERCENTILE, DARKEST_PAPER = 90, 0.25
# Cells this close to the brightest, and to their hue, in stops, are certainly paper.
CERTAIN_PAPER, CERTAIN_HUE_STOPS = 0.93, 0.15
# Their neighbours are paper too while the level changes no faster from cell to cell, in stops: pictures have an edge.
SOFT_EDGE_STOPS = 0.12
# Colours run over the edges of a stamp, most of all in a JPEG; so far around, in cells, the light has one hue. It
# changes slowly, so that one cell in three, each way, tells it.
HUE_REACH, HUE_STRIDE = 5, 3
# Enough for the light under a stamp of 30 cells to settle, a quarter of a page; wider than that, print hides no shadow.
SETTLING_ROUNDS = 400
DARKEST_LEVEL = 1 / 255


@dataclass(frozen=True)
class Paper:
    """The level of bare paper, as coded, 0 to 1, in cells of shape (rows, columns, channels).

    `cell_edge` is a cell's edge in pixels of the full picture; `seen` marks the cells that show bare paper.
    """

    light: Colours
    cell_edge: float
    seen: NDArray[np.bool_]


def find_paper(picture: Image.Image, alpha: Image.Image | None) -> Paper | None:
    """Measure the paper of a page in mode L or RGB; None where nothing is bright enough to be paper.

    The brightest cells are paper, and so is every cell that connects to them without an edge: the far corner of a page
    that is lit from one side, the shadow of a hand. Print, pictures and the table around the page take the level of
    the paper next to them.
    """
    step = max(1, round(max(picture.size) / COPY_EDGE))
    levels = _cells(_reduced(picture, alpha, step))
    brightness = luma(levels)
    brightest = float(np.percentile(brightness, BRIGHTEST_PERCENTILE))
    if brightest < DARKEST_PAPER:
        return None
    bright = brightness >= CERTAIN_PAPER * brightest
    stops = np.log2(levels.clip(DARKEST_LEVEL))
    hue_distance = np.ptp(stops - np.median(stops[bright], axis=0), axis=-1)
    seen = _connected(bright & (hue_distance <= CERTAIN_HUE_STOPS), stops)
    # Yellow paper may have no blue at all, and pixels are divided by this level.
    if not seen.any():
        return None
    light = _smoothed(_in_one_hue(_settled(_filled(levels, seen), seen)))
    return Paper(light.clip(DARKEST_LEVEL), step * CELL_EDGE, seen)


def _reduced(picture: Image.Image, alpha: Image.Image | None, step: int) -> Colours:
    levels = np.asarray(picture.reduce(step)) / 255
    levels = levels if levels.ndim == 3 else levels[..., None]
    if alpha is None:
        return levels
    opaque = np.asarray(alpha.reduce(step)) == 255
    return np.where(opaque[..., None], levels, 0)


def _cells(levels: Colours) -> Colours:
    """Return each cell's paper level; cells that extend beyond the picture repeat its edge."""
    missing = [(-length) % CELL_EDGE for length in levels.shape[:2]]
    whole = np.pad(levels, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
    rows, columns = (length // CELL_EDGE for length in whole.shape[:2])
    cells = whole.reshape(rows, CELL_EDGE, columns, CELL_EDGE, -1)
    return np.asarray(np.percentile(cells, PAPER_PERCENTILE, axis=(1, 3)))


def _connected(certain: NDArray[np.bool_], stops: Colours) -> NDArray[np.bool_]:
    """Grow certain paper over the cells around it while no channel has an edge (region growing)."""
    # A very bright margin stops the region at the borders, where np.roll wraps around.
    grown = np.pad(certain, 1)
    stops = np.pad(stops, ((1, 1), (1, 1), (0, 0)), constant_values=99)
    soft = [
        (shift, axis, (np.abs(np.roll(stops, shift, axis) - stops) < SOFT_EDGE_STOPS).all(axis=-1))
        for shift, axis in ((-1, 0), (1, 0), (-1, 1), (1, 1))
    ]
    before = -1
    while before < (before := int(grown.sum())):
        for shift, axis, passable in soft:
            grown = grown | (np.roll(grown, shift, axis) & passable)
    return grown[1:-1, 1:-1]


def _filled(levels: Colours, seen: NDArray[np.bool_]) -> Colours:
    """Extend the levels of paper, ring by ring, over the cells that show none."""
    known, values = seen.astype(float), np.where(seen[..., None], levels, 0)
    while (known == 0).any():
        near, total = _neighbours(known[..., None])[..., 0], _neighbours(values)
        new = (known == 0) & (near > 0)
        values[new] = total[new] / near[new, None]
        known[new] = 1
    return values


def _settled(levels: Colours, seen: NDArray[np.bool_]) -> Colours:
    """Let the cells that show no paper settle to the mean of those around them (a membrane: Laplace's equation).

    The edge of a shadow then runs on under a stamp; the rings alone would end it at the stamp's border.
    """
    values, bare = levels, np.broadcast_to(seen[..., None], levels.shape)
    for _ in range(SETTLING_ROUNDS):
        values = _smoothed(values)
        np.copyto(values, levels, where=bare)
    return values


def _in_one_hue(levels: Colours) -> Colours:
    """Give each cell the median hue of those around it: a fringe of red would have its paper divided into green."""
    if levels.shape[-1] == 1:
        return levels
    level = luma(levels.clip(DARKEST_LEVEL))[..., None]
    reach = (HUE_REACH, HUE_REACH + HUE_STRIDE)
    hues = np.pad(levels.clip(DARKEST_LEVEL) / level, (reach, reach, (0, 0)), "edge")
    around = sliding_window_view(hues, (2 * HUE_REACH + 1, 2 * HUE_REACH + 1), axis=(0, 1))
    middle = np.s_[HUE_STRIDE // 2 :: HUE_STRIDE]
    medians = np.median(around[middle, middle], axis=(-2, -1))
    hue = interpolated(medians, (levels.shape[1], levels.shape[0]), HUE_STRIDE).astype(np.float64)
    return np.asarray(level * hue / luma(hue)[..., None])


def _smoothed(levels: Colours) -> Colours:
    means = cv2.blur(levels, (3, 3), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(means, dtype=np.float64).reshape(levels.shape)


def _neighbours(cells: Colours) -> Colours:
    """Return the sum over the 3 x 3 cells around each; cells beyond the border are 0."""
    padded = np.pad(cells, ((1, 1), (1, 1), (0, 0)))
    return np.asarray(sliding_window_view(padded, (3, 3), axis=(0, 1)).sum(axis=(-2, -1)))


def interpolated(cells: Colours, size: tuple[int, int], cell_edge: float, top: int = 0) -> NDArray[np.float32]:
    """Return the cells, each `cell_edge` pixels wide, interpolated to `size` (width, height) from row `top` on."""
    across = [1 / cell_edge, 0, 0.5 / cell_edge - 0.5]
    down = [0, 1 / cell_edge, (top + 0.5) / cell_edge - 0.5]
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    under = cv2.warpAffine(
        cells.astype(np.float32), np.array([across, down]), size, flags=how, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(under, dtype=np.float32).reshape(size[1], size[0], cells.shape[-1])
