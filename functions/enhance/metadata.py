"""What metadata goes on: who made the photo, when and how, and its colours; not where, and no serial numbers."""

import struct
from dataclasses import dataclass
from typing import Any

from PIL import ExifTags, Image

from functions.shared.pillow_guard import guarded_pillow

# In a TIFF the first directory also describes the pixels, so it is what may pass that is listed.
KEPT_TAGS = (
    ExifTags.Base.ImageDescription,
    ExifTags.Base.Make,
    ExifTags.Base.Model,
    ExifTags.Base.XResolution,
    ExifTags.Base.YResolution,
    ExifTags.Base.ResolutionUnit,
    ExifTags.Base.Software,
    ExifTags.Base.DateTime,
    ExifTags.Base.Artist,
    ExifTags.Base.Copyright,
    ExifTags.Base.Rating,
    ExifTags.Base.XPTitle,
    ExifTags.Base.XPComment,
    ExifTags.Base.XPAuthor,
    ExifTags.Base.XPKeywords,
    ExifTags.Base.XPSubject,
)
# Serial numbers and maker notes trace the person; the maker's also hide positions and thumbnails.
DROPPED_EXIF_TAGS = frozenset(
    {
        ExifTags.Base.MakerNote,
        ExifTags.Base.BodySerialNumber,
        ExifTags.Base.LensSerialNumber,
        ExifTags.Base.CameraOwnerName,
        ExifTags.Base.ImageUniqueID,
        ExifTags.Base.ExifImageWidth,
        ExifTags.Base.ExifImageHeight,
        ExifTags.Base.ExifInteroperabilityOffset,
    }
)
# Where PNG keeps in text chunks what others keep in EXIF.
TEXT_CHUNKS = {
    "Author": ExifTags.Base.Artist,
    "Copyright": ExifTags.Base.Copyright,
    "Description": ExifTags.Base.ImageDescription,
}
# What a JPEG's segment holds.
MAX_EXIF_BYTES = 65_533
# What Pillow raises for EXIF values that do not fit their type.
EXIF_ERRORS = (struct.error, ValueError, TypeError, KeyError, OverflowError, OSError, AttributeError, SyntaxError)


@dataclass(frozen=True)
class Metadata:
    """The options for Pillow's savers that carry the metadata on."""

    saved_with: dict[str, Any]


def metadata_of(image: Image.Image, picture_mode: str) -> Metadata:
    """Read what a loaded image may pass on, given the mode in which its picture is enhanced.

    The profile goes on only while it describes the pixels: CMYK that has become sRGB must not carry it.
    """
    options: dict[str, Any] = {}
    with guarded_pillow():
        exif = _exif_bytes(_scrubbed(image))
    if exif:
        options["exif"] = exif
    space = b"RGB " if picture_mode == "RGB" else b"GRAY"
    profile = image.info.get("icc_profile")
    if profile and profile[16:20] == space and image.mode not in {"CMYK", "LAB"}:
        options["icc_profile"] = profile
    return Metadata(options)


def _scrubbed(image: Image.Image) -> Image.Exif:
    clean = Image.Exif()
    try:
        source = image.getexif()
        clean.update({tag: _writable(source[tag]) for tag in KEPT_TAGS if tag in source})
        details = source.get_ifd(ExifTags.IFD.Exif)
    except EXIF_ERRORS:
        details = {}
    kept = {tag: _writable(value) for tag, value in details.items() if tag not in DROPPED_EXIF_TAGS}
    if kept:
        clean[ExifTags.IFD.Exif] = kept
    for chunk, tag in TEXT_CHUNKS.items():
        if isinstance(image.info.get(chunk), str) and tag not in clean:
            clean[tag] = image.info[chunk].encode()
    return clean


def _writable(value: Any) -> Any:
    # Pillow reads strings as Latin-1 and writes ASCII: only bytes keep "© Zoë" whole.
    return value.encode("latin-1", "replace") if isinstance(value, str) and not value.isascii() else value


def _exif_bytes(exif: Image.Exif) -> bytes:
    """Return the EXIF as bytes; of what does not fit its types or a JPEG only the maker's name remains, or nothing."""
    for kept in (tuple(exif), (ExifTags.Base.Artist, ExifTags.Base.Copyright), ()):
        for tag in set(exif) - set(kept):
            del exif[tag]
        try:
            data = exif.tobytes() if len(exif) else b""
        except EXIF_ERRORS:
            continue
        if len(data) <= MAX_EXIF_BYTES:
            return data
    return b""
