"""How Pillow reads TIFFs here: always by libtiff, never noisily, and only the kinds that come out right.

Pillow's own reader of uncompressed TIFFs takes separate planes of 16 bits, subsampled colours and reversed bits for
what they are not; libtiff reads all of them, and hands samples over in the processor's byte order.
`tests/unit/test_tiff_kinds.py` holds the table of kinds against known pixels.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image, ImagePalette, TiffImagePlugin

from functions.shared.errors import UnsupportedImageError
from functions.shared.imaging.tiff_directory import (
    BITS,
    COMPRESSION,
    EXTRA_SAMPLES,
    LENGTH,
    PHOTOMETRIC,
    PLANAR,
    SAMPLE_FORMAT,
    SAMPLES,
    WIDTH,
    Directory,
)

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, MASK, CMYK, YCBCR, LAB = 0, 1, 2, 3, 4, 5, 6, 8
UNSIGNED, SIGNED, FLOAT = 1, 2, 3
SEPARATE_PLANES, EIGHT_BITS_TOP = 2, 255
COLOURS = {
    WHITE_IS_ZERO: "grey where 0 is white", BLACK_IS_ZERO: "grey", RGB: "RGB", PALETTE: "a palette", MASK: "a mask",
    CMYK: "CMYK", YCBCR: "YCbCr", LAB: "Lab", 9: "ICC Lab", 10: "ITU Lab", 32844: "LogL", 32845: "LogLuv",
}  # fmt: skip
BANDS = {RGB: 3, CMYK: 4, YCBCR: 3, LAB: 3, 9: 3, 10: 3}
FORMATS = {UNSIGNED: "", SIGNED: "signed ", FLOAT: "floating-point "}
# What Pillow's libtiff decodes, and the names of what it does not: libtiff's tiff.h, and TIFF's registered codes.
READ = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 32771, 32773, 32809, 32946, 34676, 34677, 34925, 50000})
COMPRESSIONS = {
    9: "JBIG", 10: "JBIG", 32766: "NeXT", 33003: "JPEG 2000", 33004: "JPEG 2000", 33005: "JPEG 2000", 34661: "JBIG",
    34712: "JPEG 2000", 34887: "LERC", 34892: "lossy JPEG", 34933: "PNG", 34934: "JPEG XR", 50001: "WebP",
    50002: "JPEG XL", 52546: "JPEG XL",
}  # fmt: skip
TO_DO = "Save it as an RGB TIFF of 8 or 16 bits, uncompressed or with LZW, or as a PNG."
# Rows that Pillow's table lacks, or has for its own reader only: mode and raw mode by photometric interpretation,
# sample format and bits. N is the processor's byte order.
GREYS = {
    **{(photometric, UNSIGNED, 12): ("I;16", "I;12") for photometric in (WHITE_IS_ZERO, BLACK_IS_ZERO)},
    **{(photometric, UNSIGNED, 16): ("I;16", "I;16N") for photometric in (WHITE_IS_ZERO, BLACK_IS_ZERO)},
    **{(photometric, UNSIGNED, 32): ("I", "I;32N") for photometric in (WHITE_IS_ZERO, BLACK_IS_ZERO)},
    **{(photometric, FLOAT, 32): ("F", "F;32NF") for photometric in (WHITE_IS_ZERO, BLACK_IS_ZERO)},
    **{(photometric, FLOAT, 64): ("F", "F;64NF") for photometric in (WHITE_IS_ZERO, BLACK_IS_ZERO)},
    (BLACK_IS_ZERO, SIGNED, 16): ("I", "I;16NS"),
    (BLACK_IS_ZERO, SIGNED, 32): ("I", "I;32NS"),
}
NATIVE: dict[Any, tuple[str, str]] = {
    (prefix, photometric, (kind,), fill_order, (bits,), ()): modes
    for (photometric, kind, bits), modes in GREYS.items()
    for prefix in (TiffImagePlugin.II, TiffImagePlugin.MM)
    for fill_order in (1, 2)
}


@contextmanager
def reading_tiffs() -> Iterator[None]:
    """Make Pillow open TIFFs by libtiff, with the rows above; for the caller who holds the lock of Pillow's globals."""
    saved = TiffImagePlugin.READ_LIBTIFF, TiffImagePlugin.OPEN_INFO
    TiffImagePlugin.READ_LIBTIFF, TiffImagePlugin.OPEN_INFO = True, {**saved[1], **NATIVE}
    try:
        yield
    finally:
        TiffImagePlugin.READ_LIBTIFF, TiffImagePlugin.OPEN_INFO = saved


def correct_palette(image: Image.Image) -> None:
    """Take a palette whose colours do not exceed 255 for one of 8 bits, as libtiff does; 16 are the rule."""
    colours = getattr(image, "tag_v2", {}).get(TiffImagePlugin.COLORMAP, ())
    if image.mode in {"P", "PA"} and max(colours, default=EIGHT_BITS_TOP + 1) <= EIGHT_BITS_TOP:
        image.palette = ImagePalette.raw("RGB;L", bytes(colours))


def refuse_misread(directory: Directory) -> None:
    """Raise UnsupportedImageError for a TIFF that would be decoded wrongly, or not at all, and say what it is."""
    compression = directory.value(COMPRESSION, 1)
    if compression not in READ:
        name = COMPRESSIONS.get(compression, f"number {compression}")
        raise UnsupportedImageError(f"A TIFF with the compression {name} is not supported. {TO_DO}")
    if PHOTOMETRIC not in directory.tags and directory.tags.keys() >= {WIDTH, LENGTH}:
        # libvips and ImageMagick refuse it too. Pillow would take it for grey where 0 is white.
        raise UnsupportedImageError(
            f"A TIFF that does not say what its numbers mean (PhotometricInterpretation) is not supported. {TO_DO}"
        )
    if _is_misread(directory):
        raise unsupported(directory)


def unsupported(directory: Directory) -> UnsupportedImageError:
    """Return the error for samples or a layout that is not read, which names them."""
    return UnsupportedImageError(f"A TIFF of {_description(directory)} is not supported. {TO_DO}")


def _is_misread(directory: Directory) -> bool:
    if directory.value(SAMPLE_FORMAT, UNSIGNED) == SIGNED and directory.value(BITS, 1) == 8:
        return True
    if directory.value(PLANAR, 1) != SEPARATE_PLANES or directory.value(SAMPLES, 1) == 1:
        return False
    photometric, extra = directory.value(PHOTOMETRIC, WHITE_IS_ZERO), directory.tags.get(EXTRA_SAMPLES, ())
    # Planes of Lab lose their sign, of grey with alpha all but the first; one without a meaning is taken for alpha.
    if photometric not in {RGB, CMYK, YCBCR} or directory.value(SAMPLES, 1) != BANDS[photometric] + len(extra):
        return True
    return len(extra) > 1 and any(extra)


def _description(directory: Directory) -> str:
    photometric = directory.value(PHOTOMETRIC, WHITE_IS_ZERO)
    colours = COLOURS.get(photometric, f"photometric interpretation {photometric}")
    more = directory.value(SAMPLES, 1) - BANDS.get(photometric, 1)
    words = f" and {more} more" if more > 0 else ""
    planes = ", in separate planes" if directory.value(PLANAR, 1) == SEPARATE_PLANES else ""
    kind = FORMATS.get(directory.value(SAMPLE_FORMAT, UNSIGNED), "untyped ")
    return f"{colours}{words} in {kind}samples of {directory.value(BITS, 1)} bits{planes}"
