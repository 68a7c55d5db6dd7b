"""What a photo shows, measured once from a small copy: every later decision rests on these numbers alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from functions.enhance.colour import Colours

THUMBNAIL_EDGE = 200
TILE_EDGE = 64
BLOCK_EDGE = 8
# Blocks this dark are flat in any underexposed photo and say nothing about drawings.
DARKEST_FLAT_LEVEL = 24
GRAPHIC_FLAT_SHARE = 0.35

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Scene:
    """A thumbnail of shape (rows, columns, channels), 0 to 1; which of its pixels are opaque; and the texture.

    `tiles` are crops at full size, levels of shape (tiles, rows, columns, channels), for what averaging would hide.
    """

    thumbnail: Colours
    opaque: NDArray[np.bool_]
    longest_edge: int
    # Share of blocks of 8 x 8 pixels in which all pixels are equal, from 0 to 1: near 0 in photos, high in drawings.
    flat_share: float
    tiles: NDArray[Any]

    @property
    def is_graphic(self) -> bool:
        """Whether this is rather a screenshot, a drawing or a document than a photo."""
        return self.flat_share >= GRAPHIC_FLAT_SHARE or not self.opaque.any()


def survey(image: Image.Image, alpha: Image.Image | None) -> Scene:
    """Measure an L, RGB or I;16 image; pixels that are not fully opaque take no part.

    Areas are averaged, so noise is tamed and even a 1 x 50,000 image keeps a pixel.
    """
    step = (max(1, image.width // THUMBNAIL_EDGE), max(1, image.height // THUMBNAIL_EDGE))
    boxes = _tile_boxes(image.size)
    tiles = np.array([np.asarray(image.crop(box)) for box in boxes])
    tiles = tiles if tiles.ndim == 4 else tiles[..., None]
    return Scene(
        thumbnail=_thumbnail(image, step),
        opaque=_opaque(image, alpha, step),
        longest_edge=max(image.size),
        flat_share=_flat_share(tiles, alpha, boxes),
        tiles=tiles,
    )


def _thumbnail(image: Image.Image, step: tuple[int, int]) -> Colours:
    if image.mode == "I;16":
        # Pillow cannot average 16-bit pixels; every n-th one serves the statistics as well.
        return np.asarray(image)[:: step[1], :: step[0], None] / 65535
    small = np.asarray(image.reduce(step)) / 255
    return small if small.ndim == 3 else small[..., None]


def _opaque(image: Image.Image, alpha: Image.Image | None, step: tuple[int, int]) -> NDArray[np.bool_]:
    if alpha is None:
        rows, columns = -(-image.height // step[1]), -(-image.width // step[0])
        return np.ones((rows, columns), dtype=bool)
    opaque: NDArray[np.bool_] = np.asarray(alpha.reduce(step)) == 255
    return opaque


def _flat_share(tiles: NDArray[Any], alpha: Image.Image | None, boxes: list[Box]) -> float:
    flat = np.concatenate([_flat_blocks(tile) for tile in tiles])
    if alpha is not None:
        flat = flat[np.concatenate([_opaque_blocks(np.asarray(alpha.crop(box))) for box in boxes])]
    return float(flat.mean()) if flat.size else 0.0


def _tile_boxes(size: tuple[int, int]) -> list[Box]:
    """Boxes of a 6 x 6 grid over the image: enough to know its texture, few enough to cost nothing."""
    columns, rows = (np.unique(np.linspace(0, max(0, length - TILE_EDGE), 6, dtype=int)) for length in size)
    return [(x, y, min(x + TILE_EDGE, size[0]), min(y + TILE_EDGE, size[1])) for y in rows for x in columns]


def _flat_blocks(tile: NDArray[Any]) -> NDArray[np.bool_]:
    """For each whole block of a tile, whether its pixels are all equal and not black."""
    blocks = _blocks(tile)
    highest, lowest = blocks.max(axis=(1, 3)), blocks.min(axis=(1, 3))
    darkest = DARKEST_FLAT_LEVEL * (257 if tile.dtype == np.uint16 else 1)
    return np.asarray((highest == lowest).all(axis=-1) & (highest.max(axis=-1) > darkest)).ravel()


def _opaque_blocks(tile: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.asarray(_blocks(tile).min(axis=(1, 3)) == 255).ravel()


def _blocks(tile: NDArray[Any]) -> NDArray[Any]:
    """Return the whole blocks of a tile, shape (blocks down, rows, blocks across, columns, channels)."""
    rows, columns = (min(BLOCK_EDGE, length) for length in tile.shape[:2])
    tile = tile[: tile.shape[0] // rows * rows, : tile.shape[1] // columns * columns]
    return tile.reshape(tile.shape[0] // rows, rows, tile.shape[1] // columns, columns, -1)
