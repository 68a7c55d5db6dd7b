"""A photo in, a better photo out: the pure core of the enhance function."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import BinaryIO

from functions.enhance.analysis.scene import survey
from functions.enhance.codec.as_coded import as_coded
from functions.enhance.codec.colour.convert import in_srgb
from functions.enhance.codec.decode import decoded
from functions.enhance.codec.dropped import dropped_from
from functions.enhance.codec.encode import Encoded, encode, final_format
from functions.enhance.codec.losses import Remark
from functions.enhance.codec.renditions import Rendition, make_renditions
from functions.enhance.codec.unchanged import as_stored
from functions.enhance.edit.document import clean_page, read_page
from functions.enhance.edit.edit_plan import Note
from functions.enhance.edit.presets import Control, plan
from functions.enhance.edit.render import render
from functions.enhance.edit.summary import describe
from functions.shared.imaging.formats import BY_NAME

DEFAULT_CONTROL = Control()


@dataclass(frozen=True)
class EnhancedPhoto(Encoded):
    """An encoded photo, its renditions by name, and in `enhancement` a summary of what was measured and done.

    `remarks` says what of the original the copy could not keep.
    """

    enhancement: dict[str, Note]
    renditions: dict[str, Encoded]
    remarks: tuple[Remark, ...] = ()

    @property
    def dropped(self) -> tuple[str, ...]:
        """What could not be kept, in sentences for the record."""
        return tuple(remark.sentence for remark in self.remarks)

    @property
    def missed(self) -> tuple[str, ...]:
        """Those of `dropped` that a person would miss."""
        return tuple(remark.sentence for remark in self.remarks if remark.loss.is_missed)


def enhance_photo(
    source: BinaryIO,
    *,
    max_pixels: int,
    max_frames: int = 1,
    control: Control = DEFAULT_CONTROL,
    renditions: Sequence[Rendition] = (),
) -> EnhancedPhoto:
    """Enhance the photo in `source`, a seekable file, as `control` says; only the first of several frames.

    Raises UnsupportedImageError, CorruptImageError (also where pixels are cut short) and ImageTooLargeError.
    """
    with decoded(source, max_pixels=max_pixels, max_frames=max_frames) as photo:
        picture, colours = photo.picture, photo.colours
        if control.preset == "document" and colours.space and not colours.space.is_similar:
            # Paper and ink are told apart by levels as sRGB has them.
            colours = in_srgb(picture, colours)
        metadata = photo.metadata.with_profile(colours.profile)
        scene = survey(picture.colours, picture.alpha, colours.space)
        edit_plan = plan(control, scene, levels=picture.top_level + 1, is_enhanced=metadata.is_of_enhanced)
        render(picture.colours, edit_plan, colours.space)
        page = None
        if control.preset == "document":
            page = read_page(*picture.in_eight_bits())
            edit_plan = clean_page(picture.colours, page, edit_plan, control.share)
        is_edited = not edit_plan.is_empty or (page is not None and control.share > 0)
        if is_edited:
            metadata = metadata.of_enhanced()
        is_same = not is_edited and not colours.conversion
        if is_same:
            picture = replace(picture, stored=as_stored(photo.image, photo.turn, photo.origin.bit_depth))
        is_left = is_same and (control.share == 0 or edit_plan.notes.get("kind") != "photo")
        if is_left:
            picture = replace(picture, coded=as_coded(photo.image, photo.turn, source))
        # A page is redrawn as a whole.
        stretch = inf if page else edit_plan.stretch
        body = encode(picture, photo.origin, metadata, colours, stretch=None if is_left else stretch)
        name = final_format(photo.origin)
        smaller = make_renditions(picture, metadata, colours, renditions)
        remarks = dropped_from(photo.origin, colours, picture, photo.extras)
    notes = describe(edit_plan, control)
    return EnhancedPhoto(body, name, BY_NAME[name].content_type, *picture.size, notes, smaller, remarks)
