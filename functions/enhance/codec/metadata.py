"""The metadata that a copy keeps: who took the photo, when and how, and its colours; no position, no serial numbers."""

from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from PIL import ExifTags, Image

from functions.enhance.codec.exif_tags import HEIGHT, PROCESSING_SOFTWARE, WIDTH
from functions.enhance.codec.exif_writer import MAX_JPEG_BYTES, Exif, exif_bytes
from functions.enhance.codec.kept_exif import is_quarter_turned, kept_exif
from functions.enhance.codec.modes import CONVERTED_MODES
from functions.enhance.codec.profile_tags import without_private_tags
from functions.shared.imaging.exif import ASCII, Value

SRGB = 1
LARGEST_DENSITY = 65535
COLOUR_SPACE = int(ExifTags.Base.ColorSpace)
# What a copy says of itself where pixels were edited, so that it is not edited again when it is uploaded.
DARKROOM = Value(ASCII, b"Darkroom\0")
ACROSS, DOWN = int(ExifTags.Base.XResolution), int(ExifTags.Base.YResolution)

Size = tuple[int, int]


@dataclass(frozen=True)
class Metadata:
    """The EXIF of a copy, and in `saved_with` the other options of Pillow's savers that write its metadata."""

    saved_with: dict[str, Any]
    exif: Exif

    @property
    def is_adobe_rgb(self) -> bool:
        """Whether the EXIF marks the colours as Adobe RGB (DCF 2.0, 3.3.2), and does not say sRGB too."""
        return bool(self.exif.interop) and self.exif.details.get(COLOUR_SPACE) != self.exif.number(SRGB)

    @property
    def is_of_enhanced(self) -> bool:
        """Whether the photo is a copy that Darkroom has enhanced."""
        return self.exif.first.get(PROCESSING_SOFTWARE) == DARKROOM

    def of_enhanced(self) -> "Metadata":
        """Return it with the mark of an enhanced copy."""
        return replace(self, exif=self.exif.with_values(first={PROCESSING_SOFTWARE: DARKROOM}))

    def with_profile(self, profile: bytes | None) -> "Metadata":
        """Return it with the profile that describes the copy's pixels, without its private tags."""
        kept = without_private_tags(profile) if profile else b""
        return replace(self, saved_with={**self.saved_with, "icc_profile": kept}) if kept else self

    def options(self, file_format: str, size: Size) -> dict[str, Any]:
        """Return the options for a copy of a format by Pillow's name, its size in pixels."""
        exif = _encoded(self.exif, file_format, size)
        return {**self.saved_with, **({"exif": exif} if exif else {})}

    def exif_of_srgb(self, file_format: str, size: Size) -> bytes:
        """Return the EXIF for a picture that has been converted to sRGB, empty where there is none."""
        return _encoded(_marked_srgb(self.exif), file_format, size)


def metadata_of(image: Image.Image, file: BinaryIO | None = None) -> Metadata:
    """Read the metadata of a loaded image that its copy keeps; `file` is what it was opened from: a TIFF needs it."""
    exif = kept_exif(image, file)
    if image.mode in CONVERTED_MODES:
        exif = _marked_srgb(exif)
    density = _density(image)
    if is_quarter_turned(image, file):
        exif, density = _with_axes_swapped(exif), density and density[::-1]
    return Metadata({"dpi": density} if density else {}, exif)


def _density(image: Image.Image) -> tuple[float, float] | None:
    """Return pixels per inch, horizontally and vertically, where the file has them and every format can store them."""
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    return (across, down) if min(across, down) >= 1 and max(across, down) <= LARGEST_DENSITY else None


def _with_axes_swapped(exif: Exif) -> Exif:
    """Swap the resolutions of a picture that was rotated by a quarter."""
    swapped = {ACROSS: exif.first.get(DOWN), DOWN: exif.first.get(ACROSS)}
    others = {tag: value for tag, value in exif.first.items() if tag not in swapped}
    return replace(exif, first={**others, **{tag: value for tag, value in swapped.items() if value}})


def _marked_srgb(exif: Exif) -> Exif:
    """Set the tag ColorSpace to sRGB where there is one, and drop the mark for Adobe RGB; none is added."""
    marked = {COLOUR_SPACE: exif.number(SRGB)} if COLOUR_SPACE in exif.details else {}
    return replace(exif.with_values(details=marked), interop={})


def _encoded(exif: Exif, file_format: str, size: Size) -> bytes:
    sizes = zip((WIDTH, HEIGHT), size, strict=True)
    stated = {tag: exif.number(pixels, exif.details[tag].kind) for tag, pixels in sizes if tag in exif.details}
    limit = MAX_JPEG_BYTES if file_format == "JPEG" else float("inf")
    return exif_bytes(exif.with_values(details=stated), limit)
