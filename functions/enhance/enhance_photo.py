"""A photo in, a better photo out: the pure core of the enhance function."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from functions.enhance.analysis.scene import survey
from functions.enhance.codec.buffer_pool import buffer_pool
from functions.enhance.codec.display_p3 import profile_of_code_points
from functions.enhance.codec.encode import Encoded, encode, final_format
from functions.enhance.codec.header_corrections import correct_header
from functions.enhance.codec.metadata import metadata_of
from functions.enhance.codec.origin import origin_of
from functions.enhance.codec.picture import load, read_picture
from functions.enhance.codec.pixels import one_block
from functions.enhance.codec.renditions import Rendition, make_renditions
from functions.enhance.edit.document import clean_page
from functions.enhance.edit.edit_plan import Note
from functions.enhance.edit.presets import Control, plan
from functions.enhance.edit.render import render
from functions.enhance.edit.summary import describe
from functions.shared.imaging.formats import BY_NAME
from functions.shared.imaging.images import decoding, open_image

DEFAULT_CONTROL = Control()


@dataclass(frozen=True)
class EnhancedPhoto(Encoded):
    """An encoded photo, its renditions by name, and in `enhancement` a summary of what was measured and done."""

    enhancement: dict[str, Note]
    renditions: dict[str, Encoded]


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
    again = partial(open_image, source, max_pixels=max_pixels, max_frames=max_frames)
    with one_block(), buffer_pool() as pool, again() as image:
        correct_header(image, source)
        origin = origin_of(image, source)
        with decoding():
            load(image, pool)
        picture = read_picture(image, origin, again)
        metadata = metadata_of(image, picture.mode, profile_of_code_points(*origin.code_points))
        edit_plan = plan(control, survey(picture.colours, picture.alpha), levels=picture.top_level + 1)
        render(picture.colours, edit_plan)
        if control.preset == "document":
            edit_plan = clean_page(picture.colours, *picture.in_eight_bits(), edit_plan, control.share)
        name, body = final_format(origin), encode(picture, origin, metadata)
        smaller = make_renditions(picture, metadata, renditions)
    return EnhancedPhoto(body, name, BY_NAME[name].content_type, *picture.size, describe(edit_plan, control), smaller)
