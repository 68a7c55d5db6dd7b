"""Carry out a draft on the full image, strip by strip in place, so that no second copy of a large photo is needed."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from functions.enhance.colour import LUMA
from functions.enhance.denoise import MARGIN_ROWS, denoised
from functions.enhance.draft import Draft

STRIP_ROWS = 256
# Of 255 levels: fainter differences are noise, and stronger ones are edges that would grow halos.
FAINTEST_DETAIL, STRONGEST_DETAIL = 2, 14

Levels = NDArray[np.uint8] | NDArray[np.uint16]


def render(image: Image.Image, draft: Draft) -> None:
    """Change an L, RGB or I;16 image in place as the draft says."""
    if draft.is_empty:
        return
    margin = MARGIN_ROWS if draft.denoising else 1
    above = None
    for top in range(0, image.height, STRIP_ROWS):
        rows = min(STRIP_ROWS, image.height - top)
        # More rows at either side, as they came, for the neighbourhood of the strip's own rows.
        below = image.crop((0, top, image.width, min(top + rows + margin, image.height)))
        source = below if above is None else _stacked(above, below)
        lead = source.height - below.height
        above = below.crop((0, max(0, rows - margin), image.width, rows))
        image.paste(Image.fromarray(_finished(source, lead, rows, draft)), (0, top))


def _stacked(above: Image.Image, below: Image.Image) -> Image.Image:
    both = Image.new(below.mode, (below.width, above.height + below.height))
    both.paste(above, (0, 0))
    both.paste(below, (0, above.height))
    return both


def _finished(source: Image.Image, lead: int, rows: int, draft: Draft) -> Levels:
    """Return the levels of `rows` rows of the source, from row `lead` on; what lies around them only informs."""
    coloured = _coloured(source, draft)
    if draft.sharpening == 0:
        return coloured[lead : lead + rows]
    row_above = coloured[lead - 1 : lead] if lead else None
    return _sharpened(coloured[lead : lead + rows + 1], row_above, rows, draft.sharpening)


def _coloured(strip: Image.Image, draft: Draft) -> Levels:
    """Return the strip as levels of shape (rows, columns[, channels]) after curves, denoising and saturation."""
    if strip.mode == "I;16":
        return np.asarray(draft.tables[:, 0][np.asarray(strip)])
    if not draft.keeps_levels:
        strip = strip.point(draft.tables.T.ravel().tolist())
    if draft.denoising:
        strip = denoised(strip, draft.denoising * 255)
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
