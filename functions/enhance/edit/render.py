"""Carries out an edit plan on the full image, in place and strip by strip: no second copy, and strips fit the cache."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from functions.enhance.arrays import Levels
from functions.enhance.colour_space import ColourSpace
from functions.enhance.edit.buffers import Buffers
from functions.enhance.edit.curves import Curves
from functions.enhance.edit.denoise import MARGIN, denoised
from functions.enhance.edit.edit_plan import EditPlan
from functions.enhance.edit.own_space import OwnSpace
from functions.enhance.edit.sharpen import RADIUS_ROWS, grey, in_all_channels, sharpen

STRIP_ROWS = 64
# Lambda gives one to two processors at the memory size that a photo needs.
BANDS = 2

# OpenCV's own threads would split strips that are small already, and would have to wake for each of them.
cv2.setNumThreads(1)


def render(pixels: Levels, edit_plan: EditPlan, space: ColourSpace | None = None) -> None:
    """Change levels of shape (rows, columns, 1 | 3 | 4) in place as the plan says; a fourth channel is padding.

    `space` is what the levels are coded in, None for sRGB; the plan is made for sRGB.
    """
    if edit_plan.is_empty:
        return
    editor = _StripEditor.of(edit_plan, pixels, space)
    cuts = pairwise(sorted({round(len(pixels) * part / BANDS) for part in range(BANDS + 1)}))
    # Made before any band changes, because each copies the rows next to its own.
    bands = [_Band(pixels, start, end, editor.margin) for start, end in cuts]
    with ThreadPoolExecutor(BANDS) as pool:
        list(pool.map(lambda band: band.render(editor), bands))


@dataclass(frozen=True)
class _StripEditor:
    """The edit plan prepared for one type of pixels, and the margin of rows around a strip that it reads."""

    edit_plan: EditPlan
    curves: Curves | None
    own_space: OwnSpace | None
    margin: int
    # The rows of the whole picture, of which a strip has its place.
    rows: int

    @classmethod
    def of(cls, edit_plan: EditPlan, pixels: Levels, space: ColourSpace | None) -> "_StripEditor":
        margin = MARGIN if edit_plan.denoising else RADIUS_ROWS
        own_space = OwnSpace.of(edit_plan, space, pixels.dtype) if space else None
        tables = edit_plan.tables.astype(pixels.dtype)
        curves = None if space or edit_plan.keeps_levels else Curves(tables, pixels.shape[-1])
        return cls(edit_plan, curves, own_space, margin, len(pixels))

    def apply(self, levels: Levels, first_row: int, buffers: Buffers) -> Levels:
        """Return the levels after curves, shadows, denoising, saturation and sharpening.

        The margin's rows are invalid.
        """
        if self.own_space:
            return self.own_space.store(self._detailed(self.own_space.edit(levels), 1, first_row, buffers))
        if self.curves:
            self.curves.apply(levels)
        return self._detailed(levels, self.edit_plan.saturation, first_row, buffers)

    def _detailed(self, levels: Levels, saturation: float, first_row: int, buffers: Buffers) -> Levels:
        edit_plan = self.edit_plan
        if edit_plan.shadow_lift:
            edit_plan.shadow_lift.apply(levels, (first_row, self.rows), buffers)
        if edit_plan.denoising:
            levels = denoised(levels, edit_plan.denoising * int(np.iinfo(levels.dtype).max))
        if saturation != 1:
            _saturate(levels, saturation, buffers)
        if edit_plan.sharpening:
            sharpen(levels, edit_plan.sharpening, buffers)
        return levels


class _Band:
    """Some rows of the pixels, and copies of the rows around them, which other threads change meanwhile."""

    def __init__(self, pixels: Levels, start: int, end: int, margin: int) -> None:
        self.rows, self.start, self.margin = pixels[start:end], start, margin
        self.above = pixels[max(0, start - margin) : start].copy()
        self.below = pixels[end : end + margin].copy()

    def render(self, editor: _StripEditor) -> None:
        above, buffers, first_row = self.above, Buffers(), self.start
        for strip, below in self._strips():
            parts = (above, strip, below)
            source = buffers.array("source", (sum(map(len, parts)), *strip.shape[1:]), strip.dtype)
            np.concatenate(parts, out=source)
            lead, rows = len(above), len(strip)
            above = source[max(0, lead + rows - self.margin) : lead + rows].copy()
            edited = editor.apply(source, first_row - lead, buffers)[lead : lead + rows]
            first_row += rows
            strip[..., : edited.shape[-1]] = edited

    def _strips(self) -> Iterator[tuple[Levels, Levels]]:
        """Yield the strips, which are views of the band, each with a copy of the rows below it."""
        for top in range(0, len(self.rows), STRIP_ROWS):
            bottom = top + STRIP_ROWS
            below = np.concatenate([self.rows[bottom : bottom + self.margin], self.below])
            yield self.rows[top:bottom], below[: self.margin]


def _saturate(levels: Levels, gain: float, buffers: Buffers) -> None:
    """Move the colours away from the grey of equal luma, in place."""
    plain = in_all_channels(grey(levels, buffers), levels, buffers)
    cv2.addWeighted(levels, gain, plain, 1 - gain, 0, dst=levels)
