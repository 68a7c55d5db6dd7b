"""Every type of image is enhanced correctly: modes, bit depths, transparency, orientation, odd sizes, broken data."""

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from functions.enhance.enhance_photo import enhance_photo
from functions.shared.errors import CorruptImageError, ImageTooLargeError
from tests.unit.enhance_scenes import difference, encoded, enhanced, enhanced_image, photo, surfaces

DARK = 0.4
DATA = Path(__file__).parent.parent / "data"


def dark_photo(width: int = 320, height: int = 240) -> Image.Image:
    return photo(surfaces(width, height) * DARK)


def alpha_of(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.tile(np.linspace(0, 255, width).astype(np.uint8), (height, 1)))


@pytest.mark.parametrize(
    ("source", "options", "expected"),
    [
        ("JPEG", {}, "JPEG"),
        ("PNG", {}, "PNG"),
        ("WEBP", {}, "WEBP"),
        ("AVIF", {}, "AVIF"),
        ("TIFF", {}, "JPEG"),
        ("BMP", {}, "JPEG"),
        ("GIF", {}, "PNG"),
        ("MPO", {}, "JPEG"),
    ],
)
def test_every_format_gets_brighter_in_its_output_format(source: str, options: dict[str, Any], expected: str) -> None:
    dark = dark_photo()
    result = enhanced(encoded(dark, source, **options))
    image = Image.open(io.BytesIO(result.body))
    assert (image.format, result.format, result.content_type) == (expected, expected, f"image/{expected.lower()}")
    assert (result.width, result.height) == image.size == dark.size
    assert np.asarray(image.convert("L")).mean() > 1.3 * np.asarray(dark.convert("L")).mean()


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
@pytest.mark.parametrize("source", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_alpha_is_unchanged(source: str, mode: str) -> None:
    alpha = alpha_of(320, 240)
    image = dark_photo().convert(mode)
    image.putalpha(alpha)
    options: dict[str, Any] = {"quality": 100} if source == "AVIF" else {}
    body = encoded(image, source, **options)
    stored = Image.open(io.BytesIO(body)).convert("RGBA").getchannel("A")
    assert enhanced_image(body).getchannel("A").tobytes() == stored.tobytes()


def test_transparent_pixels_do_not_count_in_the_statistics() -> None:
    visible = dark_photo()
    alpha = Image.new("L", visible.size, 255)
    alpha.paste(0, (0, 0, 160, 240))
    hidden = visible.copy()
    hidden.paste((255, 255, 255), (0, 0, 160, 240))
    hidden.putalpha(alpha)
    cropped = enhanced_image(encoded(visible.crop((160, 0, 320, 240)), "PNG"))
    whole = enhanced_image(encoded(hidden, "PNG")).crop((160, 0, 320, 240))
    assert difference(cropped, whole) < 4


def test_a_fully_transparent_image_stays_as_it_is() -> None:
    image = dark_photo().convert("RGBA")
    image.putalpha(0)
    assert enhanced_image(encoded(image, "PNG")).tobytes() == image.tobytes()


def test_a_transparent_palette_keeps_its_transparency() -> None:
    palette = dark_photo().quantize(64)
    transparent = np.asarray(palette) == 5
    after = enhanced_image(encoded(palette, "PNG", transparency=5))
    assert after.mode == "RGBA"
    assert ((np.asarray(after.getchannel("A")) == 0) == transparent).all()


@pytest.mark.parametrize("source", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_grey_stays_grey(source: str) -> None:
    after = enhanced_image(encoded(dark_photo().convert("L"), source))
    levels = np.asarray(after.convert("RGB")).astype(int)
    # WebP and JPEG round chroma.
    assert np.ptp(levels, axis=-1).mean() <= 1
    assert levels.mean() > 1.3 * np.asarray(dark_photo().convert("L")).mean()
    assert source == "WEBP" or after.mode == "L"


@pytest.mark.parametrize("source", ["PNG", "TIFF"])
def test_sixteen_bit_grey_keeps_its_brightness(source: str) -> None:
    grey = surfaces().mean(axis=-1)
    deep = Image.fromarray(np.rint(grey * 65535).astype(np.uint16))
    after = enhanced_image(encoded(deep, source))
    assert (after.format, after.mode) == ("PNG", "I;16")
    assert np.abs(np.asarray(after) / 65535 - grey).mean() < 0.02


def test_dark_sixteen_bit_grey_gets_brighter_and_stays_smooth() -> None:
    grey = surfaces().mean(axis=-1) * 0.2
    deep = Image.fromarray(np.rint(grey * 65535).astype(np.uint16))
    after = np.asarray(enhanced_image(encoded(deep, "PNG")))
    assert after.mean() > 2 * np.asarray(deep).mean()
    assert len(np.unique(after)) > 2000


@pytest.mark.parametrize("white", [1.0, 255.0, 65535.0])
def test_float_tiff_keeps_its_brightness(white: float) -> None:
    grey = surfaces().mean(axis=-1)
    after = enhanced_image(encoded(Image.fromarray((grey * white).astype(np.float32)), "TIFF"))
    assert np.abs(np.asarray(after) / 65535 - grey).mean() < 0.02


def test_big_endian_sixteen_bit_tiff() -> None:
    grey = np.rint(surfaces().mean(axis=-1) * 65535).astype(np.uint16)
    image = Image.frombytes("I;16B", (320, 240), grey.astype(">u2").tobytes())
    after = np.asarray(enhanced_image(encoded(image, "TIFF"))) / 65535
    assert np.abs(after - grey / 65535).mean() < 0.02


@pytest.mark.parametrize("source", ["PNG", "TIFF", "BMP"])
def test_one_bit_images_stay_as_they_are(source: str) -> None:
    image = dark_photo().convert("1")
    result = enhanced(encoded(image, source))
    assert result.format == "PNG"
    after = Image.open(io.BytesIO(result.body))
    assert after.mode == "1"
    assert after.tobytes() == image.tobytes()


def test_cmyk_looks_like_its_rgb() -> None:
    rgb = photo(0.15 + 0.7 * surfaces())
    cmyk = rgb.convert("CMYK")
    from_cmyk = enhanced_image(encoded(cmyk, "JPEG", quality=95))
    assert from_cmyk.mode == "RGB"
    assert difference(from_cmyk, enhanced_image(encoded(rgb, "JPEG", quality=95))) < 6


def test_lab_tiff_looks_like_its_rgb() -> None:
    rgb = photo(surfaces())
    lab = ImageCms.profileToProfile(
        rgb,
        ImageCms.createProfile("sRGB"),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")),
        outputMode="LAB",
    )
    assert lab is not None
    assert difference(enhanced_image(encoded(lab, "TIFF")), rgb) < 6


# Each image has a red corner, which must be at the top left when the photo is upright.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_every_orientation_comes_out_upright(source: str, orientation: int) -> None:
    upright = photo(surfaces(200, 120))
    upright.paste((250, 10, 10), (0, 0, 100, 40))
    turn = STORED[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    result = enhanced(encoded(upright.transpose(turn) if turn is not None else upright, source, exif=exif))
    after = Image.open(io.BytesIO(result.body))
    assert after.getexif().get(0x0112, 1) == 1
    assert (result.width, result.height) == after.size == (200, 120)
    assert difference(after, upright) < 12


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (2, 3), (3, 900), (700, 2), (257, 513)])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK"])
def test_odd_sizes(size: tuple[int, int], mode: str) -> None:
    image = dark_photo(*size).convert(mode)
    assert enhanced_image(encoded(image, "TIFF")).size == size


@pytest.mark.parametrize("level", [0, 1, 40, 128, 254, 255])
def test_images_of_one_colour_stay_as_they_are(level: int) -> None:
    image = Image.new("RGB", (100, 80), (level, level, level))
    assert enhanced_image(encoded(image, "PNG")).tobytes() == image.tobytes()


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_strips_have_no_seams(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    grain = np.random.default_rng(4).normal(0, 0.03, (700, 320, 1))
    body = encoded(photo(surfaces(320, 700) * 0.8 + grain).convert(mode), "PNG")
    in_strips = enhanced(body)
    monkeypatch.setattr("functions.enhance.edit.render.STRIP_ROWS", 700)
    assert "sharpening" in in_strips.enhancement
    assert enhanced(body).body == in_strips.body


def test_heic_comes_out_upright_as_jpeg() -> None:
    """The decoder has applied the EXIF orientation, 6, already: the sky of the stored scene is at the right."""
    result = enhanced((DATA / "turned.heic").read_bytes())
    image = Image.open(io.BytesIO(result.body))
    assert (image.format, image.size, image.getexif().get(0x0112, 1)) == ("JPEG", (48, 64), 1)
    blueness = np.asarray(image).astype(float) @ np.array([-0.5, -0.5, 1.0])
    assert blueness[:, 40:].mean() > blueness[:, :8].mean() + 30


@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_same_photo_gives_the_same_bytes(source: str) -> None:
    body = encoded(dark_photo(), source)
    assert enhanced(body) == enhanced(body)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF"])
def test_truncated_pixels_are_reported(source: str, share: float) -> None:
    body = encoded(dark_photo(), source)
    with pytest.raises(CorruptImageError):
        enhanced(body[: int(len(body) * share)])


def test_too_many_pixels_are_refused() -> None:
    with pytest.raises(ImageTooLargeError):
        enhance_photo(io.BytesIO(encoded(dark_photo(), "JPEG")), max_pixels=1000)


def test_the_enhancement_is_small_and_plain() -> None:
    enhancement = enhanced(encoded(dark_photo(640, 480), "JPEG")).enhancement
    assert enhancement["brightness_before_percent"] < enhancement["brightness_after_percent"]  # type: ignore[operator]
    assert str(enhancement["summary"]).startswith("Brighter by two and a half stops, ")
    assert re.fullmatch(r"\+\d\.\d stops", str(enhancement["exposure"]))
    assert all(isinstance(value, str | int | float) for value in enhancement.values())


def test_the_jpeg_is_not_worse_than_its_source() -> None:
    fine = encoded(photo(surfaces()), "JPEG", quality=97, subsampling=0)
    coarse = encoded(photo(surfaces()), "JPEG", quality=60, subsampling=2)
    for body in (fine, coarse):
        before, after = (Image.open(io.BytesIO(data)) for data in (body, enhanced(body).body))
        assert after.layer[0][1:3] == before.layer[0][1:3]  # type: ignore[attr-defined]
    assert tables(enhanced(fine).body) == tables(fine)
    assert tables(enhanced(coarse).body)[0] < tables(coarse)[0]


ODD_TABLES = [[1 + (7 * n) % 60 for n in range(64)], [1 + (11 * n) % 40 for n in range(64)]]


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_no_frequency_of_a_jpeg_is_quantized_more_coarsely_than_in_its_source(mode: str, subsampling: int) -> None:
    """Cameras have tables of their own, fine in some frequencies and coarse in others, so each is compared."""
    source = encoded(photo(surfaces()).convert(mode), "JPEG", qtables=ODD_TABLES, subsampling=subsampling)
    before, after = (tables(data) for data in (source, enhanced(source).body))
    default = tables(encoded(photo(surfaces()).convert("L" if mode == "L" else "RGB"), "JPEG", quality=90))
    for component in after:
        finest = before.get(component, before[0])
        bounds = zip(after[component], finest, default[component], strict=True)
        assert all(step <= min(source, max(usual, source / 2)) for step, source, usual in bounds)
    assert max(map(max, after.values())) > 1


def tables(jpeg: bytes) -> dict[int, list[int]]:
    """Return the quantization tables of a JPEG: 0 for brightness, 1 for colour."""
    found: dict[int, list[int]] = Image.open(io.BytesIO(jpeg)).quantization  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0", "4:0:0"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_an_avif_keeps_its_chroma_subsampling(subsampling: str, mode: str) -> None:
    """The subsampling is in the configuration of its header (AV1-ISOBMFF 2.3.3)."""
    image = dark_photo().convert(mode)
    if mode == "RGBA":
        image.putalpha(alpha_of(*image.size))
    source = encoded(image, "AVIF", subsampling=subsampling)
    before, after = (data.split(b"av1C")[1][2] & 0b1100 for data in (source, enhanced(source).body))
    assert after == (0b1100 if subsampling == "4:0:0" else before)
    assert before == {"4:4:4": 0, "4:2:2": 0b1000}.get(subsampling, 0b1100)


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_a_jpeg_keeps_its_chroma_subsampling(subsampling: int) -> None:
    source = encoded(photo(surfaces()), "JPEG", subsampling=subsampling)
    layers = [Image.open(io.BytesIO(data)).layer for data in (source, enhanced(source).body)]  # type: ignore[attr-defined]
    assert [part[1:3] for part in layers[0]] == [part[1:3] for part in layers[1]]


def test_lossless_webp_stays_lossless() -> None:
    page = Image.new("RGB", (320, 240), "white")
    page.paste((200, 30, 77), (33, 21, 97, 55))
    body = encoded(page, "WEBP", lossless=True)
    assert enhanced_image(body).tobytes() == page.tobytes()
