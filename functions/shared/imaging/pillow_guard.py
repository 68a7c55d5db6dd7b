"""Bounds on what Pillow may read, and the translation of what it raises into Darkroom's errors."""

import math
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from PIL import Image

from functions.shared.errors import CorruptImageError, DarkroomError, ImageTooLargeError, UnsupportedImageError
from functions.shared.imaging.formats import BY_NAME
from functions.shared.imaging.signatures import REMEDY
from functions.shared.imaging.silence import silence_libraries
from functions.shared.imaging.tiff_reading import reading_tiffs

# Cameras put depth maps and previews of some megabytes into the header, in segments of up to 64 KiB; more, or
# tiny ones by the million, is an attack on the parser. A GIF of 100 MB has less than a million blocks.
MAX_HEADER_BYTES = 16 * 2**20
MAX_HEADER_READS = 2**20

_UNSUPPORTED_REASONS = re.compile("cannot handle|unknown pixel mode|[Uu]nsupported|not yet supported")
# ISO/IEC 14496-12, 8.11.6: size, "infe", version, flags, id (2 or 4 bytes), protection, then the type.
_HEIF_ITEM_TYPE = re.compile(rb"\0\0..infe(?:\x02.{7}|\x03.{9})(.{4})", re.DOTALL)
# The size of an item in a HEIF or AVIF: ISO/IEC 23008-12, 6.5.3.
_HEIF_ITEM_SIZE = re.compile(rb"ispe\0{4}(.{4})(.{4})", re.DOTALL)
# The largest block of HEVC has 64 pixels (ITU H.265, 7.4.3.2.1); a clean aperture cuts the padding off.
LARGEST_PADDING = 63
_pillow_globals = threading.RLock()


class HeaderReader:
    """A file that raises ImageTooLargeError when a header takes too many bytes or reads, until the budget is lifted."""

    def __init__(self, source: BinaryIO, budget_bytes: float) -> None:
        self._source = source
        self._budget_bytes = budget_bytes
        self._budget_reads: float = MAX_HEADER_READS

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes."""
        data = self._source.read(size)
        self._budget_bytes -= len(data)
        self._budget_reads -= 1
        if self._budget_bytes < 0 or self._budget_reads < 0:
            raise too_much_metadata()
        return data

    def lift(self) -> None:
        """Let the pixels be read, of which the limits are others."""
        self._budget_bytes = self._budget_reads = float("inf")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)


def refuse_fatal_heif(data: bytes) -> None:
    """Raise CorruptImageError for a HEIF with an item type that is no text: pi_heif 1.4 crashes the process on it."""
    if any(not kind.isascii() for kind in _HEIF_ITEM_TYPE.findall(data)):
        raise CorruptImageError("The HEIF's list of items is broken. Upload it again.")


def refuse_large_items(data: bytes, name: str, max_pixels: int) -> None:
    """Raise ImageTooLargeError for a HEIF or AVIF, as `name` says, that holds a larger picture, if only to crop it.

    Its decoder has limits of its own, and calls what is beyond them broken. Padding to whole blocks does not count.
    """
    sizes = [(int.from_bytes(across), int.from_bytes(down)) for across, down in _HEIF_ITEM_SIZE.findall(data)]
    across, down = max(sizes, key=math.prod, default=(0, 0))
    if max(across - LARGEST_PADDING, 1) * max(down - LARGEST_PADDING, 1) > max_pixels:
        raise too_many_pixels(across * down, name, max_pixels)


@contextmanager
def header_errors(name: str, max_pixels: int, unsupported: UnsupportedImageError | None = None) -> Iterator[None]:
    """Let only Darkroom's errors, MemoryError and the operating system's out of reading a header of format `name`.

    `unsupported` is raised, where it is given, for a kind that Pillow does not know: it has better words.
    """
    with guarded_pillow(max_pixels) as complaints:
        try:
            yield
        except (DarkroomError, MemoryError):
            raise
        except Exception as error:
            if is_of_the_system(error):
                raise
            translated = _translated(error, name, complaints, max_pixels)
            is_known_kind = not isinstance(translated, UnsupportedImageError)
            raise (translated if is_known_kind else unsupported or translated) from error


@contextmanager
def guarded_pillow(max_pixels: int | None = None) -> Iterator[list[warnings.WarningMessage]]:
    """Collect Pillow's warnings. With `max_pixels`, larger photos raise DecompressionBombError before any allocation.

    Filters and limits are the process's, hence the lock, and the use for headers only, never for pixels.
    """
    silence_libraries()
    with _pillow_globals, reading_tiffs(), warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        saved = Image.MAX_IMAGE_PIXELS, Image.WARN_POSSIBLE_FORMATS
        if max_pixels is not None:
            # Pillow raises at twice its limit, and only warns below; a half is exact for odd limits too.
            Image.MAX_IMAGE_PIXELS, Image.WARN_POSSIBLE_FORMATS = max_pixels / 2, True  # type: ignore[assignment]
        try:
            yield complaints
        finally:
            Image.MAX_IMAGE_PIXELS, Image.WARN_POSSIBLE_FORMATS = saved


def is_of_the_system(error: Exception) -> bool:
    """Return whether this is the operating system's error, say a full disk: no fault of the photo."""
    return isinstance(error, OSError) and error.errno is not None


def too_many_pixels(pixels: int | str, name: str, max_pixels: int) -> ImageTooLargeError:
    """Return the error for a photo over the limit of format `name`."""
    return ImageTooLargeError(
        f"The photo has {pixels} pixels, the limit is {max_pixels} for {BY_NAME[name].spelled}. "
        "Upload a smaller one, or raise MAX_PIXELS."
    )


def too_much_metadata() -> ImageTooLargeError:
    """Return the error for metadata that would exhaust the memory or the time."""
    return ImageTooLargeError(
        f"The photo's metadata exceeds {MAX_HEADER_BYTES} bytes or {MAX_HEADER_READS} parts. "
        "Save it without metadata and upload it again."
    )


def _translated(
    error: Exception, name: str, complaints: list[warnings.WarningMessage], max_pixels: int
) -> DarkroomError:
    if isinstance(error, Image.DecompressionBombError):
        return too_many_pixels(re.findall(r"\d+", str(error))[0], name, max_pixels)
    # Image.open itself says no more than "cannot identify"; the plugin's reason is among the warnings.
    reasons = "; ".join(dict.fromkeys(str(complaint.message) for complaint in complaints)) or str(error)
    if _UNSUPPORTED_REASONS.search(reasons):
        return UnsupportedImageError(f"This kind of {name} is not supported: {reasons}. {REMEDY}")
    return CorruptImageError(f"The {name}'s header is broken or cut short: {reasons}. Upload it again.")
