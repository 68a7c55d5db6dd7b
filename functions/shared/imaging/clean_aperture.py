"""The clean aperture of a HEIF or AVIF: the part of the stored pixels that a person is meant to see."""

import struct
from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import BinaryIO

from PIL import Image

from functions.shared.imaging.item_properties import Property, primary_properties

# Left, top, right and bottom in pixels, as Pillow's crop() takes them.
Crop = tuple[int, int, int, int]
# The key in the info of Pillow's image.
CLEAN_APERTURE = "clean_aperture"


def find_clean_aperture(image: Image.Image, source: BinaryIO) -> None:
    """Read the aperture of an opened AVIF from its file: libheif has cropped a HEIC before Pillow sees it."""
    if crop := crop_of(primary_properties(source), image.size):
        image.info[CLEAN_APERTURE] = crop


def clean_aperture(image: Image.Image) -> Crop | None:
    """Return the part of an opened image's stored pixels that is shown; None for all of them."""
    return image.info.get(CLEAN_APERTURE)


def crop_of(properties: Sequence[Property], size: tuple[int, int]) -> Crop | None:
    """Return which pixels of a picture of this stored size are shown, None for all of them.

    `properties` stand in the order in which they are applied; where a rotation or a mirror comes first, the aperture
    is one of the turned picture. An aperture that shows nothing of the picture, or cannot be computed, is ignored, as
    viewers do. Parts of a pixel are not shown.
    """
    turns: list[Property] = []
    for kind, content in properties:
        if kind in {b"irot", b"imir"}:
            turns.append((kind, content))
        elif kind == b"clap":
            crop = _aperture(content, _turned_size(size, turns))
            return None if crop is None else _turned_back(crop, size, turns)
    return None


def _aperture(content: bytes, size: tuple[int, int]) -> Crop | None:
    """Read the box `clap` (ISO/IEC 14496-12, 12.1.4): width, height and offset of the middle, as fractions."""
    try:
        numbers = struct.unpack_from(">4IiIiI", content)
        width, height, across, down = map(Fraction, numbers[::2], numbers[1::2])
    except (struct.error, ZeroDivisionError):
        return None
    left, top = (size[0] - width) / 2 + across, (size[1] - height) / 2 + down
    crop = (max(0, ceil(left)), max(0, ceil(top)), min(size[0], floor(left + width)), min(size[1], floor(top + height)))
    is_empty = crop[0] >= crop[2] or crop[1] >= crop[3]
    return None if is_empty or crop == (0, 0, *size) else crop


def _turned_size(size: tuple[int, int], turns: Sequence[Property]) -> tuple[int, int]:
    is_on_its_side = sum(_quarter_turns(turn) for turn in turns) % 2
    return (size[1], size[0]) if is_on_its_side else size


def _turned_back(crop: Crop, size: tuple[int, int], turns: Sequence[Property]) -> Crop:
    """Return the part of the stored picture that is this part of the turned one: the last turn is undone first."""
    for done in range(len(turns) - 1, -1, -1):
        width, height = _turned_size(size, turns[:done])
        left, top, right, bottom = crop
        quarters = _quarter_turns(turns[done])
        if turns[done][0] == b"imir":
            # Axis 1 exchanges left and right, axis 0 top and bottom (ISO/IEC 23008-12, 6.5.12).
            across, down = (width - right, top, width - left, bottom), (left, height - bottom, right, height - top)
            crop = across if turns[done][1][:1] == b"\1" else down
        elif quarters == 1:
            crop = (width - bottom, left, width - top, right)
        elif quarters == 2:
            crop = (width - right, height - bottom, width - left, height - top)
        elif quarters == 3:
            crop = (top, height - right, bottom, height - left)
    return crop


def _quarter_turns(turn: Property) -> int:
    """Return by how many quarters a rotation turns, anticlockwise."""
    kind, content = turn
    return content[0] & 3 if kind == b"irot" and content else 0
