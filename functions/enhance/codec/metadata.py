"""The metadata that a copy keeps: who took the photo, when and how, and its colours; no position, no serial numbers."""

import struct
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PIL import ExifTags, Image

from functions.enhance.codec.attribution import attribution_of
from functions.enhance.codec.exif_tags import KEPT_EXIF_TAGS, KEPT_TAGS, TEXT_CHUNKS
from functions.shared.imaging.pillow_guard import guarded_pillow

SRGB = 1
# DCF's mark for Adobe RGB, which cameras write instead of a profile.
INTEROPERABILITY_INDEX, ADOBE_RGB = 1, "R03"
CONVERTED_MODES = frozenset({"CMYK", "LAB"})
LARGEST_DENSITY = 65535
# The size of a JPEG segment.
MAX_EXIF_BYTES = 65_533
# What Pillow raises for EXIF values that do not fit their type.
EXIF_ERRORS = (struct.error, ValueError, TypeError, KeyError, OverflowError, OSError, AttributeError, SyntaxError)


@dataclass(frozen=True)
class Metadata:
    """The options of Pillow's savers that write the metadata."""

    saved_with: dict[str, Any]
    # The EXIF for a picture that has been converted to sRGB, empty where there is none.
    exif_of_srgb: bytes = b""


def metadata_of(image: Image.Image, profile: bytes | None = None) -> Metadata:
    """Read the metadata of a loaded image that its copy keeps; `profile` is what describes the copy's pixels."""
    with guarded_pillow():
        tags = _allowed_tags(image)
        exif, exif_of_srgb = _exif_bytes(tags), _exif_bytes(_marked_srgb(tags))
    options: dict[str, Any] = {"exif": exif} if exif else {}
    if profile:
        options["icc_profile"] = profile
    if density := _density(image):
        options["dpi"] = density
    return Metadata(options, exif_of_srgb)


def _density(image: Image.Image) -> tuple[float, float] | None:
    """Return pixels per inch, horizontally and vertically, where the file has them and every format can store them."""
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if min(across, down) >= 1 and max(across, down) <= LARGEST_DENSITY else None


def _allowed_tags(image: Image.Image) -> Image.Exif:
    clean, details = Image.Exif(), {}
    with suppress(*EXIF_ERRORS):
        source = image.getexif()
        clean.update({tag: _writable(source[tag]) for tag in KEPT_TAGS if tag in source})
        details = _details(source, is_converted=image.mode in CONVERTED_MODES)
    for chunk, tag in TEXT_CHUNKS.items():
        _fill(clean, tag, image.info.get(chunk))
    attribution = attribution_of(image)
    _fill(clean, ExifTags.Base.Artist, attribution.creator)
    _fill(clean, ExifTags.Base.Copyright, attribution.rights)
    _fill(details, ExifTags.Base.DateTimeOriginal, attribution.taken)
    if details:
        clean[ExifTags.IFD.Exif] = details
    return clean


def _details(source: Image.Exif, *, is_converted: bool) -> dict[int, Any]:
    """Return the allowed tags of the Exif IFD, which says how a photo was taken."""
    found = source.get_ifd(ExifTags.IFD.Exif)
    details: dict[int, Any] = {tag: _writable(found[tag]) for tag in KEPT_EXIF_TAGS if tag in found}
    if is_converted and ExifTags.Base.ColorSpace in details:
        details[ExifTags.Base.ColorSpace] = SRGB
    elif source.get_ifd(ExifTags.IFD.Interop).get(INTEROPERABILITY_INDEX) == ADOBE_RGB:
        details[ExifTags.IFD.Interop] = {INTEROPERABILITY_INDEX: ADOBE_RGB}
    return details


def _marked_srgb(tags: Image.Exif) -> Image.Exif:
    """Set the tag ColorSpace to sRGB where there is one, and take the mark of Adobe RGB out; nothing is added."""
    details = {**tags.get(ExifTags.IFD.Exif, {})}
    if details.pop(ExifTags.IFD.Interop, None):
        tags[ExifTags.IFD.Exif] = details
    if ExifTags.Base.ColorSpace in details:
        tags[ExifTags.IFD.Exif] = {**details, ExifTags.Base.ColorSpace: SRGB}
    return tags


def _fill(tags: MutableMapping[int, Any], tag: int, text: Any) -> None:
    """Set a tag that is absent, or blank: cameras leave it so until their owner sets it."""
    if isinstance(text, str) and text and not str(tags.get(tag, "")).strip(" \0"):
        # For tags unknown to it, Pillow writes only str as text, and only ASCII.
        tags[tag] = text if text.isascii() else text.encode()


def _writable(value: Any) -> Any:
    # Pillow reads strings as Latin-1 and writes ASCII: only bytes keep "© Zoë" whole.
    return value.encode("latin-1", "replace") if isinstance(value, str) and not value.isascii() else value


def _exif_bytes(exif: Image.Exif) -> bytes:
    """Return the EXIF as bytes; if it does not fit its types or a JPEG, only artist and copyright, or nothing."""
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
