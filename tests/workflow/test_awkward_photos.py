"""Photos as cameras, scanners and programs really make them come out right, through the whole pipeline."""

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms

from tests.photos import encoded, opened, scene
from tests.unit.sixteen_bits import png, samples_of, tiff
from verification.harness.harness import Harness


def enhanced(harness: Harness, name: str, body: bytes) -> Image.Image:
    key = harness.upload(body, harness.new_key(name))
    run = harness.run_of(key)
    assert run.status == "SUCCEEDED", run.cause
    return opened(harness.object(harness.record(key)["EnhancedKey"])[0])


def test_a_phone_portrait_stands_upright_and_says_nothing_of_the_place(harness: Harness) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Copyright] = "Ada"
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (52.0, 30.0, 0.0)}
    lying = scene(320, 240).transpose(Image.Transpose.ROTATE_90)
    image = enhanced(harness, "portrait.jpg", encoded(lying, "JPEG", exif=exif))
    assert image.size == (320, 240)
    assert brightness(image, top=True) > brightness(image, top=False)
    tags = image.getexif()
    assert tags.get(ExifTags.Base.Orientation, 1) == 1
    assert tags[ExifTags.Base.Copyright] == "Ada"
    assert not tags.get_ifd(ExifTags.IFD.GPSInfo)


def brightness(image: Image.Image, *, top: bool) -> float:
    grey = np.asarray(image.convert("L"))
    half = len(grey) // 2
    return float(grey[:half].mean() if top else grey[half:].mean())


def test_a_sixteen_bit_grey_scan_stays_sixteen_bit_and_gets_brighter(harness: Harness) -> None:
    levels = np.asarray(scene().convert("L")).astype(np.uint16) * 257 + np.arange(320, dtype=np.uint16)
    image = enhanced(harness, "scan.png", encoded(Image.fromarray(levels), "PNG"))
    assert image.mode == "I;16"
    assert len(np.unique(np.asarray(image))) > 256
    assert np.asarray(image).mean() > levels.mean()


def test_a_sixteen_bit_colour_scan_keeps_its_depth_and_transparency_and_gets_brighter(harness: Harness) -> None:
    alpha = np.arange(240 * 320, dtype=np.uint16).reshape(240, 320, 1)
    alpha[60:] = 65535
    levels = np.asarray(scene()).astype(np.uint16) * 257 + np.arange(320, dtype=np.uint16)[:, None]
    key = harness.upload(png(np.concatenate([levels, alpha], axis=-1)), harness.new_key("colour.png"))
    assert harness.run_of(key).status == "SUCCEEDED"
    after = samples_of(harness.object(harness.record(key)["EnhancedKey"])[0])
    assert after.dtype == np.uint16
    assert (after[..., 3:] == alpha).all()
    assert len(np.unique(after[..., :3])) > 2000
    assert after[..., :3].mean() > levels.mean()


def test_a_sixteen_bit_tiff_becomes_a_png_that_holds_its_depth(harness: Harness) -> None:
    key = harness.upload(tiff(np.asarray(scene()).astype(np.uint16) * 257, packed=True), harness.new_key("scan.tiff"))
    assert harness.run_of(key).status == "SUCCEEDED"
    assert harness.record(key)["EnhancedKey"].endswith(".tiff.png")
    assert samples_of(harness.object(harness.record(key)["EnhancedKey"])[0]).dtype == np.uint16


def test_a_cmyk_photo_becomes_rgb_of_the_same_colours(harness: Harness) -> None:
    cmyk = enhanced(harness, "print.jpg", encoded(scene().convert("CMYK"), "JPEG", quality=95))
    rgb = enhanced(harness, "screen.jpg", encoded(scene(), "JPEG", quality=95))
    assert cmyk.mode == "RGB"
    difference = np.asarray(cmyk).astype(int) - np.asarray(rgb)
    assert abs(difference).mean() < 8


def test_the_record_says_what_could_not_be_kept(harness: Harness) -> None:
    told = {}
    for mode in ("CMYK", "RGB"):
        key = harness.upload(encoded(scene(64, 48).convert(mode), "JPEG"), harness.new_key(f"{mode}.jpg"))
        assert harness.run_of(key).status == "SUCCEEDED"
        told[mode] = harness.record(key)["Dropped"]
    assert told == {"CMYK": ["The ink colours (CMYK) were converted to sRGB."], "RGB": []}


def test_a_transparent_graphic_keeps_its_transparency(harness: Harness) -> None:
    image = scene().convert("RGBA")
    alpha = Image.radial_gradient("L").resize(image.size)
    image.putalpha(alpha)
    result = enhanced(harness, "cut-out.webp", encoded(image, "WEBP", lossless=True))
    assert result.mode == "RGBA"
    assert result.getchannel("A").tobytes() == alpha.tobytes()


@pytest.mark.parametrize("name", ["tagged.jpg", "tagged.png", "tagged.webp", "tagged.avif"])
def test_a_colour_profile_goes_along(harness: Harness, name: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    file_format = {"jpg": "JPEG"}.get(name[-3:], name.split(".")[1].upper())
    assert enhanced(harness, name, encoded(scene(), file_format, icc_profile=profile)).info["icc_profile"] == profile


def test_a_photo_of_48_megapixels_goes_through(harness: Harness) -> None:
    image = enhanced(harness, "large.jpg", encoded(scene(400, 300).resize((8000, 6000)), "JPEG", quality=90))
    assert image.size == (8000, 6000)
