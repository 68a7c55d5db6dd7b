"""Profiles of every kind: kept, converted, or left out with a word about it."""

import io
import struct
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms

from functions.enhance.codec.colour import tone_curves
from functions.enhance.codec.colour.icc_reader import space_of
from functions.enhance.codec.colour.icc_writer import colour_profile, display_p3, grey_profile
from functions.enhance.codec.colour.tone_curves import ToneCurve
from tests.unit.colour_files import (
    ADOBE_RGB,
    BT2020,
    DISPLAY_P3,
    GAMMA_18,
    PROPHOTO_RGB,
    SRGB,
    SRGB_PROFILE,
    Space,
    Values,
    as_shown,
    difference,
    eight_bits,
    png,
    through,
)
from tests.unit.enhance_scenes import encoded, landscape
from verification.corpus.table_profile import turning, with_tags


def scene() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return landscape()[:160, :240]


@pytest.mark.parametrize("space", [ADOBE_RGB, DISPLAY_P3, PROPHOTO_RGB, BT2020, GAMMA_18, SRGB])
def test_a_profile_says_the_same_to_littlecms_as_it_does_here(space: Space) -> None:
    levels = np.random.default_rng(5).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    converted = ImageCms.profileToProfile(
        Image.fromarray(levels), io.BytesIO(space.profile), io.BytesIO(SRGB_PROFILE), outputMode="RGB"
    )
    read = space_of(space.profile)
    assert converted is not None
    assert read is not None
    assert np.abs(read.in_srgb(levels).astype(int) - np.asarray(converted)).max() <= 2
    assert np.abs(space.shown(levels / 255) * 255 - np.asarray(converted)).max() <= 2.5
    assert read.is_srgb == (space is SRGB)


def test_srgb_of_any_maker_is_srgb() -> None:
    for profile in (SRGB_PROFILE, SRGB.profile, with_curves(SRGB_PROFILE, _sampled_curve(1024))):
        space = space_of(profile)
        assert space is not None
        assert space.is_srgb


def _sampled_curve(count: int) -> bytes:
    coded = np.linspace(0, 1, count)
    light = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    return b"curv" + struct.pack(f">4xI{count}H", count, *np.rint(light * 65535).astype(int))


def parametric(kind: int, *values: float) -> bytes:
    return b"para" + struct.pack(f">4xHxx{len(values)}i", kind, *(round(65536 * value) for value in values))


CURVES: dict[str, tuple[bytes, Callable[[Values], Values]]] = {
    "none": (b"curv" + bytes(8), lambda coded: coded),
    "a gamma": (b"curv" + struct.pack(">4xIH", 1, 563), lambda coded: coded ** (563 / 256)),
    "samples": (_sampled_curve(33), SRGB.light),
    "type 0": (parametric(0, 1.8), lambda coded: coded**1.8),
    "type 1": (parametric(1, 2.0, 1.25, -0.25), lambda coded: np.maximum(1.25 * coded - 0.25, 0) ** 2),
    "type 2": (parametric(2, 2.0, 1.0, -0.1, 0.19), lambda coded: np.maximum(coded - 0.1, 0) ** 2 + 0.19),
    "type 3": (parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045), SRGB.light),
    "type 4": (
        parametric(4, 2.0, 0.9, 0.1, 0.25, 0.2, 0.0, 0.02),
        lambda coded: np.where(coded >= 0.2, (0.9 * coded + 0.1) ** 2, 0.25 * coded + 0.02),
    ),
}


def with_curves(profile: bytes, curve: bytes) -> bytes:
    """Return a profile with another tone curve in all channels."""
    return with_tags(profile, {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})


@pytest.mark.parametrize("name", CURVES)
def test_a_curve_of_any_form_is_read_as_the_standard_has_it(name: str) -> None:
    data, light = CURVES[name]
    space = space_of(with_curves(SRGB_PROFILE, data))
    assert space is not None
    coded = np.linspace(0, 1, 65536)
    assert np.abs(space.curves[:, 0] - light(coded)).max() < 2e-4 + (name == "samples") * 2e-3


# Black and white change places; and a curve that falls in the middle only. Neither can be inverted.
FALLING = ((65535, 0), (0, 40000, 20000, 65535))


@pytest.mark.parametrize("preset", ["none", "auto"])
@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP"])
def test_colours_by_a_table_are_converted_and_the_record_says_so(source: str, preset: str) -> None:
    options = {} if source == "PNG" else {"quality": 98}
    image = eight_bits(scene()[..., [2, 0, 1]])
    body = encoded(image, source, icc_profile=turning(SRGB_PROFILE), **options)
    assert difference(as_shown(body), scene()) < 4
    copy = through(body, preset)  # type: ignore[arg-type]
    assert copy.dropped == ("The colours were converted to Display P3, because their profile is made of tables.",)
    assert Image.open(io.BytesIO(copy.body)).info["icc_profile"] == display_p3()
    if preset == "none":
        assert difference(as_shown(copy.body), scene()) < 5
    else:
        plain = through(encoded(eight_bits(scene()), source, **options), preset)  # type: ignore[arg-type]
        assert difference(as_shown(copy.body), as_shown(plain.body)) < 5


def test_a_jpeg_whose_colours_are_converted_does_not_inherit_the_tables_of_other_numbers() -> None:
    fine = {"quality": 100}
    sizes = [
        len(through(encoded(eight_bits(scene()), "JPEG", icc_profile=profile, **fine)).body)
        for profile in (turning(SRGB_PROFILE), SRGB_PROFILE)
    ]
    assert sizes[0] < 0.7 * sizes[1]


def test_sixteen_bits_by_a_table_become_eight_and_the_record_says_so() -> None:
    copy = through(png(scene()[..., [2, 0, 1]], bits=16, profile=turning(SRGB_PROFILE)))
    assert difference(as_shown(copy.body), scene()) < 2
    assert copy.dropped[1] == "The original has 16 bits per sample, the copy 8."


@pytest.mark.parametrize("light", FALLING)
def test_colours_by_a_curve_that_falls_are_converted(light: tuple[int, ...]) -> None:
    curve = b"curv" + struct.pack(f">4xI{len(light)}H", len(light), *light)
    assert space_of(with_curves(SRGB_PROFILE, curve)) is None
    body = png(1 - scene(), profile=with_curves(SRGB_PROFILE, curve))
    assert difference(as_shown(through(body).body), as_shown(body)) < 2


UNREADABLE: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda profile: profile[:200],
    "without primaries": lambda profile: profile.replace(b"rXYZ", b"zXYZ"),
    "without curves": lambda profile: profile.replace(b"gTRC", b"zTRC"),
    "without its mark": lambda profile: profile.replace(b"acsp", b"\0\0\0\0"),
    "of a count that lies": lambda profile: profile[:128] + b"\xff" * 4 + profile[132:],
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_profile_that_cannot_be_read_is_left_out(name: str) -> None:
    copy = through(encoded(eight_bits(scene()), "PNG", icc_profile=UNREADABLE[name](SRGB_PROFILE)))
    assert "icc_profile" not in Image.open(io.BytesIO(copy.body)).info
    assert copy.dropped == ("The colour profile was left out, because it cannot be read.",)
    assert np.array_equal(as_shown(copy.body), np.asarray(eight_bits(scene())) / 255)


def test_a_profile_of_another_kind_of_picture_is_left_out() -> None:
    grey, profile = eight_bits(scene()).convert("L"), grey_profile("grey", ToneCurve(1.8))
    for image, wrong in ((grey, SRGB_PROFILE), (eight_bits(scene()), profile)):
        copy = through(encoded(image, "JPEG", quality=95, icc_profile=wrong))
        assert "icc_profile" not in Image.open(io.BytesIO(copy.body)).info
        assert copy.dropped == ("The colour profile was left out, because it is made for another kind of picture.",)
    assert through(encoded(grey, "JPEG", icc_profile=profile)).dropped == ()


def test_ink_colours_that_are_converted_are_named() -> None:
    body = encoded(eight_bits(scene()).convert("CMYK"), "JPEG")
    assert through(body).dropped == ("The ink colours (CMYK) were converted to sRGB.",)


def test_a_profile_with_hdr_code_points_is_rendered() -> None:
    tag = b"cicp" + bytes(4) + bytes([9, 16, 0, 1])
    copy = through(png(scene(), profile=with_tags(BT2020.profile, {b"cicp": tag})))
    assert "HDR colours (PQ)" in copy.dropped[0]


def test_damage_anywhere_in_a_profile_costs_no_photo() -> None:
    image, profile = eight_bits(scene()[:8, :8]), SRGB_PROFILE
    for at in range(0, len(profile), 7):
        space_of(profile[:at])
        space_of(profile[:at] + b"\xff" + profile[at + 1 :])
    for at in range(128, len(profile), 37):
        through(encoded(image, "PNG", icc_profile=profile[:at] + b"\xff\xff" + profile[at + 2 :]))


def test_profiles_are_the_same_bytes_each_time() -> None:
    assert colour_profile("a", DISPLAY_P3.primaries, tone_curves.SRGB) == colour_profile(
        "a", DISPLAY_P3.primaries, tone_curves.SRGB
    )
    assert display_p3()[24:36] == struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
