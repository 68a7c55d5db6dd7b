"""A copy is stored as its source was: no coarser, and not larger than it must be."""

import io
import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image

from functions.enhance.codec.chroma import chroma_of
from functions.enhance.codec.origin import origin_of
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from functions.enhance.srgb import to_coded, to_linear
from tests.unit.enhance_scenes import copy, encoded, landscape, opened, photo
from tests.unit.test_turned_storage import with_orientation

FINE_AND_PROGRESSIVE = [
    *(cv2.IMWRITE_JPEG_QUALITY, 100),
    *(cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
]

# A picture that is left is encoded anew only where it is turned.
UPSIDE_DOWN = Image.Exif()
UPSIDE_DOWN[ExifTags.Base.Orientation] = 3

DATA = Path(__file__).parent.parent / "data"


def opened_only(body: bytes) -> Image.Image:
    """Open it without decoding a pixel."""
    return Image.open(io.BytesIO(body))


def scene() -> Image.Image:
    return photo(landscape()).resize((320, 212))


@pytest.mark.parametrize("quality", [30, 60, 85, 97])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 1}])
def test_a_jpeg_that_is_left_keeps_its_tables_and_its_size(quality: int, options: dict[str, Any]) -> None:
    body = encoded(scene(), "JPEG", quality=quality, exif=UPSIDE_DOWN, **options)
    after = copy(body)
    assert opened(after).quantization == opened(body).quantization
    assert len(after) <= 1.03 * len(body)


STANDARD = {quality: opened(encoded(photo(landscape()), "JPEG", quality=quality)).quantization for quality in (60, 90)}


@pytest.mark.parametrize(
    ("stops", "strength", "most"), [(0.0, 20, 0.9), (0.0, 100, 1.0), (2.5, 100, 1.001)], ids=["mild", "usual", "strong"]
)
def test_an_edited_jpeg_is_as_fine_as_its_stretched_tones_need(stops: float, strength: int, most: float) -> None:
    """Half the steps of a coarse source, and no finer than quality 90, which a strong correction gets."""
    shown = to_coded(to_linear(landscape()) / 2**stops)
    body = encoded(photo(shown), "JPEG", quality=60)
    after = enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control("photo", strength))
    assert after.enhancement["kind"] == "photo"
    steps = opened(after.body).quantization
    assert (steps == STANDARD[90]) is (most > 1)
    for component, found in steps.items():
        both = zip(found, STANDARD[60][component], STANDARD[90][component], strict=True)
        assert all(usual <= step <= max(source / 2, usual) for step, source, usual in both)
    assert len(after.body) < most * len(encoded(opened(after.body), "JPEG", quality=90)) + 500


@pytest.mark.parametrize("preset", ["none", "photo"])
@pytest.mark.parametrize("is_progressive", [True, False])
def test_a_progressive_jpeg_stays_progressive(preset: str, is_progressive: bool) -> None:
    dark = scene().point(lambda level: level // 2)
    body = encoded(dark, "JPEG", progressive=is_progressive, exif=UPSIDE_DOWN)
    assert opened(copy(body, preset)).info.get("progressive", 0) == is_progressive


def test_noise_has_room_in_a_progressive_jpeg(capfd: pytest.CaptureFixture[str]) -> None:
    """Pillow's own guess, two bytes per pixel, is too small for it; libjpeg would say so on stderr."""
    noise = np.random.default_rng(1).integers(0, 256, (400, 400, 3), dtype=np.uint8)
    done, body = cv2.imencode(".jpg", noise, FINE_AND_PROGRESSIVE)
    assert done
    after = copy(with_orientation(body.tobytes(), 3))
    assert len(after) > 2 * 400 * 400
    assert opened(after).info["progressive"]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("quality", [30, 50, 75, 90])
@pytest.mark.parametrize("file_format", ["WEBP", "AVIF"])
def test_a_lossy_copy_has_the_quality_of_its_source(file_format: str, quality: int) -> None:
    body = encoded(scene(), file_format, quality=quality, exif=UPSIDE_DOWN)
    origin = origin_of(Image.open(io.BytesIO(body)), io.BytesIO(body))
    assert origin.quality == pytest.approx(quality, abs=2)
    assert len(copy(body)) <= 1.15 * len(body)


@pytest.mark.parametrize("options", [{}, {"lossless": True}])
def test_a_webp_stays_lossy_or_lossless(options: dict[str, Any]) -> None:
    body = encoded(scene(), "WEBP", exif=UPSIDE_DOWN, **options)
    assert (b"VP8L" in body[:40]) == (b"VP8L" in copy(body)[:40]) == bool(options)


def test_the_jpeg_of_a_heic_keeps_the_chroma_subsampling() -> None:
    after = opened(copy((DATA / "turned.heic").read_bytes()))
    assert (after.format, chroma_of(after, io.BytesIO())) == ("JPEG", (2, 2))


@pytest.mark.parametrize(("stated", "expected"), [((2, 2), (2, 2)), ((2, 1), (2, 1)), ((0, 0), (1, 1))])
def test_the_chroma_subsampling_of_a_tiff_is_read(stated: tuple[int, int], expected: tuple[int, int]) -> None:
    """From its tag YCbCrSubSampling."""
    body = encoded(scene().convert("YCbCr"), "TIFF", compression="jpeg")
    entry = struct.pack("<HHL", 530, 3, 2)
    assert entry + struct.pack("<HH", 1, 1) in body
    body = body.replace(entry + struct.pack("<HH", 1, 1), entry + struct.pack("<HH", *stated))
    assert chroma_of(opened_only(body), io.BytesIO(body)) == expected
    assert chroma_of(opened_only(encoded(scene(), "TIFF")), io.BytesIO()) == (1, 1)


PALETTES: dict[str, tuple[str, dict[str, Any]]] = {
    "PNG": ("PNG", {}),
    "PNG with a transparent colour": ("PNG", {"transparency": 3}),
    "PNG with transparent colours": ("PNG", {"transparency": bytes([255, 0, 7])}),
    "GIF": ("GIF", {}),
    "GIF with a transparent colour": ("GIF", {"transparency": 3}),
    "TIFF": ("TIFF", {"compression": "tiff_lzw"}),
    "BMP": ("BMP", {}),
}


@pytest.mark.parametrize("colours", [2, 4, 100])
@pytest.mark.parametrize("kind", PALETTES)
def test_a_palette_that_is_left_stays(kind: str, colours: int) -> None:
    file_format, options = PALETTES[kind]
    body = encoded(scene().quantize(colours), file_format, **options)
    before, after = opened(body), opened(copy(body))
    assert (after.format, after.mode) == ("PNG", "P")
    assert after.tobytes() == before.tobytes()
    assert after.getpalette()[: 3 * colours] == before.getpalette()[: 3 * colours]
    assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()
    assert file_format != "PNG" or len(copy(body)) <= len(body) + 64


@pytest.mark.parametrize("key", [None, 1])
@pytest.mark.parametrize("bits", [1, 2, 4])
def test_grey_of_few_bits_keeps_them_where_it_is_left(bits: int, key: int | None) -> None:
    options: dict[str, Any] = {} if key is None else {"transparency": key}
    image = scene().convert("1") if bits == 1 else scene().convert("L")
    body = encoded(image, "PNG", **({} if bits == 1 else {"bits": bits}), **options)
    after = copy(body)
    assert (after[24], after[25]) == (bits, 0)
    assert opened(after).convert("RGBA").tobytes() == opened(body).convert("RGBA").tobytes()
    assert len(after) <= 1.02 * len(body) + 64


def test_a_transparent_colour_stays_one_where_the_picture_is_left() -> None:
    image = scene()
    key = image.getpixel((3, 5))
    body = encoded(image, "PNG", transparency=key)
    after = opened(copy(body))
    assert (after.mode, after.info["transparency"]) == ("RGB", key)
    assert after.tobytes() == image.tobytes()


def test_a_palette_picture_that_is_edited_is_no_palette_any_more() -> None:
    body = encoded(scene().point(lambda level: level // 3).quantize(200), "PNG")
    assert opened(copy(body, "photo")).mode == "RGB"
