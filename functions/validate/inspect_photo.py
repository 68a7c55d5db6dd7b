"""Is it a photo, and of a sane size? Pure: it needs a file, no AWS."""

from dataclasses import dataclass
from typing import BinaryIO

from functions.shared.errors import CorruptImageError, ImageTooLargeError
from functions.shared.imaging.frames import frame_count
from functions.shared.imaging.images import displayed_size, open_image, orientation


@dataclass(frozen=True)
class Limits:
    """What a photo may measure at most."""

    max_bytes: int
    max_pixels: int
    max_frames: int


@dataclass(frozen=True)
class PhotoFacts:
    """What a photo's header says. Width and height are in pixels, as a person sees them."""

    format: str
    width: int
    height: int
    frames: int
    orientation: int


def inspect_photo(source: BinaryIO, *, size_bytes: int, limits: Limits) -> PhotoFacts:
    """Return the facts of the photo in `source`, decoding no pixel.

    A JPEG, PNG, TIFF or BMP costs its header. WebP, AVIF and HEIC are read as a whole, and a GIF up to its second
    frame: neither Pillow nor pi_heif can open them otherwise. Raises UnsupportedImageError, CorruptImageError or
    ImageTooLargeError; the size in bytes is checked before anything is read.
    """
    if size_bytes == 0:
        raise CorruptImageError("The file is empty (0 bytes): the upload was cut off. Upload the photo again.")
    if size_bytes > limits.max_bytes:
        raise ImageTooLargeError(
            f"The file has {size_bytes} bytes, the limit is {limits.max_bytes}. "
            "Upload a smaller file, or raise MAX_BYTES."
        )
    with open_image(source, max_pixels=limits.max_pixels, max_frames=limits.max_frames) as image:
        width, height = displayed_size(image)
        return PhotoFacts(
            format=image.format or "",
            width=width,
            height=height,
            frames=frame_count(image, max_frames=limits.max_frames),
            orientation=orientation(image),
        )
