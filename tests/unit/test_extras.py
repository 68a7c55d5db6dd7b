"""What a file holds besides the photo is said, whatever container it is in, and reading it fails no photo."""

import io
import struct
from functools import cache, partial
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from functions.enhance.codec.extras.extras import extras_of
from functions.enhance.codec.extras.heif_extras import heif_extras
from functions.enhance.codec.extras.jpeg_pictures import MAX_PICTURES, MAX_SEGMENTS, pictures_in
from functions.enhance.codec.losses import Loss
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from functions.shared.imaging.images import open_image
from tests.unit.mangled_metadata import mangled
from verification.corpus.boxes import HEIC, box
from verification.corpus.file_parts import picture, saved, sound
from verification.corpus.heif_companions import HEIF_COMPANIONS, with_track
from verification.corpus.jpeg_companions import JPEG_COMPANIONS, MOVIE, photo

COMPANIONS = {**JPEG_COMPANIONS, **HEIF_COMPANIONS}
# The second and third words of a file's name say what it holds.
BY_WORD = {
    "gain": Loss.GAIN_MAP, "motion": Loss.MOTION, "sound": Loss.SOUND, "depth": Loss.DEPTH, "pictures": Loss.PICTURES,
    "auxiliary": Loss.AUXILIARY,
}  # fmt: skip


def enhanced(body: bytes, **options: Any) -> EnhancedPhoto:
    return enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control("none"), **options)


def losses(body: bytes, **options: Any) -> list[Loss]:
    return [remark.loss for remark in enhanced(body, **options).remarks]


@pytest.mark.parametrize("name", COMPANIONS)
def test_what_the_photo_comes_with_is_said(name: str) -> None:
    word = name.split("-")[1]
    expected = [BY_WORD[word]] if word != "alone" else []
    if name.endswith("and-movie"):
        expected = [Loss.MOTION, *expected]
    assert losses(COMPANIONS[name]()) == expected


@pytest.mark.parametrize(
    ("handler", "frames", "expected"),
    [(b"vide", 30, [Loss.MOTION]), (b"pict", 12, [Loss.ANIMATION]), (b"pict", 1, []), (b"soun", 9, [])],
)
@pytest.mark.parametrize("still", [HEIC, sound("AVIF")], ids=["heic", "avif"])
def test_a_track_of_several_frames_is_said(still: bytes, handler: bytes, frames: int, expected: list[Loss]) -> None:
    assert list(heif_extras(io.BytesIO(with_track(still, handler, frames)))) == expected


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
def test_further_frames_and_pages_are_said(name: str) -> None:
    frames = [picture(), picture().transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    body = saved(frames[0], name, save_all=True, append_images=frames[1:])
    assert losses(body, max_frames=9) == [Loss.PAGES if name == "TIFF" else Loss.ANIMATION]
    assert losses(saved(frames[0], name), max_frames=9) == []


def test_the_layers_of_a_tiff_are_said() -> None:
    body = saved(picture(), "TIFF", tiffinfo={37724: b"Adobe Photoshop Document Data Block\0"})
    assert losses(body) == [Loss.LAYERS]


def test_the_bits_that_are_lost_come_after_what_the_file_held() -> None:
    levels = np.asarray(picture()).astype(np.uint16) << 2
    _, deep = cv2.imencode(".avif", levels, [cv2.IMWRITE_AVIF_DEPTH, 10])
    copy = enhanced(deep.tobytes() + box(b"mpvd", MOVIE))
    assert copy.dropped == (Loss.MOTION.value, "The original has 10 bits per sample, the copy 8.")


def test_only_what_a_person_would_miss_is_for_the_message() -> None:
    copy = enhanced(JPEG_COMPANIONS["jpeg-motion"]())
    assert copy.missed == copy.dropped == (Loss.MOTION.value,)
    copy = enhanced(JPEG_COMPANIONS["jpeg-depth-dynamic"]())
    assert (copy.missed, copy.dropped) == ((), (Loss.DEPTH.value,))


@cache
def opened(name: str) -> Image.Image:
    """An opened image of a format, which mangled files are said to be."""
    return open_image(io.BytesIO(HEIC if name == "heic" else sound(name.upper())), max_pixels=10**6).__enter__()


def found(name: str, body: bytes) -> list[Loss]:
    return extras_of(
        opened(name.split("-", maxsplit=1)[0]), io.BytesIO(body), partial(open_image, io.BytesIO(), max_pixels=1), 1
    )


@settings(max_examples=300, deadline=None, derandomize=True)
@given(name=st.sampled_from(sorted(COMPANIONS)), data=st.data())
def test_mangled_containers_raise_nothing(name: str, data: st.DataObject) -> None:
    found(name, data.draw(mangled(COMPANIONS[name]())))


@pytest.mark.parametrize("name", ["jpeg-gain-map", "heic-pictures-of-a-burst", "avif-depth"])
def test_containers_that_are_cut_or_damaged_anywhere_raise_nothing(name: str) -> None:
    body = COMPANIONS[name]()
    ends = [0, body.index(b"mdat")] if b"mdat" in body else [body.index(b"MPF"), body.index(b"MPF") + 130]
    for at in range(*ends):
        found(name, body[:at])
        for value in (0, 0x7F, 0xFF):
            found(name, body[:at] + bytes([value]) + body[at + 1 :])


def test_pictures_and_their_segments_are_followed_up_to_a_number() -> None:
    small = saved(picture(8, 8), "JPEG")
    assert len(list(pictures_in(photo() + small * 2 * MAX_PICTURES))) == MAX_PICTURES
    crumbs = small[:2] + b"\xff\xfe\0\2" * MAX_SEGMENTS + small[2:]
    assert len(list(pictures_in(small + crumbs + small))) == 1
    assert len(list(pictures_in(small + b"\xff\xd8\xff" * 10**6))) == 1


def test_a_reference_to_more_items_than_can_be_is_not_followed() -> None:
    many = box(b"dimg", struct.pack(">HH", 1, 40_000) + bytes(80_000))
    meta = box(b"meta", bytes(4) + box(b"iref", bytes(4) + many * 9))
    assert list(heif_extras(io.BytesIO(box(b"ftyp", b"heic") + meta))) == []
