"""What a photo shows, measured once on a sample of its pixels: every later decision uses only these numbers."""

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.drawn import flat_share, is_drawn
from functions.enhance.analysis.extremes import Extremes, in_eight_bits
from functions.enhance.analysis.whites import Whites
from functions.enhance.arrays import Colours, Levels
from functions.enhance.colour_space import ColourSpace

THUMBNAIL_EDGE = 128
# This many samples across each cell of the thumbnail reduce its noise as well as all of them would.
SAMPLES_PER_CELL = 8
TILE_EDGE = 64
# Of 570 photos none had more than 0.15; compression and scaling take the edges' blocks from a drawing.
GRAPHIC_FLAT_SHARE = 0.25
# The rounding error of averaging cells of one colour; one level of 16 bits is more.
ROUNDING = 5e-6

Box = tuple[slice, slice]


@dataclass(frozen=True)
class Scene:
    """A thumbnail of shape (rows, columns, channels), 0 to 1; which of its pixels are opaque; and the texture.

    `tiles` are crops at full size, levels of shape (tiles, rows, columns, channels), whose texture averaging hides.
    """

    thumbnail: Colours
    opaque: NDArray[np.bool_]
    longest_edge: int
    # Share of blocks of 8 x 8 pixels in which all pixels are equal, from 0 to 1: near 0 in photos, high in drawings.
    flat_share: float
    tiles: NDArray[Any]
    extremes: Extremes
    # Whether it is too small for a photo, or has another sign of a drawing (drawn.py).
    is_drawn: bool = False
    whites: Whites = field(default_factory=Whites)

    @property
    def pixels(self) -> Colours:
        """The opaque pixels of the thumbnail, shape (pixels, channels)."""
        return np.asarray(self.thumbnail[self.opaque])

    @property
    def is_blank(self) -> bool:
        """Whether all opaque pixels have one colour."""
        seen = self.pixels
        return bool(seen.size and np.ptp(seen, axis=0).max() < ROUNDING)

    @property
    def is_graphic(self) -> bool:
        """Whether this is a screenshot, a drawing, a document or a one-bit image rather than a photo."""
        lowest, highest = self.tiles.min(), self.tiles.max()
        has_two_levels = bool(((self.tiles == lowest) | (self.tiles == highest)).all())
        is_flat = self.flat_share >= GRAPHIC_FLAT_SHARE
        return is_flat or self.is_drawn or has_two_levels or not self.opaque.any()


def survey(pixels: Levels, alpha: Levels | None = None, space: ColourSpace | None = None) -> Scene:
    """Measure levels of shape (rows, columns, channels); a fourth channel is padding.

    Only opaque pixels count: those whose alpha, of shape (rows, columns, 1), is full. `space` is what the levels are
    coded in, None for sRGB: what is measured is what sRGB would hold.
    """
    picture = pixels[..., :3]
    boxes = _tile_boxes(picture.shape[0], picture.shape[1])
    tiles = np.array([picture[box] for box in boxes])
    samples = _without_padding(_samples(pixels))
    if space:
        tiles, samples = space.in_srgb(tiles), space.in_srgb(samples)
    seen = None if alpha is None else _samples(alpha)
    mask = None if seen is None else (seen == np.iinfo(seen.dtype).max).astype(np.uint8)
    small, eight_bit = _averaged(samples), in_eight_bits(samples)
    return Scene(
        thumbnail=small,
        opaque=np.ones(small.shape[:2], dtype=bool) if seen is None else _averaged(seen)[..., 0] == 1,
        longest_edge=max(picture.shape[:2]),
        flat_share=flat_share(tiles, alpha, boxes),
        tiles=tiles,
        is_drawn=is_drawn(in_eight_bits(tiles), eight_bit, min(picture.shape[:2])),
        extremes=Extremes.of(eight_bit, mask),
        whites=Whites.of(eight_bit, mask),
    )


def _samples(levels: Levels) -> Levels:
    stride = max(1, max(levels.shape) // (THUMBNAIL_EDGE * SAMPLES_PER_CELL))
    # Copying a pixel of four bytes as one number is several times as fast as copying four.
    whole = levels.view(np.uint32) if levels.shape[-1] * levels.itemsize == 4 else levels
    return np.ascontiguousarray(whole[::stride, ::stride]).view(levels.dtype)


def _without_padding(samples: Levels) -> Levels:
    return np.asarray(cv2.cvtColor(samples, cv2.COLOR_RGBA2RGB)) if samples.shape[-1] == 4 else samples


def _averaged(samples: Levels) -> Colours:
    """Return samples, 0 to 1, averaged by areas to THUMBNAIL_EDGE; even a 1 x 50,000 image keeps a pixel."""
    shrink = min(1, THUMBNAIL_EDGE / max(samples.shape))
    size = (max(1, round(samples.shape[1] * shrink)), max(1, round(samples.shape[0] * shrink)))
    # One by one: as floats, all channels at once would take more memory than anything but the photo's pixels.
    planes = (samples[..., channel].astype(np.float32) for channel in range(samples.shape[-1]))
    small = np.stack([cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in planes], axis=-1)
    means = small.astype(np.float64) / np.iinfo(samples.dtype).max
    # A mean of ones may come out a rounding error away from one.
    return np.asarray(means.round(6))


def _tile_boxes(rows: int, columns: int) -> list[Box]:
    """Return the boxes of a 6 x 6 grid over the image: enough to know its texture, few enough to cost nothing."""
    # A set, because np.unique imports numpy.ma (percentiles.py).
    tops, lefts = (sorted({int(at) for at in np.linspace(0, max(0, edge - TILE_EDGE), 6)}) for edge in (rows, columns))
    return [np.s_[top : top + TILE_EDGE, left : left + TILE_EDGE] for top in tops for left in lefts]
