"""A photo in, a better photo out: the pure core of the enhance function."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from functions.enhance.account import account
from functions.enhance.document import clean_page
from functions.enhance.draft import Note
from functions.enhance.encode import Encoded, encode, final_format
from functions.enhance.metadata import metadata_of
from functions.enhance.modes import join, separate
from functions.enhance.origin import origin_of
from functions.enhance.pixels import one_block, pixels_of
from functions.enhance.presets import Control, plan
from functions.enhance.render import render
from functions.enhance.renditions import Rendition, make_rendition
from functions.enhance.scene import survey
from functions.shared.images import CONTENT_TYPES, decoding, open_image, orientation

DEFAULT_CONTROL = Control()

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class EnhancedPhoto(Encoded):
    """An encoded photo, its renditions by name, and in `enhancement` what was measured and done, for the record."""

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
    """Enhance the photo in `source`, a seekable file, as `control` says; of several frames the first.

    Raises UnsupportedImageError, CorruptImageError (also where pixels are cut short) and ImageTooLargeError.
    """
    with one_block(), open_image(source, max_pixels=max_pixels, max_frames=max_frames) as image:
        origin = origin_of(image, source)
        with decoding():
            image.load()
        picture, alpha = separate(_upright(image))
        metadata = metadata_of(image, picture.mode)
    pixels = pixels_of(picture)
    scene = survey(pixels, None if alpha is None else pixels_of(alpha))
    draft = plan(control, scene, levels=65536 if picture.mode == "I;16" else 256)
    render(pixels, draft)
    if control.preset == "document":
        draft = clean_page(picture, alpha, draft, control.share)
    name = final_format(origin)
    body = encode(join(picture, alpha), origin, metadata)
    smaller = {wanted.name: make_rendition(picture, alpha, metadata, wanted) for wanted in renditions}
    return EnhancedPhoto(body, name, CONTENT_TYPES[name], *picture.size, account(draft, control), smaller)


def _upright(image: Image.Image) -> Image.Image:
    turn = UPRIGHT.get(orientation(image))
    return image if turn is None else image.transpose(turn)
