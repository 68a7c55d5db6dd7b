"""Colours that a file names otherwise than by a profile look in the copy as they do in the original."""

import io
import struct

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms

from functions.enhance.codec.colour import primaries
from functions.enhance.codec.colour.primaries import Primaries
from functions.enhance.codec.renditions import Rendition
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from tests.unit.colour_files import (
    ADOBE_RGB,
    BT2020,
    DISPLAY_P3,
    GAMMA_18,
    LINEAR_LIGHT,
    PROPHOTO_RGB,
    SRGB_PROFILE,
    Space,
    as_shown,
    chromaticities,
    cicp,
    difference,
    eight_bits,
    gamma,
    png,
    through,
)
from tests.unit.enhance_scenes import encoded, landscape

# A level at most, of 255, for the rounding of 8 bits in another space; the shadows of linear light have few levels.
ROUNDING = {LINEAR_LIGHT: 4.0}
# By name: chunks of a PNG, and what they mean.
NAMED = {
    "gamma of linear light": ((gamma(1.0),), LINEAR_LIGHT),
    "gamma 1.8": ((gamma(1 / 1.8),), GAMMA_18),
    "gamma and chromaticities": ((gamma(1 / 1.8), chromaticities(PROPHOTO_RGB.primaries)), PROPHOTO_RGB),
    "gamma and chromaticities of Adobe RGB": ((gamma(256 / 563), chromaticities(ADOBE_RGB.primaries)), ADOBE_RGB),
    "code points of Display P3": ((cicp(12, 13),), DISPLAY_P3),
    "code points of BT.2020": ((cicp(9, 14),), BT2020),
    "code points of linear light": ((cicp(1, 8),), LINEAR_LIGHT),
}


def scene() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return landscape()[:200, :300]


def colourful() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray((4 * scene() - 3 * scene().mean(axis=-1, keepdims=True)).clip(0, 1))


@pytest.mark.parametrize("name", NAMED)
def test_a_png_whose_chunks_name_its_colours_keeps_its_look(name: str) -> None:
    chunks, space = NAMED[name]
    copy = through(png(space.coded(scene()), *chunks))
    assert difference(as_shown(copy.body), scene()) < ROUNDING.get(space, 1.0)
    # The numbers stay, so nothing is lost.
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(copy.body))), np.asarray(eight_bits(space.coded(scene()))))


@pytest.mark.parametrize(
    "chunks",
    [
        (gamma(0.45455),),
        (gamma(0.45455), chromaticities(primaries.SRGB)),
        (chromaticities(primaries.SRGB),),
        (cicp(1, 13),),
        (cicp(1, 1),),
        # What makes no sense is left out.
        (gamma(0),),
        (gamma(400),),
        ((b"cHRM", struct.pack(">8I", *[0] * 8)),),
        (gamma(0.45455), (b"cHRM", struct.pack(">8I", *[31270, 32900, *[10_000] * 6]))),
        (cicp(12, 13, rest=b"\0\0"),),
        (cicp(12, 13, rest=b"\1\1"),),
        (cicp(2, 2),),
        (cicp(77, 99),),
    ],
)  # fmt: skip
def test_chunks_that_say_srgb_or_nothing_of_use_add_no_profile(chunks: tuple[tuple[bytes, bytes], ...]) -> None:
    copy = Image.open(io.BytesIO(through(png(scene(), *chunks)).body))
    assert "icc_profile" not in copy.info
    assert np.array_equal(np.asarray(copy), np.asarray(eight_bits(scene())))


@pytest.mark.parametrize(
    ("chunks", "profile", "meant"),
    [
        # The order of the third edition: cICP, iCCP, sRGB, then gAMA and cHRM.
        ((cicp(12, 13), gamma(1.0)), SRGB_PROFILE, DISPLAY_P3),
        ((cicp(12, 13), (b"sRGB", b"\0"), gamma(1.0)), None, DISPLAY_P3),
        ((gamma(1.0),), DISPLAY_P3.profile, DISPLAY_P3),
        (((b"sRGB", b"\0"), gamma(1.0)), None, None),
        # Unknown code points name nothing, so the next one does.
        ((cicp(77, 99), gamma(1.0)), None, LINEAR_LIGHT),
        ((cicp(77, 99),), DISPLAY_P3.profile, DISPLAY_P3),
    ],
)
def test_the_chunk_of_the_highest_rank_decides(
    chunks: tuple[tuple[bytes, bytes], ...], profile: bytes | None, meant: Space | None
) -> None:
    coded = meant.coded(colourful()) if meant else colourful()
    if meant:
        assert difference(coded, colourful()) > 5
    assert difference(as_shown(through(png(coded, *chunks, profile=profile)).body), colourful()) < 2


def test_a_grey_png_keeps_its_gamma() -> None:
    grey = scene().mean(axis=-1)
    copy = through(png(grey, gamma(1.0)))
    image = Image.open(io.BytesIO(copy.body))
    assert (image.mode, image.info["icc_profile"][16:20]) == ("L", b"GRAY")
    assert difference(as_shown(copy.body)[..., 0], (grey > 0.0031308) * (1.055 * grey ** (1 / 2.4) - 0.055)) < 1


def with_exif(space: int | None, index: str | None) -> Image.Exif:
    tags = Image.Exif()
    details: dict[int, object] = {} if space is None else {int(ExifTags.Base.ColorSpace): space}
    if index is not None:
        details[int(ExifTags.IFD.Interop)] = {1: index}
    tags[ExifTags.IFD.Exif] = details
    return tags


# Pillow writes no such mark into a TIFF.
@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_adobe_rgb_that_only_the_exif_marks_keeps_its_look(source: str) -> None:
    options = {"quality": 95} if source in {"JPEG", "WEBP", "AVIF"} else {}
    shown = colourful()
    body = encoded(eight_bits(ADOBE_RGB.coded(shown)), source, exif=with_exif(65535, "R03").tobytes(), **options)
    if source == "AVIF":
        # Pillow writes code points, which rank before the EXIF; these say nothing.
        body = body.replace(b"colrnclx" + struct.pack(">2H", 1, 13), b"colrnclx" + struct.pack(">2H", 2, 2))
    thumb = Rendition(name="thumb", longest_edge_pixels=300, format="png")
    copy = enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control("none"), renditions=[thumb])
    unmarked = difference(ADOBE_RGB.coded(shown), shown)
    assert difference(as_shown(copy.body), shown) < unmarked - 3
    small = Image.open(io.BytesIO(copy.renditions["thumb"].body))
    assert "icc_profile" not in small.info
    assert difference(np.asarray(small) / 255, shown) < 5
    # The rendition is sRGB, and its EXIF says no other.
    assert small.getexif().get_ifd(ExifTags.IFD.Interop) == {}
    description = ImageCms.getProfileDescription(
        ImageCms.ImageCmsProfile(io.BytesIO(Image.open(io.BytesIO(copy.body)).info["icc_profile"]))
    )
    assert description.strip() == "Adobe RGB (1998)"


@pytest.mark.parametrize(("space", "index"), [(1, "R03"), (65535, None), (65535, "R98"), (None, None)])
def test_exif_that_does_not_mark_adobe_rgb_adds_no_profile(space: int | None, index: str | None) -> None:
    body = encoded(eight_bits(scene()), "JPEG", exif=with_exif(space, index).tobytes())
    assert "icc_profile" not in Image.open(io.BytesIO(through(body).body)).info


def test_a_profile_ranks_before_the_mark_in_the_exif() -> None:
    body = encoded(eight_bits(scene()), "PNG", exif=with_exif(65535, "R03").tobytes(), icc_profile=SRGB_PROFILE)
    assert np.array_equal(as_shown(through(body).body), np.asarray(eight_bits(scene())) / 255)


def test_a_profile_ranks_before_an_avifs_code_points() -> None:
    body = encoded(eight_bits(DISPLAY_P3.coded(scene())), "AVIF", quality=95, icc_profile=DISPLAY_P3.profile)
    assert b"colrprof" in body
    assert difference(as_shown(through(body).body), scene()) < 2.5


@pytest.mark.parametrize("space", [BT2020, DISPLAY_P3])
def test_the_code_points_of_an_avif_keep_its_look(space: Space) -> None:
    number = {BT2020: 9, DISPLAY_P3: 12}[space]
    body = encoded(eight_bits(space.coded(scene())), "AVIF", quality=95, subsampling="4:4:4")
    body = body.replace(b"colrnclx" + struct.pack(">2H", 1, 13), b"colrnclx" + struct.pack(">2H", number, 13))
    assert difference(as_shown(through(body).body), scene()) < 2.5


@pytest.mark.parametrize("space", [PROPHOTO_RGB, LINEAR_LIGHT, ADOBE_RGB])
def test_renditions_of_sixteen_bits_are_converted_before_they_are_rounded(space: Space) -> None:
    thumb = Rendition(name="thumb", longest_edge_pixels=300, format="png")
    body = png(space.coded(scene()), bits=16, profile=space.profile)
    copy = enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control("none"), renditions=[thumb])
    small = np.asarray(Image.open(io.BytesIO(copy.renditions["thumb"].body))) / 255
    assert np.abs(small - scene()).max() * 255 < 1.1


def test_primaries_that_make_no_colours_are_no_primaries() -> None:
    on_a_line = Primaries((0.1, 0.1), (0.2, 0.2), (0.3, 0.3))
    with pytest.raises(ValueError, match="make no colours"):
        on_a_line.to_xyz()
