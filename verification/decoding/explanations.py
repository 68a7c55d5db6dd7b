"""Known differences from other programs, each with its reason: one table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

ANY, NO_PHOTO = "", "no photo"
LIBVIPS, IMAGEMAGICK = "libvips", "ImageMagick"
# So much of a file's start and end is searched: headers, and the directory of a TIFF, which may come last.
END_BYTES = 65536


@dataclass(frozen=True)
class Known:
    """A difference that is expected: from a program, in files of a format, in some properties.

    `contains` is a pattern that the file's first or last bytes must hold, and `says` one of what Darkroom says, or for
    what the other program does not read, that program.
    """

    reader: str
    format: str
    properties: tuple[str, ...]
    reason: str
    contains: bytes = b""
    says: str = ""

    def fits(self, reader: str, file_format: str, body: bytes) -> bool:
        """Return whether it is about such a file, and what this program reads in it."""
        is_about = self.reader in {ANY, reader} and self.format in {ANY, file_format}
        ends = body if len(body) < 2 * END_BYTES else body[:END_BYTES] + body[-END_BYTES:]
        return is_about and bool(re.search(self.contains, ends, re.DOTALL))

    def explains(self, difference: str, words: str) -> bool:
        """Return whether it explains a difference of such a file in a property, given what was said."""
        return difference in self.properties and bool(re.search(self.says, words))


def tag(number: int, value: int) -> bytes:
    """Return the pattern of a TIFF's entry of one short, or the first of some, in either byte order."""
    little = number.to_bytes(2, "little") + b"\3\0" + b"[\1-\4]\0\0\0" + b"(?:\0\0)*" + re.escape(bytes([value, 0]))
    big = number.to_bytes(2) + b"\0\3\0\0\0[\1-\4]" + re.escape(bytes([0, value]))
    return b"(?:" + re.escape(little[:2]) + little[2:] + b"|" + re.escape(big[:2]) + big[2:] + b")"


WHITE_IS_ZERO, INK, YCBCR, LAB = (tag(262, value) for value in (0, 5, 6, 8))
SIGNED, FLOAT, UNSPECIFIED = tag(339, 2), tag(339, 3), tag(338, 0)
OTHER_CODE_POINTS = rb"colrnclx(?!\0[\1\2]\0[\1\2\15])"
GAMMA_ALONE = rb"\A(?!.*(?:sRGB|iCCP|cICP)).*gAMA"
NO_PROFILE = rb"\A(?!.*(?:ICC_PROFILE|prtrCMYK)).*"
LOOKS, TURNS = ("colour",), ("size", "orientation")
DEPTH = ("depth",)

ON_PURPOSE = (
    Known(ANY, ANY, DEPTH, "the record says how many bits were kept", says="bits per sample, the copy"),
    Known(ANY, ANY, LOOKS, "HDR is rendered to a display's range, and the record says so", says="HDR colours"),
    Known(ANY, "TIFF", ("refused",), "further pages are refused: MAX_FRAMES is 1", says="frames, the limit"),
    Known(ANY, NO_PHOTO, ("refused",), "a drawing by lines is no photo", contains=b"<svg"),
    Known(ANY, "HEIF", ("refused",), "a kind that libheif misreads, and named", says="bits per sample over each other"),
    Known(ANY, "GIF", ("refused",), "animations are refused: MAX_FRAMES is 1", says="frames, the limit"),
    Known(ANY, "PNG", ("refused",), "animations are refused: MAX_FRAMES is 1", says="frames, the limit"),
    Known(ANY, "WEBP", ("refused",), "animations are refused: MAX_FRAMES is 1", says="frames, the limit"),
    Known(ANY, "TIFF", ("refused",), "a kind that is not read, and named", says="RGB in floating-point samples"),
    Known(ANY, "TIFF", ("refused",), "a kind that is not read, and named", says="big-endian BigTIFF"),
    Known(ANY, "TIFF", ("refused",), "a kind that is not read, and named", says="grey and 1 more .* separate planes"),
    Known(ANY, "TIFF", ("refused",), "a kind that is not read, and named", says="compression WebP"),
    Known(ANY, "TIFF", ("refused",), "a kind that is not read, and named", says="RGB in samples of 32 bits"),
    Known(ANY, "TIFF", ("refused",), "a kind that is not read, and named", says="grey in signed samples of 8 bits"),
)
OF_LIBVIPS = (
    Known(LIBVIPS, "PNG", TURNS, "libvips passes over XMP's orientation", contains=b"tiff:Orientation"),
    Known(LIBVIPS, "PNG", LOOKS, "libvips passes over cICP", contains=b"cICP"),
    Known(LIBVIPS, "PNG", LOOKS, "libvips passes over gAMA and cHRM", contains=GAMMA_ALONE),
    Known(LIBVIPS, "PNG", TURNS, "libvips passes over EXIF in a raw profile", contains=b"Raw profile type exif"),
    Known(LIBVIPS, "JPEG", LOOKS, "libvips passes over EXIF's mark of Adobe RGB", contains=rb"R03\0"),
    Known(LIBVIPS, "JPEG", LOOKS, "libvips assumes a profile of a press", contains=NO_PROFILE, says="ink colours"),
    Known(LIBVIPS, "TIFF", LOOKS, "libvips assumes a profile of a press", contains=NO_PROFILE + INK),
    Known(LIBVIPS, "TIFF", LOOKS, "libvips takes uncompressed YCbCr for RGB", contains=YCBCR),
    Known(LIBVIPS, "TIFF", LOOKS, "libvips takes signed samples for unsigned ones", contains=SIGNED),
    Known(LIBVIPS, "TIFF", LOOKS, "libvips takes 1.0 for one level of 255", contains=FLOAT),
    Known(LIBVIPS, "TIFF", ("colour", "alpha"), "libvips takes an unspecified band for alpha", contains=UNSPECIFIED),
    Known(LIBVIPS, "TIFF", ("unread",), "libvips reads Lab of no such kind", contains=LAB),
    Known(LIBVIPS, "TIFF", ("unread",), "the wheel of libvips has no decoder of it", says="is not configured"),
    Known(LIBVIPS, "TIFF", ("unread",), "libvips reads no 12 bits", says="not a whole number of bytes"),
    Known(LIBVIPS, "TIFF", ("unread",), "libvips reads no floats of 64 bits", says="samples out of range"),
    Known(LIBVIPS, "TIFF", ("unread",), "libvips reads no planes in tiles", says="tiled separate planes"),
    Known(LIBVIPS, "AVIF", LOOKS, "libvips passes over code points", contains=OTHER_CODE_POINTS),
    Known(LIBVIPS, "BMP", ("unread",), "libvips reads no BMP", says="not in a known format"),
    Known(LIBVIPS, "HEIF", ("unread",), "the wheel of libvips has no decoder of HEVC", says="HEVC"),
)
OF_IMAGEMAGICK = (
    Known(IMAGEMAGICK, "PNG", LOOKS, "ImageMagick passes over cICP", contains=b"cICP"),
    Known(IMAGEMAGICK, "PNG", LOOKS, "ImageMagick applies no gAMA but 1", contains=GAMMA_ALONE),
    Known(IMAGEMAGICK, "PNG", TURNS, "ImageMagick 6 passes over eXIf", contains=b"eXIf"),
    Known(IMAGEMAGICK, "PNG", TURNS, "ImageMagick passes over XMP's orientation", contains=b"tiff:Orientation"),
    Known(IMAGEMAGICK, "WEBP", TURNS, "ImageMagick 6 passes over a WebP's EXIF", contains=b"EXIF"),
    Known(IMAGEMAGICK, "JPEG", LOOKS, "ImageMagick passes over EXIF's mark of Adobe RGB", contains=rb"R03\0"),
    Known(IMAGEMAGICK, "JPEG", ("colour", "orientation"), "a profile for inks in a JPEG of RGB", contains=b"prtrCMYK"),
    Known(IMAGEMAGICK, "TIFF", ("colour", "orientation"), "ImageMagick 6 does not invert it", contains=WHITE_IS_ZERO),
    Known(IMAGEMAGICK, "TIFF", LOOKS, "ImageMagick takes signed samples for unsigned ones", contains=SIGNED),
    Known(IMAGEMAGICK, "TIFF", LOOKS, "ImageMagick 6 takes Lab's signed samples for unsigned", contains=LAB),
    Known(IMAGEMAGICK, "TIFF", ("colour", "alpha"), "it takes an unspecified band for alpha", contains=UNSPECIFIED),
    Known(IMAGEMAGICK, "TIFF", ("refused",), "a kind that is not read, and named", says="RGB in samples of 10 bits"),
    Known(IMAGEMAGICK, "TIFF", ("refused",), "a kind that is not read, and named", says="Lab .* separate planes"),
    Known(IMAGEMAGICK, NO_PHOTO, ("refused",), "a format of programs, not of photos", contains=rb"^P[1-7]\s"),
    Known(IMAGEMAGICK, "BMP", ("colour", "alpha"), "ImageMagick 6 misreads alpha of one bit", rb"\ABM.{26}\x10\0\x03"),
    Known(IMAGEMAGICK, "BMP", ("colour", "alpha"), "alpha of 0 was never set", b"BGRs", r"255\.0 of|^dE [2-9]\d"),
    Known(IMAGEMAGICK, "HEIF", LOOKS, "ImageMagick passes over code points", contains=OTHER_CODE_POINTS),
    Known(IMAGEMAGICK, "HEIF", LOOKS, "ImageMagick 6 rounds YCbCr to 8 bits and converts it itself", says=r"^dE 1\.0"),
    Known(IMAGEMAGICK, "HEIF", ("colour", "alpha"), "ImageMagick 6 passes over alpha", contains=b"auxid:1"),
    Known(IMAGEMAGICK, "HEIF", ("unread",), "ImageMagick 6 reads no alpha of 10 bits", b"auxid:1", "no images defined"),
)
EXPLANATIONS = (*ON_PURPOSE, *OF_LIBVIPS, *OF_IMAGEMAGICK)


def explanations_of(reader: str, file_format: str, body: bytes) -> Iterator[Known]:
    """Yield those about a file as this program reads it."""
    yield from (known for known in EXPLANATIONS if known.fits(reader, file_format, body))
