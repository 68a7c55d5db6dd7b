"""A photo in, a better photo out: the pure core of the enhance function."""

from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from functions.enhance.colour import luma
from functions.enhance.draft import Draft, Note
from functions.enhance.encode import encode, final_format, origin_of
from functions.enhance.metadata import metadata_of
from functions.enhance.modes import join, separate
from functions.enhance.pixels import one_block, pixels_of
from functions.enhance.render import render
from functions.enhance.scene import survey
from functions.enhance.steps import STEPS, decide
from functions.shared.images import CONTENT_TYPES, decoding, open_image, orientation

# Below this, JPEG's blocks begin to show once tones are stretched.
LOWEST_JPEG_QUALITY = 90

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
class EnhancedPhoto:
    """An encoded photo, its size in pixels, and in `enhancement` what was measured and done, for the record."""

    body: bytes
    format: str
    content_type: str
    width: int
    height: int
    enhancement: dict[str, Note]


def enhance_photo(
    source: BinaryIO, *, max_pixels: int, max_frames: int = 1, jpeg_quality: int = LOWEST_JPEG_QUALITY
) -> EnhancedPhoto:
    """Enhance the photo in `source`, a seekable file; of several frames the first.

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
    draft = decide(scene, levels=65536 if picture.mode == "I;16" else 256)
    render(pixels, draft)
    name = final_format(origin)
    body = encode(join(picture, alpha), origin, metadata, jpeg_quality)
    return EnhancedPhoto(body, name, CONTENT_TYPES[name], *picture.size, _account(draft))


def _upright(image: Image.Image) -> Image.Image:
    turn = UPRIGHT.get(orientation(image))
    return image if turn is None else image.transpose(turn)


def _account(draft: Draft) -> dict[str, Note]:
    """What was measured and done, in words and round numbers."""
    done = [
        f"{step.__name__.replace('_', ' ')}: {draft.notes[step.__name__]}"
        for step in STEPS
        if step.__name__ in draft.notes
    ]
    before, after = (
        round(100 * float(luma(pixels).mean())) for pixels in (draft.scene.thumbnail, draft.thumbnail.clip(0, 1))
    )
    return {
        **draft.notes,
        "brightness_before_percent": before,
        "brightness_after_percent": after,
        "summary": "; ".join(done) or "left as it is",
    }
