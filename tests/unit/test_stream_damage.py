"""Damage inside WebP, AVIF and HEIC, which their decoders pass over, is noticed; sound files never are."""

import io
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from typing import Any, BinaryIO

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from functions.enhance.codec.av1_damage import require_sound_av1
from functions.enhance.codec.bundled_library import bundled_library
from functions.enhance.codec.extras.heif_places import photo_data
from functions.enhance.codec.hevc_damage import require_sound_hevc
from functions.enhance.codec.webp_damage import require_sound_webp
from functions.enhance.enhance_photo import enhance_photo
from functions.shared.errors import CorruptImageError
from tests.definitions import ROOT
from tests.unit.mangled_metadata import mangled
from verification.corpus.boxes import HEIC
from verification.corpus.file_parts import picture, saved
from verification.corpus.heif_companions import HEIF_COMPANIONS
from verification.corpus.noticed_damage import pixels_of, scene

# As many decoders come to another end by chance. Single bits of lossless WebP shift it by too little.
NOTICED = {"webp": 0.75, "webp lossless": 0, "avif": 0.9, "heic": 0.5}
TRIES = 16


def require_sound(name: str, source: BinaryIO) -> None:
    check: dict[str, Callable[[BinaryIO], None]] = {
        "webp": require_sound_webp,
        "avif": partial(require_sound_av1, pixels=10**6),
        "heic": require_sound_hevc,
    }
    check[name.partition(" ")[0]](source)


@cache
def sound_file(name: str) -> bytes:
    if name == "heic":
        return HEIC
    options: dict[str, dict[str, Any]] = {"webp lossless": {"lossless": True}, "avif": {"speed": 10}}
    file_format = name.partition(" ")[0].upper()
    return saved(scene().crop((300, 100, 620, 340)), file_format, **options.get(name, {"quality": 90}))


def places(name: str, count: int) -> list[int]:
    """Return where pixels are, spread over them."""
    body = sound_file(name)
    start = body.index(b"mdat") + 30 if b"mdat" in body else 200
    end = HEIC.index(b"Exif\0\0MM") - 6 if name == "heic" else len(body) - 100
    return [int(at) for at in np.linspace(start, end, count)]


@pytest.mark.parametrize("name", NOTICED)
def test_a_bit_that_is_changed_is_mostly_noticed(name: str) -> None:
    body = sound_file(name)
    assert pixels_of(body, is_strict=True)
    changed = [body[:at] + bytes([body[at] ^ 0x10]) + body[at + 1 :] for at in places(name, TRIES)]
    noticed = sum(pixels_of(data, is_strict=True) is None for data in changed)
    alone = sum(pixels_of(data, is_strict=False) is None for data in changed)
    assert noticed >= NOTICED[name] * TRIES
    # The decoder alone sees much less.
    assert alone < TRIES / 2


@pytest.mark.parametrize("name", ["webp", "webp lossless", "avif"])
def test_a_hole_ends_in_corrupt_image_error(name: str) -> None:
    body, (_, at, _) = sound_file(name), places(name, 3)
    with pytest.raises(CorruptImageError, match="pixels are broken"):
        enhance_photo(io.BytesIO(body[:at] + bytes(512) + body[at + 512 :]), max_pixels=10**6)


def test_no_decoder_writes_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    avif = sound_file("avif")
    at = avif.index(b"mdat") + 4
    for name, body in {"avif": avif[:at] + b"\xff" * 99 + avif[at + 99 :], "heic": HEIC[:500] + bytes(100)}.items():
        with suppress(CorruptImageError):
            require_sound(name, io.BytesIO(body))
    assert capfd.readouterr() == ("", "")


def test_a_library_without_the_function_is_none() -> None:
    assert bundled_library("PIL._webp", "WebPDecode")
    assert bundled_library("PIL._webp", "WebPDecode", "no_such_function") is None


FLAT = Image.new("RGB", (200, 150), "white")
GREY = picture().convert("L")
CLEAR = scene().resize((160, 120)).convert("RGBA")
CLEAR.putalpha(Image.radial_gradient("L").resize(CLEAR.size))
PICTURES = {"flat": FLAT, "grey": GREY, "clear": CLEAR, "dot": FLAT.crop((0, 0, 1, 1)), "narrow": FLAT.resize((1, 900))}
KINDS: list[tuple[str, dict[str, Any]]] = [
    *(("WEBP", {"quality": quality, "method": method}) for quality, method in ((1, 0), (75, 4), (100, 6))),
    *(("WEBP", {"lossless": True, "method": method}) for method in (0, 6)),
    ("AVIF", {"quality": 30, "speed": 10}),
    ("AVIF", {"quality": 100, "subsampling": "4:4:4", "speed": 9}),
    ("AVIF", {"tile_rows": 1, "tile_cols": 1, "subsampling": "4:0:0", "speed": 10}),
]


@pytest.mark.parametrize(("file_format", "options"), KINDS)
@pytest.mark.parametrize("kind", PICTURES)
def test_a_sound_file_is_let_through(kind: str, file_format: str, options: dict[str, Any]) -> None:
    require_sound(file_format.lower(), io.BytesIO(saved(PICTURES[kind], file_format, **options)))


@pytest.mark.parametrize("bits", [10, 12])
def test_an_avif_of_more_bits_is_let_through(bits: int) -> None:
    levels = np.asarray(picture()).astype(np.uint16) << (bits - 8)
    _, body = cv2.imencode(".avif", levels, [cv2.IMWRITE_AVIF_DEPTH, bits])
    require_sound("avif", io.BytesIO(body.tobytes()))


def test_sound_heics_are_read_and_let_through() -> None:
    bodies = [path.read_bytes() for path in (ROOT / "tests" / "data").glob("*.heic")]
    for body in (HEIC, *bodies, *(make() for name, make in HEIF_COMPANIONS.items() if name.startswith("heic"))):
        assert list(photo_data(io.BytesIO(body), b"hvc1"))
        require_sound("heic", io.BytesIO(body))


def test_data_left_over_that_are_padding_are_no_damage() -> None:
    body = sound_file("webp")
    size = int.from_bytes(body[16:20], "little")
    padded = body[:16] + (size + 40).to_bytes(4, "little") + body[20 : 20 + size] + bytes(40)
    require_sound("webp", io.BytesIO(b"RIFF" + (len(padded) - 8).to_bytes(4, "little") + padded[8:]))


@pytest.mark.parametrize("name", NOTICED)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_whatever_is_in_the_file_nothing_else_is_raised(name: str, data: st.DataObject) -> None:
    with suppress(CorruptImageError):
        require_sound(name, io.BytesIO(data.draw(mangled(sound_file(name)))))
