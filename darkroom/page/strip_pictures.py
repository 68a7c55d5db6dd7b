"""The pictures of a test strip: one photo, decoded once and scaled down, as each choice of the enhancement makes it.

What is decided is decided from the photo at full size, so the words are those that the record would have; carried out
is it on the small picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import BinaryIO, NamedTuple

import cv2
import numpy as np
from PIL import Image

from functions.enhance.analysis.scene import Scene, survey
from functions.enhance.arrays import Levels
from functions.enhance.codec.buffer_pool import drop_kept_buffer
from functions.enhance.codec.colour.colours import Colours
from functions.enhance.codec.colour.convert import in_srgb
from functions.enhance.codec.decode import Decoded, decoded
from functions.enhance.codec.metadata import Metadata
from functions.enhance.codec.picture import Picture
from functions.enhance.codec.renditions import Rendition, make_renditions
from functions.enhance.edit.document import Page, clean_page, read_page
from functions.enhance.edit.edit_plan import EditPlan
from functions.enhance.edit.presets import Control, plan
from functions.enhance.edit.render import render
from functions.enhance.edit.summary import describe

LONGEST_EDGE_PIXELS = 1000
# In sRGB without a profile, upright and on white, as the renditions for the web are.
FILE = Rendition(name="strip", longest_edge_pixels=LONGEST_EDGE_PIXELS, format="JPEG", quality=92)


@dataclass(frozen=True)
class Small:
    """A photo scaled down, what its colours are, and what was measured of it at full size."""

    colours: Levels
    alpha: Levels | None
    meaning: Colours
    scene: Scene


class MadePicture(NamedTuple):
    """One picture of a strip, what its choice does to the photo in the record's sentence, and width and height."""

    jpeg: bytes
    words: str
    size: tuple[int, int]


@dataclass(frozen=True)
class StripSource:
    """What all pictures of a strip are made from; `scale` is the small picture's edge in parts of the photo's.

    `document` differs from `photo` where the photo's levels are too unlike those of sRGB to tell paper from ink.
    """

    photo: Small
    document: Small
    page: Page | None
    metadata: Metadata
    scale: float

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the pictures in pixels."""
        return self.photo.colours.shape[1], self.photo.colours.shape[0]

    def made(self, control: Control) -> MadePicture:
        """Return the small picture as a choice makes it, with what the choice does."""
        small = self.document if control.preset == "document" else self.photo
        colours = small.colours.copy()
        edit_plan = plan(control, small.scene, int(np.iinfo(colours.dtype).max) + 1)
        render(colours, _at_scale(edit_plan, self.scale), small.meaning.space)
        if control.preset == "document":
            edit_plan = clean_page(colours, self.page, edit_plan, control.share)
        jpeg = make_renditions(_picture(colours, small.alpha), self.metadata, small.meaning, [FILE])[FILE.name].body
        return MadePicture(jpeg, str(describe(edit_plan, control)["summary"]), self.size)


def read_strip_source(source: BinaryIO, *, max_pixels: int, max_frames: int) -> StripSource:
    """Decode a photo once, and return what its test strip is made from.

    Takes the memory of the photo's pixels meanwhile, and of 1,000 by 1,000 of them later. Only one thread may be in
    here at a time. Raises as enhance_photo() does.
    """
    try:
        with decoded(source, max_pixels=max_pixels, max_frames=max_frames) as photo:
            return _strip_source(photo)
    finally:
        drop_kept_buffer()


def _strip_source(photo: Decoded) -> StripSource:
    picture, meaning = photo.picture, photo.colours
    scale = min(1.0, LONGEST_EDGE_PIXELS / max(picture.size))
    as_photo = as_document = _small(picture, meaning, scale)
    if meaning.space and not meaning.space.is_similar:
        as_document = _small(picture, in_srgb(picture, meaning), scale)
    page = read_page(*picture.in_eight_bits())
    return StripSource(as_photo, as_document, page and page.scaled(scale), photo.metadata, scale)


def _small(picture: Picture, meaning: Colours, scale: float) -> Small:
    scene = survey(picture.colours, picture.alpha, meaning.space)
    return Small(*_scaled(picture.colours, picture.alpha, scale), meaning, scene)


def _scaled(colours: Levels, alpha: Levels | None, scale: float) -> tuple[Levels, Levels | None]:
    """Return copies, each pixel the mean of those that it stands for; by alpha, so that invisible colours stay so."""
    rows, columns = colours.shape[:2]
    size = max(1, round(columns * scale)), max(1, round(rows * scale))
    if alpha is None or scale == 1:
        return _means(colours, size), None if alpha is None else alpha.copy()
    top = int(np.iinfo(alpha.dtype).max)
    weights = alpha.repeat(colours.shape[-1], axis=-1)
    small_weights = _means(weights, size)
    weighted = cv2.multiply(colours, weights, scale=1 / top, dtype=cv2.CV_16U).reshape(colours.shape)
    shown = _means(weighted, size) * (top / np.maximum(small_weights, 1))
    return np.rint(shown).clip(0, top).astype(colours.dtype), _means(alpha, size)


def _means(levels: Levels, size: tuple[int, int]) -> Levels:
    # OpenCV drops the axis of one channel.
    return cv2.resize(levels, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], levels.shape[-1])


def _at_scale(edit_plan: EditPlan, scale: float) -> EditPlan:
    """Return the plan for the small picture: scaling has averaged the noise out, and the finest detail with it."""
    if scale == 1:
        return edit_plan
    return replace(edit_plan, denoising=edit_plan.denoising * scale, sharpening=edit_plan.sharpening * scale**2)


def _picture(colours: Levels, alpha: Levels | None) -> Picture:
    if colours.dtype == np.uint16:
        return Picture(colours, alpha)
    seen = colours[..., 0] if colours.shape[-1] == 1 else np.ascontiguousarray(colours[..., :3])
    return Picture(colours, alpha, (Image.fromarray(seen), None if alpha is None else Image.fromarray(alpha[..., 0])))
