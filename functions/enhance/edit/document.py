"""The preset document: a photographed or scanned page gets white paper and dark ink; stamps keep their colour."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from functions.enhance.analysis.colour import luma
from functions.enhance.analysis.scene import survey
from functions.enhance.arrays import Colours, Levels
from functions.enhance.edit.edit_plan import EditPlan, Note
from functions.enhance.edit.paper import COPY_EDGE, Paper, find_paper, interpolated

STRIP_ROWS = 64
# Paper has grain, and a camera noise: down to this many standard deviations below its median level, paper is white.
GRAIN_REACH, DARKEST_WHITE, BRIGHTEST_WHITE = 2.5, 0.7, 0.97
# Shares of the paper's level: below the first there is certainly ink, above the second certainly none.
INK, BARE = 0.6, 0.8
# Ink, the darkest hundredth, moves this far toward black, but pencil stays grey.
INK_PERCENTILE, TOWARD_BLACK, MOST_BLACK = 1, 0.75, 0.35


@dataclass(frozen=True)
class Page:
    """A page's paper; how far below its level, 0 to 1, its grain reaches; and the share of it that becomes black."""

    paper: Paper
    grain: float
    black: float

    def gains(self) -> tuple[Colours, Colours]:
        """Return each cell's gain and offset, for levels of 0 to 1."""
        # Noise has the same size everywhere, so it is a larger share of the level where paper lies in shadow.
        light = self.paper.light
        white = np.clip(1 - self.grain / light.mean(axis=-1, keepdims=True), DARKEST_WHITE, BRIGHTEST_WHITE)
        return 1 / (light * (white - self.black)), -self.black / (white - self.black).repeat(light.shape[-1], axis=-1)

    def scaled(self, factor: float) -> "Page":
        """Return what this is of the same page at another size, in pixels."""
        return replace(self, paper=replace(self.paper, cell_edge=self.paper.cell_edge * factor))


def clean_page(levels: Levels, page: Page | None, edit_plan: EditPlan, share: float) -> EditPlan:
    """Change a page's levels in place, by a `share` from 0 to 1; return the plan with notes on it.

    Each pixel is divided by the level of the paper under it, channel by channel: this removes shadows and the colour of
    the light, which only dim the paper, and keeps the colour of the print.
    """
    if page is None:
        return edit_plan.with_notes(kind="document without paper")
    _divide_by_paper(levels, page, share)
    return replace(edit_plan, thumbnail=survey(levels).thumbnail).with_notes(**_notes(page))


def read_page(picture: Image.Image, alpha: Image.Image | None) -> Page | None:
    """Measure paper, grain and ink of a page in mode L or RGB, with its alpha (L); None where there is no paper."""
    paper = find_paper(picture, alpha)
    if paper is None:
        return None
    # Single pixels, not means: they keep the grain of the paper, and the darkness of thin ink.
    scale = min(1, COPY_EDGE / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    levels = _levels(picture.resize(size, Image.Resampling.NEAREST))
    light = interpolated(paper.light, size, paper.cell_edge * scale)
    shares = (levels / light).mean(axis=-1)
    bare = (levels - light).mean(axis=-1)[shares > BARE]
    usual, low = np.percentile(bare, [50, 16]) if bare.size else (0.0, 0.0)
    ink = float(np.percentile(shares, INK_PERCENTILE))
    return Page(paper, GRAIN_REACH * (usual - low) - usual, min(TOWARD_BLACK * ink, MOST_BLACK) if ink < INK else 0.0)


def _divide_by_paper(pixels: Levels, page: Page, share: float) -> None:
    gain, offset = (_with_padding(cells, pixels.shape[-1]) for cells in page.gains())
    top_level, depth = (65535, cv2.CV_16U) if pixels.dtype == np.uint16 else (255, cv2.CV_8U)
    for top in range(0, len(pixels), STRIP_ROWS):
        strip = pixels[top : top + STRIP_ROWS]
        under = ((strip.shape[1], len(strip)), page.paper.cell_edge, top)
        lit = cv2.multiply(strip, interpolated(gain, *under), dtype=cv2.CV_32F)
        clean = cv2.add(lit, interpolated(offset * top_level, *under), dtype=depth)
        strip[...] = cv2.addWeighted(strip, 1 - share, clean, share, 0).reshape(strip.shape)


def _with_padding(cells: Colours, channels: int) -> Colours:
    return np.pad(cells, ((0, 0), (0, 0), (0, channels - cells.shape[-1])))


def _levels(image: Image.Image) -> NDArray[np.float32]:
    levels = np.asarray(image, dtype=np.float32) / np.float32(255)
    return levels if levels.ndim == 3 else levels[..., None]


def _notes(page: Page) -> dict[str, Note]:
    light = luma(page.paper.light)[page.paper.seen]
    darkest, usual, brightest = np.percentile(light, [2, 50, 98])
    paper = f"{usual:.0%} bright, shading of {1 - darkest / brightest:.0%}"
    notes: dict[str, Note] = {"kind": "document", "paper": paper}
    return {**notes, "ink": f"black from {page.black:.0%} of the paper's level down"} if page.black else notes
