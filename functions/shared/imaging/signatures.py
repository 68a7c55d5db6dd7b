"""What a file is by its first bytes; its name and its declared content type decide nothing.

Signatures are those of the formats' specifications, as https://en.wikipedia.org/wiki/List_of_file_signatures has them.
"""

import re

from functions.shared.errors import CorruptImageError, UnsupportedImageError

HEAD_BYTES = 512
REMEDY = "Upload a JPEG, PNG, WebP, TIFF, BMP, GIF, AVIF or HEIC photo."

_PHOTOS = (
    ("JPEG", rb"\xff\xd8\xff"),
    ("PNG", rb"\x89PNG\r\n\x1a\n"),
    ("GIF", rb"GIF8[79]a"),
    ("WEBP", rb"RIFF.{4}WEBP"),
    # The size of the second header makes two letters, which any text may start with, a signature.
    ("BMP", rb"BM.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00"),
    # Generic brands say nothing of the codec, so the list of compatible brands has to.
    ("AVIF", rb".{4}ftyp(?:avif|avis|(?:mif1|msf1).{4}(?:.{4})*?(?:avif|avis))"),
    ("HEIF", rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)"),
)
_CAMERA_RAW = rb"II\*\x00.{4}CR|IIU\x00|IIR[OS]|MMOR|FUJIFILMCCD-RAW|FOVb|.{4}ftypcrx "
_TIFF = rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+"
_OTHERS = (
    ("a PDF document", rb"%PDF"),
    ("an SVG drawing", rb"\s*(?:<\?xml.{,400})?<svg"),
    ("a web page", rb"(?i:\s*<(?:!doctype )?html)"),
    ("a Photoshop document", rb"8BPS"),
    ("a JPEG XL photo", rb"\xff\x0a|\x00\x00\x00\x0cJXL "),
    ("a JPEG 2000 photo", rb"\x00\x00\x00\x0cjP|\xff\x4f\xff\x51"),
    ("an icon", rb"\x00\x00[\x01\x02]\x00"),
    ("an archive or an office document", rb"PK\x03\x04|\x1f\x8b|Rar!|7z\xbc\xaf"),
    ("a sound or a video", rb".{4}ftyp|RIFF.{4}(?:AVI |WAVE)|\x1a\x45\xdf\xa3|OggS|ID3|\x00\x00\x01[\xb3\xba]"),
)


def identify(head: bytes) -> str:
    """Return Pillow's name of the format whose signature the first HEAD_BYTES of a file carry.

    Raises UnsupportedImageError, naming what the content looks like. No bytes at all is CorruptImageError: that is an
    upload cut short, so the remedy is to upload it again, not to convert it.
    """
    if not head:
        raise CorruptImageError("The file is empty (0 bytes): the upload was cut off. Upload the photo again.")
    if _matches(_CAMERA_RAW, head):
        raise camera_raw()
    for name, pattern in (*_PHOTOS, ("TIFF", _TIFF)):
        if _matches(pattern, head):
            return name
    raise UnsupportedImageError(f"The content looks like {_description(head)}, not like a photo. {REMEDY}")


def camera_raw() -> UnsupportedImageError:
    """Return the error for a camera's raw file, which many cameras dress as TIFF."""
    return UnsupportedImageError(f"The content is a camera's raw file, which has to be developed first. {REMEDY}")


def _description(head: bytes) -> str:
    for words, pattern in _OTHERS:
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
