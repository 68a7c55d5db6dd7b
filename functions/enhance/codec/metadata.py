"""What metadata goes on: who made the photo, when and how, and its colours; not where, and no serial numbers."""

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
# DCF's sign for Adobe RGB, which cameras give instead of a profile.
INTEROPERABILITY_INDEX, ADOBE_RGB = 1, "R03"
CONVERTED_MODES = frozenset({"CMYK", "LAB"})
LARGEST_DENSITY = 65535
# What a JPEG's segment holds.
MAX_EXIF_BYTES = 65_533
# What Pillow raises for EXIF values that do not fit their type.
EXIF_ERRORS = (struct.error, ValueError, TypeError, KeyError, OverflowError, OSError, AttributeError, SyntaxError)


@dataclass(frozen=True)
class Metadata:
    """The options for Pillow's savers that carry the metadata on."""

    saved_with: dict[str, Any]
    # The EXIF for a picture that has been converted to sRGB, empty where there is none.
    exif_of_srgb: bytes = b""


def metadata_of(image: Image.Image, picture_mode: str, implied_profile: bytes | None = None) -> Metadata:
    """Read what a loaded image may pass on, given the mode in which its picture is enhanced.

    A profile that the file implies is used where it holds none.

    The profile goes on only while it describes the pixels: CMYK that has become sRGB must not carry it.
    """
    with guarded_pillow():
        tags = _scrubbed(image)
        exif, exif_of_srgb = _exif_bytes(tags), _exif_bytes(_called_srgb(tags))
    options: dict[str, Any] = {"exif": exif} if exif else {}
    space = b"RGB " if picture_mode == "RGB" else b"GRAY"
    profile = image.info.get("icc_profile") or implied_profile
    if profile and profile[16:20] == space and image.mode not in CONVERTED_MODES:
        options["icc_profile"] = profile
    if density := _density(image):
        options["dpi"] = density
    return Metadata(options, exif_of_srgb)


def _density(image: Image.Image) -> tuple[float, float] | None:
    """Return pixels per inch, across and down, where the file tells and every format can repeat it."""
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if min(across, down) >= 1 and max(across, down) <= LARGEST_DENSITY else None


def _scrubbed(image: Image.Image) -> Image.Exif:
    clean, details = Image.Exif(), {}
    with suppress(*EXIF_ERRORS):
        source = image.getexif()
        clean.update({tag: _writable(source[tag]) for tag in KEPT_TAGS if tag in source})
        details = _details(source, is_converted=image.mode in CONVERTED_MODES)
    for chunk, tag in TEXT_CHUNKS.items():
        _fill(clean, tag, image.info.get(chunk))
    said = attribution_of(image)
    _fill(clean, ExifTags.Base.Artist, said.creator)
    _fill(clean, ExifTags.Base.Copyright, said.rights)
    _fill(details, ExifTags.Base.DateTimeOriginal, said.taken)
    if details:
        clean[ExifTags.IFD.Exif] = details
    return clean


def _details(source: Image.Exif, *, is_converted: bool) -> dict[int, Any]:
    """Return what may pass of the directory in which EXIF keeps how a photo was taken."""
    found = source.get_ifd(ExifTags.IFD.Exif)
    details: dict[int, Any] = {tag: _writable(found[tag]) for tag in KEPT_EXIF_TAGS if tag in found}
    if is_converted and ExifTags.Base.ColorSpace in details:
        details[ExifTags.Base.ColorSpace] = SRGB
    elif source.get_ifd(ExifTags.IFD.Interop).get(INTEROPERABILITY_INDEX) == ADOBE_RGB:
        details[ExifTags.IFD.Interop] = {INTEROPERABILITY_INDEX: ADOBE_RGB}
    return details


def _called_srgb(tags: Image.Exif) -> Image.Exif:
    """Change what the tags say of the colours; what they do not say stays unsaid."""
    details = tags.get(ExifTags.IFD.Exif, {})
    if ExifTags.Base.ColorSpace in details:
        tags[ExifTags.IFD.Exif] = {**details, ExifTags.Base.ColorSpace: SRGB}
    return tags


def _fill(tags: MutableMapping[int, Any], tag: int, text: Any) -> None:
    """Set a tag that is absent, or blank as cameras leave it whose owner has set nothing."""
    if isinstance(text, str) and text and not str(tags.get(tag, "")).strip(" \0"):
        # Of texts whose tag it does not know, Pillow writes only str as text, and only ASCII.
        tags[tag] = text if text.isascii() else text.encode()


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
