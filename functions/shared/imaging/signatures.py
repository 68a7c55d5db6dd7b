"""What a file is by its first bytes; its name and its declared content type decide nothing."""

import re

from functions.shared.errors import CorruptImageError, UnsupportedImageError
from functions.shared.imaging.formats import CAMERA_RAW, FORMATS, NOT_READ, Format

HEAD_BYTES = 512
*_FIRST, _LAST = (row.spelled for row in FORMATS)
REMEDY = f"Upload a {', '.join(_FIRST)} or {_LAST} photo."


def identify(head: bytes) -> Format:
    """Return the format whose signature the first HEAD_BYTES of a file carry.

    Raises UnsupportedImageError, naming what the content looks like. No bytes at all is CorruptImageError: that is an
    upload cut short, so the remedy is to upload it again, not to convert it.
    """
    if not head:
        raise CorruptImageError("The file is empty (0 bytes): the upload was cut off. Upload the photo again.")
    if _matches(CAMERA_RAW, head):
        raise camera_raw()
    for row in FORMATS:
        if _matches(row.signature, head):
            return row
    raise UnsupportedImageError(f"The content looks like {_description(head)}, not like a photo. {REMEDY}")


def camera_raw() -> UnsupportedImageError:
    """Return the error for a camera's raw file, which many cameras give a TIFF's signature."""
    return UnsupportedImageError(f"The content is a camera's raw file, which has to be developed first. {REMEDY}")


def _description(head: bytes) -> str:
    for words, pattern in NOT_READ:
        if _matches(pattern, head):
            return words
    return "text" if _is_text(head) else "data of no known kind"


def _is_text(head: bytes) -> bool:
    try:
        # The end may cut a character in two: an incremental look at all but the last three bytes does not mind.
        text = head[:-3].decode() if len(head) == HEAD_BYTES else head.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and b"\0" not in head
    return "\0" not in text


def _matches(pattern: bytes, head: bytes) -> bool:
    return re.match(pattern, head, re.DOTALL) is not None
