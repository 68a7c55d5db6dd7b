"""How many bits each sample of a HEIF or AVIF has, whether its photo is one coded picture or made of several."""

from collections.abc import Callable
from typing import BinaryIO

from functions.enhance.codec.extras.heif_photo import described_pictures, kinds_of_parts
from functions.shared.errors import UnsupportedImageError
from functions.shared.imaging.box_reader import FULL_BOX_BYTES
from functions.shared.imaging.item_properties import Property
from functions.shared.imaging.signatures import REMEDY

OVERLAY, EIGHT_BITS = b"iovl", 8
HIGH_DEPTH, TWELVE_BITS = 0b1000000, 0b100000


def _of_av1(content: bytes) -> int:
    """Read av1C (AV1-ISOBMFF, 2.3.3)."""
    if not content[2] & HIGH_DEPTH:
        return 8
    return 12 if content[2] & TWELVE_BITS else 10


def _of_hevc(content: bytes) -> int:
    """Read hvcC (ISO/IEC 14496-15, 8.3.3.1): of brightness and of colours."""
    return 8 + max(content[17] & 7, content[18] & 7)


def _of_channels(content: bytes) -> int:
    """Read pixi (ISO/IEC 23008-12, 6.5.6)."""
    return max(content[FULL_BOX_BYTES + 1 :][: content[FULL_BOX_BYTES]])


READERS: dict[bytes, Callable[[bytes], int]] = {b"av1C": _of_av1, b"hvcC": _of_hevc, b"pixi": _of_channels}


def heif_depth(source: BinaryIO) -> int:
    """Return the bits per sample, the most of the pictures that the photo is made of; 0 where nothing tells it."""
    return max(map(_depth, described_pictures(source)), default=0)


def refuse_deep_overlay(source: BinaryIO) -> None:
    """Raise UnsupportedImageError for an overlay of pictures of more than 8 bits: libheif makes noise of them."""
    if OVERLAY in kinds_of_parts(source) and (bits := heif_depth(source)) > EIGHT_BITS:
        raise UnsupportedImageError(
            f"A HEIF that lays pictures of {bits} bits per sample over each other is not supported. {REMEDY}"
        )


def _depth(properties: list[Property]) -> int:
    """Return what the decoder's configuration says, or else what stands beside it; 0 for nothing."""
    found = dict(properties)
    for kind, read in READERS.items():
        try:
            if kind in found:
                return read(found[kind])
        except (IndexError, ValueError):
            continue
    return 0
