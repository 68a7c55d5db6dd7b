"""Carry out a draft on the full image, strip by strip in place, so that no second copy of a large photo is needed."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from functions.enhance.colour import LUMA
from functions.enhance.draft import Draft

STRIP_ROWS = 256
# Of 255 levels: fainter differences are noise, and stronger ones are edges that would grow halos.
FAINTEST_DETAIL, STRONGEST_DETAIL = 2, 14

Levels = NDArray[np.uint8] | NDArray[np.uint16]


def render(image: Image.Image, draft: Draft) -> None:
    """Change an L, RGB or I;16 image in place as the draft says."""
    if draft.is_empty:
        return
    row_above = None
    for top in range(0, image.height, STRIP_ROWS):
        # One row more at either side, for the neighbourhood of the strip's own rows.
        bottom = min(top + STRIP_ROWS + 1, image.height)
        coloured = _coloured(image.crop((0, top, image.width, bottom)), draft)
        rows = min(STRIP_ROWS, image.height - top)
        strip = coloured[:rows] if draft.sharpening == 0 else _sharpened(coloured, row_above, rows, draft.sharpening)
        image.paste(Image.fromarray(strip), (0, top))
        row_above = coloured[rows - 1 : rows]


def _coloured(strip: Image.Image, draft: Draft) -> Levels:
    """Return the strip as levels of shape (rows, columns[, channels]) after curves and saturation."""
    if strip.mode == "I;16":
        return np.asarray(draft.tables[:, 0][np.asarray(strip)])
    if not draft.keeps_levels:
        strip = strip.point(draft.tables.T.ravel().tolist())
    if draft.saturation != 1:
        strip = strip.convert("RGB", _saturation_matrix(draft.saturation))
    return np.asarray(strip)


def _saturation_matrix(gain: float) -> tuple[float, ...]:
    """Return the matrix that moves colours away from the grey of equal luma."""
    matrix = gain * np.eye(3) + (1 - gain) * LUMA
    return tuple(np.column_stack([matrix, np.zeros(3)]).ravel().tolist())


def _sharpened(coloured: Levels, row_above: Levels | None, rows: int, amount: float) -> Levels:
    """Add fine detail of the brightness, equally to all channels, so that colours gain no fringes.

    `coloured` holds `rows` rows and, unless the image ends there, one more; `row_above` is None at the image's top.
    """
    above = coloured[:1] if row_above is None else row_above
    below = coloured[rows:] if len(coloured) > rows else coloured[-1:]
    # Green carries most of the brightness, and costs no arithmetic to get.
    guide = coloured if coloured.ndim == 2 else coloured[..., 1]
    edges = [edge if edge.ndim == 2 else edge[..., 1] for edge in (above, below)]
    scale = np.iinfo(coloured.dtype).max // 255
    detail = _detail(np.concatenate([edges[0], guide[:rows], edges[1]]).astype(np.int32), scale)
    gain = np.rint(amount * detail).astype(np.int32)
    sharp = coloured[:rows] + (gain if coloured.ndim == 2 else gain[..., None])
    levels: Levels = np.clip(sharp, 0, np.iinfo(coloured.dtype).max).astype(coloured.dtype)
    return levels


def _detail(guide: NDArray[np.int32], scale: int) -> NDArray[np.int32]:
    """Return the high-pass (binomial 3 x 3) of all rows but the first and last; noise and strong edges are tamed."""
    padded = np.pad(guide, ((0, 0), (1, 1)), mode="edge")
    across = padded[:, :-2] + 2 * guide + padded[:, 2:]
    blurred = across[:-2] + 2 * across[1:-1] + across[2:]
    high = guide[1:-1] - ((blurred + 8) >> 4)
    strength = np.clip(np.abs(high) - FAINTEST_DETAIL * scale, 0, (STRONGEST_DETAIL - FAINTEST_DETAIL) * scale)
    return np.asarray(np.sign(high) * strength)
