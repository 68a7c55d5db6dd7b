"""Finds what libjpeg only warns of: pixels that are lost or displaced in a JPEG that decodes without an error.

Pillow drops the warnings of its decoder. libjpeg-turbo's own interface passes the first one on, and at an eighth of
the size, in grey, it does little more than read the Huffman codes. So the scans are read once more before they are
decoded.
"""

import io
import re

import simplejpeg
from PIL import Image

from functions.enhance.codec.jpeg_holes import has_hole
from functions.enhance.codec.jpeg_scans import END, Scans, read_scans
from functions.shared.imaging.images import broken_pixels

DAMAGE = re.compile("Corrupt JPEG data|Premature end")
LEFT_OVER = re.compile(r"(\d+) extraneous bytes before marker 0xd9")
# Cameras end a scan with a few bytes too many, or fill it up. A scan that lost its place leaves more.
HARMLESS_BYTES = 8
LARGEST_REDUCTION = 8
# How libjpeg calls the colours of four components; it makes grey of one and three.
FOUR_COLOURS = 4


def require_all_pixels(image: Image.Image) -> None:
    """Raise CorruptImageError if an opened JPEG lacks pixels; let one that lacks only its end marker be decoded.

    Only what its decoder warns of is found. What this decoder cannot read at all is left to Pillow to judge.
    """
    file = image.fp  # type: ignore[attr-defined]
    file.seek(0)
    data = file.read()
    scans = read_scans(data)
    warning = _warning(scans)
    if DAMAGE.match(warning) and not _is_harmless(warning, scans):
        raise broken_pixels(warning)
    if has_hole(scans.jpeg):
        raise broken_pixels("there are zeros instead of some")
    if not scans.has_end and (not warning or DAMAGE.match(warning)):
        image.fp = io.BytesIO(data[: scans.end] + END)  # type: ignore[attr-defined]


def _warning(scans: Scans) -> str:
    """Return libjpeg's first warning or its error; empty if it has none."""
    space = "cmyk" if scans.components == FOUR_COLOURS else "gray"
    try:
        simplejpeg.decode_jpeg(
            scans.jpeg, space, fastdct=True, fastupsample=True, min_height=1, min_width=1, min_factor=LARGEST_REDUCTION
        )
    except (ValueError, KeyError) as error:
        return str(error)
    return ""


def _is_harmless(warning: str, scans: Scans) -> bool:
    """Return whether all pixels are there: nothing is wrong but what follows the last of them."""
    found = LEFT_OVER.search(warning)
    if not found:
        return False
    # Without an end marker, whatever comes instead of it counts as left over.
    count = int(found[1])
    left_over = scans.jpeg[: -len(END)][-count:]
    return not scans.has_end or count <= HARMLESS_BYTES or len(set(left_over)) == 1
