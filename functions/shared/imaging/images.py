"""The only place that opens photos: by content, within limits, and with no other errors than Darkroom's own.

Nothing here decodes a pixel. Pillow reads a JPEG, PNG, TIFF or BMP only as far as its header goes; a WebP, AVIF or HEIF
it reads as a whole, and a GIF up to its second frame, for want of an interface that reads less.
"""

import functools
import io
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO, cast

import pi_heif
from PIL import ExifTags, Image, ImageFile

from functions.shared.errors import CorruptImageError, DarkroomError, ImageTooLargeError
from functions.shared.imaging.clean_aperture import clean_aperture, find_clean_aperture
from functions.shared.imaging.formats import BY_NAME
from functions.shared.imaging.frames import frame_count
from functions.shared.imaging.lenient import drop_unreadable, opened
from functions.shared.imaging.orientation import is_size_rotated, stored_orientation
from functions.shared.imaging.pillow_guard import (
    MAX_HEADER_BYTES,
    HeaderReader,
    header_errors,
    is_of_the_system,
    refuse_fatal_heif,
    refuse_large_items,
    too_much_metadata,
)
from functions.shared.imaging.signatures import HEAD_BYTES, identify
from functions.shared.imaging.tiff_directory import Directory
from functions.shared.imaging.tiff_ifd import holds_too_much
from functions.shared.imaging.tiff_pages import lead_to_photo
from functions.shared.imaging.tiff_reading import correct_palette, refuse_misread, unsupported

# EXIF begins with one. By chance there is none in a hundred megabytes; those by intent cost a millisecond each.
TIFF_HEADERS, MAX_TIFF_HEADERS = re.compile(rb"II\*\0|MM\0\*"), 64


@contextmanager
def open_image(source: BinaryIO, *, max_pixels: int, max_frames: int = 1) -> Iterator[Image.Image]:
    """Yield the photo in `source`, its header read and no pixel decoded; `source` stays open.

    The size is the stored one: displayed_size() applies the orientation. Raises UnsupportedImageError,
    CorruptImageError or ImageTooLargeError (pixels, frames or metadata over a limit); errors that `source`
    raises on purpose pass.
    """
    with _read_header(source, max_pixels, max_frames) as image:
        yield image


@contextmanager
def decoding() -> Iterator[None]:
    """Turn what Pillow raises while it decodes pixels into CorruptImageError; put nothing else inside."""
    try:
        yield
    except (DarkroomError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLargeError(f"The photo unfolds to more pixels than it declares: {error}") from error
    except Exception as error:
        if is_of_the_system(error):
            raise
        raise broken_pixels(error) from error


def broken_pixels(reason: object) -> CorruptImageError:
    """Return the error for a photo of which some pixels are lost."""
    return CorruptImageError(f"The photo's pixels are broken or cut short: {reason}. Upload it again.")


def orientation(image: Image.Image) -> int:
    """Return the orientation, 1 to 8, without decoding; 1 where the metadata is absent or broken.

    A PNG may hold it behind its pixels: whoever decodes finds it then.
    """
    # Once Pillow has decoded a TIFF it is upright, and this says so.
    value: Any = image.getexif().get(ExifTags.Base.Orientation) if image.format == "TIFF" else stored_orientation(image)
    return value if value in range(1, 9) else 1


def displayed_size(image: Image.Image) -> tuple[int, int]:
    """Return (width, height) in pixels as a person sees the photo."""
    left, top, right, bottom = clean_aperture(image) or (0, 0, *image.size)
    width, height = right - left, bottom - top
    return (height, width) if (orientation(image) >= 5) != is_size_rotated(image) else (width, height)


def _read_header(source: BinaryIO, max_pixels: int, max_frames: int) -> ImageFile.ImageFile:
    source.seek(0)
    known = identify(source.read(HEAD_BYTES))
    most_pixels = known.most_pixels(max_pixels)
    directory = None
    if known.name == "TIFF":
        source, directory = _tiff_photo(source)
    if known.is_read_whole:
        source = _whole(source, known.name, most_pixels)
    if known.name == "HEIF":
        _register_heif()
    reader = HeaderReader(source, MAX_HEADER_BYTES if known.has_header_budget else float("inf"))
    with header_errors(known.name, most_pixels, unsupported(directory) if directory else None):
        image = opened(cast("IO[bytes]", reader), known.name)
        if known.name == "AVIF":
            find_clean_aperture(image, source)
        _refuse(image, max_frames)
        if known.name == "TIFF":
            # Last, for to count pages loses what was corrected in an image.
            correct_palette(image)
    reader.lift()
    drop_unreadable(image)
    return image


def _tiff_photo(source: BinaryIO) -> tuple[BinaryIO, Directory | None]:
    """Return a TIFF so that its photo comes first, and what that is; refuse what would exhaust or mislead Pillow."""
    # Pillow is let read no nested directory.
    if holds_too_much(source, size_bytes=source.seek(0, io.SEEK_END), nested=frozenset()):
        raise too_much_metadata()
    source, directory = lead_to_photo(source)
    if directory:
        refuse_misread(directory)
    return source, directory


def _whole(source: BinaryIO, name: str, max_pixels: int) -> BinaryIO:
    """Return the file in memory, where its parser wants it, once what would exhaust or crash that is refused."""
    source.seek(0)
    data = source.read()
    refuse_fatal_heif(data)
    refuse_large_items(data, name, max_pixels)
    # The plugins read EXIF while they open the file, so it cannot be taken out afterwards.
    starts = [match.start() for match in itertools.islice(TIFF_HEADERS.finditer(data), MAX_TIFF_HEADERS)]
    blocks = (io.BytesIO(data[start:]) for start in starts)
    if len(starts) == MAX_TIFF_HEADERS or any(holds_too_much(block, size_bytes=len(data)) for block in blocks):
        raise too_much_metadata()
    return io.BytesIO(data)


@functools.cache
def _register_heif() -> None:
    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def _refuse(image: ImageFile.ImageFile, max_frames: int) -> None:
    if BY_NAME[str(image.format)].do_pixels_follow and not image.tile:
        raise CorruptImageError(f"The {image.format} ends before its pixels begin. Upload it again.")
    if image.mode == "P" and image.palette is None:
        raise CorruptImageError(f"The {image.format} has a palette without colours. Upload it again.")
    frames = frame_count(image, max_frames=max_frames)
    if frames > max_frames:
        raise ImageTooLargeError(
            f"The file has {frames} or more frames, the limit is {max_frames}. "
            "Upload a still photo, or raise MAX_FRAMES to enhance the first frame."
        )
