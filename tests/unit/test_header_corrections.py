"""Transparency and profiles of BMP and PNG are what the file says, where Pillow takes them for something else."""

import io
import struct

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray
from PIL import Image

from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from functions.shared.errors import UnsupportedImageError
from tests.photos import scene
from tests.unit.test_enhance_metadata import wide_gamut
from verification.corpus.bmp_kinds import bmp
from verification.corpus.file_parts import chunk, png

SCENE = np.asarray(scene(56, 40))
OPACITY = np.broadcast_to(np.arange(56, dtype=np.uint8) * 4, (40, 56))
RGB_MASKS = (0xFF0000, 0xFF00, 0xFF)


def copied(body: bytes) -> tuple[EnhancedPhoto, NDArray[np.uint8]]:
    copy = enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control("none"))
    return copy, np.asarray(Image.open(io.BytesIO(copy.body)))


@pytest.mark.parametrize("header_bytes", [56, 108, 124])
@pytest.mark.parametrize(
    ("masks", "order"),
    [
        ((*RGB_MASKS, 0xFF000000), [2, 1, 0, 3]),
        ((0xFF, 0xFF00, 0xFF0000, 0xFF000000), [0, 1, 2, 3]),
        ((0xFF000000, 0xFF0000, 0xFF00, 0xFF), [3, 2, 1, 0]),
    ],
)
def test_alpha_that_was_never_set_is_left_out(masks: tuple[int, ...], order: list[int], header_bytes: int) -> None:
    copy, after = copied(bmp(np.dstack([SCENE, 0 * OPACITY])[..., order], masks, header_bytes=header_bytes))
    assert copy.format == "JPEG"
    assert np.abs(after.astype(int) - SCENE).mean() < 3
    copy, after = copied(bmp(np.dstack([SCENE, OPACITY])[..., order], masks, header_bytes=header_bytes))
    assert copy.format == "PNG"
    assert (after == np.dstack([SCENE, OPACITY])).all()


@pytest.mark.parametrize("opaque", [0, 0x8000])
def test_alpha_of_one_bit(opaque: int) -> None:
    five = (SCENE >> 3).astype(np.uint16)
    colours = five[..., 0] << 10 | five[..., 1] << 5 | five[..., 2]
    alpha = np.where(OPACITY > 99, opaque, 0).astype(np.uint16)
    copy, after = copied(bmp((colours | alpha)[..., None], (0x7C00, 0x3E0, 0x1F, 0x8000), header_bytes=108))
    assert copy.format == ("PNG" if opaque else "JPEG")
    assert np.abs(after[..., :3].astype(int) - SCENE).mean() < 8
    assert not opaque or ((after[..., 3] == 255) == (alpha > 0)).all()


@pytest.mark.parametrize("masks", [(0x3FF00000, 0xFFC00, 0x3FF, 0xC0000000), (0xFF0000, 0xFF00, 0xFE, 0xFF000000)])
def test_other_masks_are_named(masks: tuple[int, ...]) -> None:
    with pytest.raises(UnsupportedImageError, match="bitfields layout"):
        copied(bmp(np.dstack([SCENE, OPACITY]), masks))


def test_a_bmps_embedded_profile_is_kept() -> None:
    copy, _ = copied(bmp(SCENE[..., ::-1], (0, 0, 0, 0), profile=wide_gamut()))
    assert Image.open(io.BytesIO(copy.body)).info["icc_profile"] == wide_gamut()


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_the_transparent_grey_has_the_files_own_depth(depth: int, more: int) -> None:
    """Bits beyond the depth do not count, but for one bit, where Pillow has dropped them."""
    grey = (OPACITY // 4 & 2**depth - 1).astype(np.uint8)
    bits = np.unpackbits(grey[..., None], axis=-1)[..., -depth:].reshape(40, -1)
    rows = b"".join(b"\0" + row.tobytes() for row in np.packbits(bits, axis=1))
    key = 1 if depth == 1 else 2 | more << depth
    copy, _ = copied(png(56, 40, chunk(b"tRNS", struct.pack(">H", key)), depth=depth, rows=rows))
    # It stays a transparent grey, which Pillow misreads at 2 and 4 bits.
    after = pyvips.Image.new_from_buffer(copy.body, "").numpy()
    assert (after[..., 0] == grey.astype(int) * 255 // (2**depth - 1)).all()
    assert ((after[..., 1] == 0) == (grey == (key & 2**depth - 1))).all()
