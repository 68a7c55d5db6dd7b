"""The EXIF that a copy keeps: tag by tag, so that a broken one costs itself; no position, no serial numbers."""

from collections.abc import Mapping
from typing import Any, BinaryIO, cast

from PIL import ExifTags, Image

from functions.enhance.codec.attribution import BLOCK_TAGS, attribution_of, png_text
from functions.enhance.codec.exif_tags import KEPT_EXIF_TAGS, KEPT_TAGS, MAX_NUMBERS, NUMBER, SEVERAL, TEXT, Kinds
from functions.enhance.codec.exif_writer import DETAILS, INTEROP, Exif
from functions.enhance.codec.positions import holds_position
from functions.shared.imaging.exif import ASCII, LONG, SIZES, UTF_8, Directory, Source, Value, exif_of, opened
from functions.shared.imaging.images import orientation
from functions.shared.imaging.item_properties import primary_properties
from functions.shared.imaging.orientation import ORIENTATION

# DCF's mark for Adobe RGB, which cameras write instead of a profile.
INTEROPERABILITY_INDEX, ADOBE_RGB = 1, b"R03\0"
# The types of an offset: LONG, and IFD of TIFF and BigTIFF.
OFFSETS = frozenset({LONG, 13, 16})
# What a blank text or date consists of: cameras leave it so until their owner sets it.
BLANK = b" \0\t\r\n:0"
QUARTER_TURNS = range(5, 9)


def kept_exif(image: Image.Image, file: BinaryIO | None = None) -> Exif:
    """Return the EXIF that the copy of a loaded image keeps, filled from its other metadata; `file` is a TIFF's own."""
    source = _source(image, file)
    where = _first(image, source) if source else 0
    found = _allowed(source, where) if source else Exif()
    blocks = source.directory(where, BLOCK_TAGS) if source else {}
    attribution = attribution_of(image, blocks)
    first = {
        ExifTags.Base.ImageDescription: png_text(image.info, "Description"),
        ExifTags.Base.Artist: attribution.creator,
        ExifTags.Base.Copyright: attribution.rights,
    }
    return found.with_values(
        first=_missing(found.first, first),
        details=_missing(found.details, {ExifTags.Base.DateTimeOriginal: attribution.taken}),
    )


def is_quarter_turned(image: Image.Image, file: BinaryIO | None = None) -> bool:
    """Return whether the stored picture of a loaded image lies on its side; decoders have rotated some already."""
    if image.format == "HEIF":
        return _has_quarter_turn(file) if file else False
    if image.format != "TIFF":
        return orientation(image) in QUARTER_TURNS
    source = _source(image, file)
    value = source.directory(_first(image, source), {ORIENTATION}).get(ORIENTATION) if source else None
    return source.number(value) in QUARTER_TURNS if source and value else False


def _has_quarter_turn(file: BinaryIO) -> bool:
    """Return whether a HEIF is rotated by its property irot (ISO/IEC 23008-12, 6.5.10), in steps of a quarter."""
    return sum(content[0] for kind, content in primary_properties(file) if kind == b"irot" and content) % 2 == 1


def _source(image: Image.Image, file: BinaryIO | None) -> Source | None:
    if image.format == "TIFF":
        stored = file or cast("Any", image).fp
        return opened(stored) if stored else None
    if image.format == "AVIF":
        # Where the file says a rotation in two ways, Pillow writes the EXIF anew, and changes types.
        return exif_of({"exif": cast("Any", image)._decoder.get_info()[4]})
    return exif_of(image.info)


def _first(image: Image.Image, source: Source) -> int:
    return int(cast("Any", image).tag_v2.offset) if image.format == "TIFF" else source.layout.first


def _allowed(source: Source, where: int) -> Exif:
    details_at = _pointer(source, where, DETAILS)
    details = _kept(source, details_at, KEPT_EXIF_TAGS)
    interop = source.directory(_pointer(source, details_at, INTEROP), {INTEROPERABILITY_INDEX}) if details_at else {}
    is_adobe_rgb = any(value.data == ADOBE_RGB for value in interop.values())
    return Exif(source.layout.order, _kept(source, where, KEPT_TAGS), details, interop if is_adobe_rgb else {})


def _pointer(source: Source, where: int, tag: int) -> int:
    value = source.directory(where, {tag}).get(tag)
    return int(source.number(value)) if value and value.kind in OFFSETS else 0


def _kept(source: Source, where: int, kinds: Kinds) -> Directory:
    found = source.directory(where, kinds) if where else {}
    return {tag: _terminated(value) for tag, value in found.items() if _is_sound(tag, value, kinds[tag])}


def _is_sound(tag: int, value: Value, kinds: frozenset[int]) -> bool:
    if value.kind not in kinds:
        return False
    if kinds is NUMBER:
        return len(value.data) // SIZES[value.kind] <= (MAX_NUMBERS if tag in SEVERAL else 1)
    return kinds is not TEXT or not holds_position(value.data)


def _terminated(value: Value) -> Value:
    is_open = value.kind in {ASCII, UTF_8} and not value.data.endswith(b"\0")
    return Value(value.kind, value.data + b"\0") if is_open else value


def _missing(found: Directory, texts: Mapping[ExifTags.Base, str]) -> Directory:
    """Return the texts as values of those tags that are absent or blank."""
    blank = Value(ASCII, b"")
    return {
        int(tag): Value(ASCII, text.encode() + b"\0")
        for tag, text in texts.items()
        if text and not found.get(tag, blank).data.strip(BLANK)
    }
