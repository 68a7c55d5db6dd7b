"""The quantizer of a WebP or AVIF, read from its headers, whatever they hold."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from functions.enhance.codec.av1_quantizer import quantizer_index
from functions.enhance.codec.extras.heif_places import photo_data
from functions.enhance.codec.lossy_quality import AVIF_QUALITY, WEBP_QUALITY, avif_quality, webp_quality
from functions.enhance.codec.vp8_quantizer import quantizer_of
from tests.unit.enhance_scenes import encoded, photo, surfaces
from verification.corpus.boxes import HEIC

AVIF = encoded(photo(surfaces(160, 120)), "AVIF", quality=60)
WEBP = encoded(photo(surfaces(160, 120)), "WEBP", quality=60)


def stream_of(avif: bytes) -> bytes:
    """Return the AV1 data of a picture that is in one piece."""
    [(_, data)] = photo_data(io.BytesIO(avif), b"av01")
    return data


STREAM = stream_of(AVIF)
FRAME = WEBP[WEBP.index(b"VP8 ") + 8 :][:256]


@pytest.mark.parametrize("quality", [0, 10, 60, 85, 100])
@pytest.mark.parametrize("size", [(1, 1), (160, 120), (5000, 40)])
def test_the_quality_of_an_avif_is_found(quality: int, size: tuple[int, int]) -> None:
    """The widest has tiles."""
    body = encoded(Image.new("RGB", size, (200, 90, 20)), "AVIF", quality=quality, speed=10)
    assert avif_quality(io.BytesIO(body)) == pytest.approx(quality, abs=1)


def test_alpha_is_not_taken_for_the_picture() -> None:
    image = photo(surfaces(160, 120)).convert("RGBA")
    image.putalpha(77)
    body = encoded(image, "AVIF", quality=60, advanced={"alpha:lossless": "1"})
    assert avif_quality(io.BytesIO(body)) == pytest.approx(60, abs=1)


def test_a_lossless_stream_has_the_quantizer_0() -> None:
    assert quantizer_index(stream_of(encoded(photo(surfaces(160, 120)), "AVIF", quality=100))) == 0


def test_where_the_headers_say_nothing_the_quality_is_the_default() -> None:
    assert avif_quality(io.BytesIO(b"")) == avif_quality(io.BytesIO(HEIC)) == AVIF_QUALITY
    assert webp_quality(b"") == webp_quality(b"\1" + FRAME[1:]) == WEBP_QUALITY


@given(st.integers(0, len(STREAM)), st.integers(0, 255), st.integers(0, 200))
def test_a_stream_that_is_cut_or_damaged_raises_nothing(cut: int, value: int, at: int) -> None:
    for data in (STREAM[:cut], STREAM[:at] + bytes([value]) + STREAM[at + 1 :]):
        index = quantizer_index(data)
        assert index is None or 0 <= index <= 255


@given(st.binary(max_size=80))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    assert quantizer_index(data) in {None, *range(256)}
    found = quantizer_of(FRAME[:10] + data)
    assert found is None or 0 <= found <= 127
    assert 0 <= webp_quality(FRAME[:10] + data) <= 100


def test_boxes_that_are_cut_or_damaged_anywhere_raise_nothing() -> None:
    for at in range(0, 400, 3):
        assert 0 <= avif_quality(io.BytesIO(AVIF[:at])) <= 100
        assert 0 <= avif_quality(io.BytesIO(AVIF[:at] + b"\xff" + AVIF[at + 1 :])) <= 100
