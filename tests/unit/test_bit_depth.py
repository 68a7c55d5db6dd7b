"""The record says how many bits per sample a copy does not keep, however the file holds them."""

import io
import struct
from dataclasses import replace
from functools import partial
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from functions.enhance.codec.colour.icc_writer import grey_profile
from functions.enhance.codec.colour.stored_colour import profile_of_parts
from functions.enhance.codec.colour.tone_curves import ToneCurve
from functions.enhance.codec.extras.heif_depth import heif_depth
from functions.enhance.codec.losses import Loss
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from functions.shared.errors import UnsupportedImageError
from tests.unit.colour_files import DISPLAY_P3, png
from verification.corpus.boxes import box
from verification.corpus.derived_pictures import (
    avif_grid,
    derived,
    heic_of_tiles,
    heic_overlay,
    heic_tone_mapped,
    heic_with_alpha,
)
from verification.corpus.file_parts import Make, picture, saved
from verification.corpus.heic_kinds import ALPHA as ALPHA_PLANE
from verification.corpus.heic_kinds import MONOCHROME, Coded, coded_picture
from verification.corpus.heif_writer import Item, Property, heif_file, size_property
from verification.corpus.table_profile import with_tags
from verification.corpus.tiff_kinds import (
    ALPHA,
    BLACK_IS_ZERO,
    CMYK,
    FLOAT,
    PREMULTIPLIED,
    SIGNED,
    Layout,
    stored,
    tiff_of,
)

DOWN, ACROSS = np.mgrid[0:64, 0:96]
SCENE = np.stack([ACROSS / 105, DOWN / 75, (ACROSS + DOWN) / 190], axis=-1) + 0.08
GREY = SCENE[..., :1]
SIZE = (96, 64)


def copied(body: bytes) -> EnhancedPhoto:
    return enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control("none"))


def said(stored_bits: int, kept: int) -> tuple[str, ...]:
    return (f"The original has {stored_bits} bits per sample, the copy {kept}.",)


def tiff(bands: int, **options: Any) -> Make:
    layout = Layout(**options)
    shares = np.concatenate([SCENE, 1 - GREY], axis=-1)[..., :bands]
    return lambda: tiff_of(stored(shares, layout), layout)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (tiff(3, bits=16, planar=True), said(16, 8)),
        (tiff(4, bits=16, planar=True, extra=(ALPHA,), order=">"), said(16, 8)),
        (tiff(4, bits=16, photometric=CMYK), said(16, 8)),
        (tiff(4, bits=16, photometric=CMYK, planar=True), said(16, 8)),
        (tiff(4, bits=16, extra=(PREMULTIPLIED,)), said(16, 8)),
        (tiff(1, bits=32, photometric=BLACK_IS_ZERO), said(32, 16)),
        (tiff(1, bits=32, photometric=BLACK_IS_ZERO, format=SIGNED), said(32, 16)),
        (tiff(1, bits=32, photometric=BLACK_IS_ZERO, format=FLOAT), said(32, 16)),
        (tiff(1, bits=64, photometric=BLACK_IS_ZERO, format=FLOAT), said(64, 16)),
        (tiff(3, bits=16), ()),
        (tiff(1, bits=12, photometric=BLACK_IS_ZERO), ()),
        (tiff(4, bits=8, extra=(PREMULTIPLIED,)), ()),
        (tiff(3, bits=8, planar=True), ()),
    ],
)
def test_bits_that_a_tiff_loses_are_said(make: Make, expected: tuple[str, ...]) -> None:
    assert [sentence for sentence in copied(make()).dropped if "bits" in sentence] == list(expected)


def test_sixteen_bits_of_grey_by_a_curve_that_falls_become_eight_and_the_record_says_so() -> None:
    falling = with_tags(grey_profile("grey", ToneCurve(1.8)), {b"kTRC": b"curv" + struct.pack(">4xI2H", 2, 65535, 0)})
    assert copied(png(GREY[..., 0], bits=16, profile=falling)).dropped[1:] == said(16, 8)


def tile(depth: int) -> bytes:
    levels = np.rint(SCENE[..., ::-1] * (2**depth - 1)).astype(np.uint16)
    return bytes(cv2.imencode(".avif", levels, [cv2.IMWRITE_AVIF_DEPTH, depth])[1])


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (partial(heic_of_tiles, SCENE, 10), said(10, 8)),
        (partial(heic_of_tiles, SCENE, 12, is_identity=True), said(12, 8)),
        (partial(heic_with_alpha, SCENE, 1 - GREY, (8, 10)), said(10, 8)),
        (lambda: avif_grid(tile(10), SIZE), said(10, 8)),
        (partial(heic_of_tiles, SCENE, 8), ()),
        (partial(heic_overlay, SCENE, 8), ()),
        (partial(heic_with_alpha, SCENE, 1 - GREY, (8, 8)), ()),
        (partial(heic_tone_mapped, SCENE, 10), (Loss.GAIN_MAP.value,)),
    ],
)
def test_bits_that_the_parts_of_a_heic_or_avif_lose_are_said(make: Make, expected: tuple[str, ...]) -> None:
    assert copied(make()).dropped == expected


def with_first_av1c(avif: bytes, *, last: bool) -> bytes:
    """Return an AVIF whose first or last configuration says 12 bits."""
    at = (avif.rindex if last else avif.index)(b"av1C") + 6
    return avif[:at] + bytes([avif[at] | 0b1100000]) + avif[at + 1 :]


@pytest.mark.parametrize("of_tracks", [False, True])
def test_the_tracks_of_an_avif_sequence_tell_its_depth(of_tracks: bool) -> None:
    body = saved(picture(), "AVIF", save_all=True, append_images=[picture().rotate(180)])
    assert heif_depth(io.BytesIO(body)) == 8
    assert heif_depth(io.BytesIO(with_first_av1c(body, last=of_tracks))) == (12 if of_tracks else 8)


@pytest.mark.parametrize("is_alternative", [False, True])
def test_a_sample_transform_tells_the_depth_of_the_photo_that_it_stands_for(is_alternative: bool) -> None:
    size = size_property(*SIZE)
    photo = Item(b"av01", b"", (size, (b"av1C", bytes([0x81, 0, 0, 0]))))
    deeper = Item(b"sato", b"", (size, (b"pixi", bytes(4) + bytes([3, 16, 16, 16]))), ((b"dimg", (1,)),))
    groups = box(b"altr" if is_alternative else b"ster", struct.pack(">5I", 0, 9, 2, 2, 1))
    assert heif_depth(io.BytesIO(heif_file([photo, deeper], b"avif", groups))) == (16 if is_alternative else 8)


@pytest.mark.parametrize("bits", [10, 12])
def test_an_overlay_of_deep_pictures_is_refused_by_its_name(bits: int) -> None:
    with pytest.raises(UnsupportedImageError, match=f"lays pictures of {bits} bits per sample over each other"):
        copied(heic_overlay(SCENE, bits))


def identity_of(*properties: Property) -> bytes:
    return heif_file([derived(b"iden", b"", SIZE, 2), coded_picture(SCENE, Coded(), properties)])


def test_the_colours_of_an_identity_are_those_of_its_picture() -> None:
    by_profile = copied(identity_of((b"colr", b"prof" + DISPLAY_P3.profile)))
    assert Image.open(io.BytesIO(by_profile.body)).info["icc_profile"]
    by_name = copied(identity_of(Coded(primaries=9, transfer=16).nclx))
    assert [remark.loss for remark in by_name.remarks] == [Loss.HDR]
    assert "icc_profile" not in Image.open(io.BytesIO(copied(identity_of()).body)).info


BY_PROFILE = (b"colr", b"prof" + DISPLAY_P3.profile)


def test_colours_that_a_photo_names_itself_are_not_those_of_its_parts() -> None:
    whole = derived(b"iden", b"", SIZE, 2)
    named = replace(whole, properties=(*whole.properties, Coded(primaries=9, transfer=16).nclx))
    body = io.BytesIO(heif_file([named, coded_picture(SCENE, Coded(), [BY_PROFILE])]))
    assert profile_of_parts(body) == b""
    assert profile_of_parts(io.BytesIO(identity_of(BY_PROFILE))) == DISPLAY_P3.profile


def test_the_profile_of_alpha_is_not_the_photos() -> None:
    alpha = coded_picture(GREY, Coded(MONOCHROME), [ALPHA_PLANE, BY_PROFILE], [(b"auxl", (1,))])
    assert profile_of_parts(io.BytesIO(heif_file([coded_picture(SCENE, Coded()), alpha]))) == b""


def test_boxes_that_are_cut_or_damaged_anywhere_raise_nothing() -> None:
    body = heic_of_tiles(SCENE[:32, :32], 10, is_identity=True)
    sequence = saved(picture(), "AVIF", save_all=True, append_images=[picture().rotate(180)])
    for whole in (body[: body.index(b"mdat")], sequence[: sequence.index(b"mdat")]):
        for at in range(len(whole)):
            heif_depth(io.BytesIO(whole[:at]))
            heif_depth(io.BytesIO(whole[:at] + b"\xff" + whole[at + 1 :]))
