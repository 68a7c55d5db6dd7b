"""Tells a drawing from a photo: pages, logos, icons, codes and pieces of an interface, also scaled or compressed.

A photo has grain or texture everywhere and many colours. A drawing has areas of exactly one level, a few colours, or
only smooth gradients. Each sign is a function of its own, with numbers measured on photos and on made pictures
(tests/unit/test_graphics.py).
"""

from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.percentiles import percentiles
from functions.enhance.arrays import Levels

BLOCK_EDGE = 8
# Blocks this dark are flat in any underexposed photo, so they are no sign of a drawing.
DARKEST_FLAT_LEVEL = 24
# No photo is so small: icons, and strips of an interface.
SMALLEST_PHOTO_EDGE = 33
# A drawing in two colours, blurred by scaling and compression: how far apart they are, how much of it is how near to
# them, and how much at least near to each. What is dark and bright against the light varies more.
APART_LEVELS, NEAR_SHARES, EACH_COLOUR_SHARE = 128, ((16, 0.65), (32, 0.75)), 0.1
# A gradient of an interface: how far pixels may lie off the line between their neighbours, twice over, and how many of
# a tile may lie farther. Rounding takes 2 levels, the border of a compressed block 6; a photo's grain 10 and more.
GRADIENT_LEVELS, BENT_SHARE = 6, 0.005
# Icons and small logos, in pictures whose shorter edge is at most this: how many colours make up how much of them, and
# how near a pixel lies to its colour, in levels of the stretched picture.
SMALL_EDGE, FEW_COLOURS, FEW_COLOURED_SHARE, SAME_COLOUR = 200, 5, 0.85, 20

Boxes = list[tuple[slice, slice]]


def is_drawn(tiles: NDArray[np.uint8], samples: NDArray[np.uint8], shortest_edge: int) -> bool:
    """Return whether 8-bit tiles (see Scene) and samples of shape (rows, columns, channels) show a drawing."""
    return (
        shortest_edge < SMALLEST_PHOTO_EDGE
        or is_two_coloured(tiles)
        or is_gradient(tiles)
        or (shortest_edge <= SMALL_EDGE and is_few_coloured(samples))
    )


def is_two_coloured(tiles: NDArray[np.uint8]) -> bool:
    """Return whether nearly all levels are near the lowest or the highest, some near each, and these far apart."""
    lowest, highest = int(tiles.min()), int(tiles.max())
    return highest - lowest >= APART_LEVELS and all(
        _near(tiles <= lowest + reach, tiles >= highest - reach, share) for reach, share in NEAR_SHARES
    )


def _near(low: NDArray[np.bool_], high: NDArray[np.bool_], share: float) -> bool:
    # Counting is ten times as fast as the mean of booleans.
    shares = [int(np.count_nonzero(each)) / each.size for each in (low, high)]
    return sum(shares) >= share and min(shares) >= EACH_COLOUR_SHARE


def is_gradient(tiles: NDArray[np.uint8]) -> bool:
    """Return whether the tiles hold only smooth gradients, without grain, texture or edges; not what is all dark."""
    # One by one, for a photo shows that it is none on the first.
    is_smooth = min(tiles.shape[1:3]) >= 3 and all(_is_smooth(tile) for tile in tiles)
    return is_smooth and float((_highest(tiles) > DARKEST_FLAT_LEVEL).mean()) >= 0.5


def _highest(tiles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(reduce(np.maximum, np.moveaxis(tiles, -1, 0)))


def _is_smooth(levels: NDArray[np.uint8]) -> bool:
    """Return whether nearly all pixels lie on the line between their neighbours, down and across."""
    tile = levels.astype(np.int16)
    bends = (tile[:-2] + tile[2:] - 2 * tile[1:-1], tile[:, :-2] + tile[:, 2:] - 2 * tile[:, 1:-1])
    return all(float((np.abs(bend) > GRADIENT_LEVELS).mean()) <= BENT_SHARE for bend in bends)


def is_few_coloured(samples: NDArray[np.uint8]) -> bool:
    """Return whether a few colours, each the commonest of what the others left, make up nearly all of a picture."""
    pixels = _stretched(samples.reshape(-1, samples.shape[-1]))
    left = pixels
    for _ in range(FEW_COLOURS):
        if len(left):
            left = left[np.abs(left - _commonest(left)).max(axis=1) > SAME_COLOUR]
    return len(left) <= (1 - FEW_COLOURED_SHARE) * len(pixels)


def _stretched(pixels: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Return the pixels stretched to the whole range, so that a pale photo has as many colours as a brilliant one."""
    lowest, highest = percentiles(pixels.astype(np.float64), [1, 99])
    return np.asarray(((pixels - lowest) * (255 / max(highest - lowest, 1))).clip(0, 255).astype(np.int16))


def _commonest(pixels: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return the mean colour of the fullest cell, 16 levels wide, of a histogram."""
    cells = (pixels >> 4) @ np.array([256, 16, 1][: pixels.shape[1]])
    return np.asarray(pixels[cells == np.bincount(cells).argmax()].mean(axis=0))


def flat_share(tiles: NDArray[Any], alpha: Levels | None, boxes: Boxes) -> float:
    """Return the share of blocks, of those that are opaque, in which all pixels are equal and not black."""
    flat = np.concatenate([_flat_blocks(tile) for tile in tiles])
    if alpha is not None:
        flat = flat[np.concatenate([_opaque_blocks(alpha[box]) for box in boxes])]
    return float(flat.mean()) if flat.size else 0.0


def _flat_blocks(tile: NDArray[Any]) -> NDArray[np.bool_]:
    """Return for each whole block of a tile whether its pixels are all equal and not black."""
    # Whole rows first: numpy is four times as fast along memory as across blocks.
    highest, lowest = (along(along(_blocks(tile), axis=1), axis=2) for along in (np.max, np.min))
    darkest = DARKEST_FLAT_LEVEL * (257 if tile.dtype == np.uint16 else 1)
    return np.asarray((highest == lowest).all(axis=-1) & (highest.max(axis=-1) > darkest)).ravel()


def _opaque_blocks(tile: Levels) -> NDArray[np.bool_]:
    return np.asarray(_blocks(tile).min(axis=(1, 3, 4)) == np.iinfo(tile.dtype).max).ravel()


def _blocks(tile: NDArray[Any]) -> NDArray[Any]:
    """Return the whole blocks of a tile, shape (blocks down, rows, blocks across, columns, channels)."""
    rows, columns = (min(BLOCK_EDGE, length) for length in tile.shape[:2])
    tile = tile[: tile.shape[0] // rows * rows, : tile.shape[1] // columns * columns]
    return tile.reshape(tile.shape[0] // rows, rows, tile.shape[1] // columns, columns, -1)
