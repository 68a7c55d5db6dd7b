"""Renditions: smaller copies of the enhanced picture, sharp, in sRGB, with clean metadata and keys of their own."""

import io
from functools import cache
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms
from pydantic import TypeAdapter, ValidationError

from functions.enhance.codec.renditions import MAX_RENDITIONS, Rendition, Renditions
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from functions.shared.contracts import read_upload_event
from functions.shared.errors import NotAnUploadError
from functions.shared.output_keys import MAX_KEY_BYTES, output_keys, rendition_keys
from tests.definitions import event
from tests.unit.enhance_scenes import difference, encoded, photo, surfaces

FORMATS = ["JPEG", "PNG", "WEBP", "AVIF"]
WIDE = photo(surfaces(640, 480))
SMALL = photo(surfaces(160, 120))


def wanted(name: str = "thumb", edge: int = 200, file_format: str = "PNG", **more: Any) -> Rendition:
    return Rendition.model_validate({"name": name, "longest_edge_pixels": edge, "format": file_format, **more})


def made(image: Image.Image, *renditions: Rendition, source: str = "PNG", **options: Any) -> EnhancedPhoto:
    body = io.BytesIO(encoded(image, source, **options))
    return enhance_photo(body, max_pixels=10**6, control=Control("none"), renditions=renditions or [wanted()])


def thumb_of(image: Image.Image, *renditions: Rendition, source: str = "PNG", **options: Any) -> Image.Image:
    result = made(image, *renditions, source=source, **options)
    small = Image.open(io.BytesIO(next(iter(result.renditions.values())).body))
    small.load()
    return small


# Pictures


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_format_has_the_wanted_size(file_format: str) -> None:
    result = made(WIDE, wanted(file_format=file_format.lower()), wanted("web", 400, file_format))
    assert list(result.renditions) == ["thumb", "web"]
    for rendition, size in zip(result.renditions.values(), [(200, 150), (400, 300)], strict=True):
        small = Image.open(io.BytesIO(rendition.body))
        assert (small.format, small.size) == (file_format, size)
        assert (rendition.format, rendition.width, rendition.height) == (file_format, *size)
        assert rendition.content_type == f"image/{file_format.lower()}"
        assert difference(small, WIDE.resize(size, Image.Resampling.LANCZOS)) < 5


@pytest.mark.parametrize(("size", "small"), [((640, 480), (200, 150)), ((480, 640), (150, 200)), ((900, 2), (200, 1))])
def test_the_longest_edge_is_as_wanted_and_no_edge_becomes_zero(size: tuple[int, int], small: tuple[int, int]) -> None:
    assert thumb_of(photo(surfaces(*size))).size == small


@pytest.mark.parametrize("edge", [160, 161, 5000])
def test_a_picture_that_is_small_enough_stays_as_it_is(edge: int) -> None:
    small = thumb_of(SMALL, wanted(edge=edge))
    assert small.tobytes() == SMALL.tobytes()


def test_a_rendition_is_of_the_enhanced_picture() -> None:
    body = encoded(photo(surfaces(640, 480) * 0.3), "PNG")
    result = enhance_photo(io.BytesIO(body), max_pixels=10**6, renditions=[wanted()])
    whole, small = (Image.open(io.BytesIO(part)) for part in (result.body, result.renditions["thumb"].body))
    assert difference(small, whole.resize(small.size, Image.Resampling.LANCZOS)) < 5


def test_renditions_do_not_change_the_copy() -> None:
    body, renditions = encoded(SMALL, "PNG"), [wanted(edge=100), wanted("b", 900, "JPEG")]
    alone = enhance_photo(io.BytesIO(body), max_pixels=10**6)
    beside = enhance_photo(io.BytesIO(body), max_pixels=10**6, renditions=renditions)
    assert alone.body == beside.body


def test_a_rendition_is_sharper_than_plain_downscaling() -> None:
    small = np.asarray(thumb_of(WIDE).convert("L")).astype(float)
    plain = np.asarray(WIDE.resize((200, 150), Image.Resampling.LANCZOS).convert("L")).astype(float)
    assert np.abs(np.diff(small, axis=1)).mean() > 1.02 * np.abs(np.diff(plain, axis=1)).mean()


def test_a_higher_quality_gives_a_larger_file() -> None:
    grainy = photo(surfaces(320, 240) + np.random.default_rng(1).normal(0, 0.1, (240, 320, 3)))
    for file_format in ("JPEG", "WEBP", "AVIF"):
        coarse, fine = (wanted(name, 200, file_format, quality=q) for name, q in (("coarse", 30), ("fine", 95)))
        sizes = [len(rendition.body) for rendition in made(grainy, coarse, fine).renditions.values()]
        assert sizes[1] > 2 * sizes[0]


# Colours and transparency


def transparent() -> Image.Image:
    """Return red on the left, and fully transparent green on the right."""
    image = Image.new("RGBA", (640, 480), (220, 30, 30, 255))
    image.paste((0, 255, 0, 0), (320, 0, 640, 480))
    return image


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "AVIF"])
def test_transparency_is_kept_and_transparent_colours_do_not_bleed(file_format: str) -> None:
    quality = None if file_format == "PNG" else 95
    small = thumb_of(transparent(), wanted(file_format=file_format, quality=quality))
    assert small.mode == "RGBA"
    levels = np.asarray(small).astype(int)
    assert (levels[:, :90, 3].min(), levels[:, 110:, 3].max()) == (255, 0)
    seen = levels[levels[..., 3] > 64]
    assert (seen[:, 1] < 90).all()


def test_a_jpeg_is_white_where_the_picture_is_transparent() -> None:
    small = np.asarray(thumb_of(transparent(), wanted(file_format="JPEG", quality=95))).astype(int)
    assert small[:, 120:].min() > 250
    assert abs(small[:, :80] - (220, 30, 30)).max() < 6


def test_grey_with_transparency_stays_grey() -> None:
    image = WIDE.convert("LA")
    image.putalpha(128)
    small = thumb_of(image)
    assert small.mode == "LA"
    assert small.getchannel("A").getextrema() == (128, 128)


@pytest.mark.parametrize("file_format", FORMATS)
def test_sixteen_bits_become_eight(file_format: str) -> None:
    deep = Image.fromarray(np.rint(surfaces(640, 480).mean(axis=-1) * 65535).astype(np.uint16))
    small = thumb_of(deep, wanted(file_format=file_format)).convert("L")
    levels = np.asarray(small)
    assert levels.mean() == pytest.approx(surfaces(640, 480).mean() * 255, abs=4)
    assert (levels.min() < 20, levels.max() > 200) == (True, True)


@cache  # a profile holds the time of its creation
def swapped_profile() -> bytes:
    """Return an RGB profile with red and blue swapped: without it, the colours are wrong."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    entries = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * profile[131], 12)}
    red, blue = entries[b"rXYZ"], entries[b"bXYZ"]
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)


@pytest.mark.parametrize("file_format", FORMATS)
def test_colours_are_converted_to_srgb_and_need_no_profile(file_format: str) -> None:
    red = Image.new("RGB", (640, 480), (230, 20, 30))
    small = thumb_of(red, wanted(file_format=file_format), icc_profile=swapped_profile())
    assert "icc_profile" not in small.info
    assert np.abs(np.asarray(small.convert("RGB")).astype(int) - (30, 20, 230)).max() < 12


def test_the_copy_keeps_the_profile_that_its_renditions_drop() -> None:
    copy = Image.open(io.BytesIO(made(WIDE, icc_profile=swapped_profile()).body))
    assert copy.info["icc_profile"] == swapped_profile()


def test_an_unreadable_profile_is_ignored() -> None:
    profile = swapped_profile()[:20] + b"\xff" * 400
    assert thumb_of(SMALL, wanted(edge=160), icc_profile=profile).tobytes() == SMALL.tobytes()


# Metadata


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("source", ["JPEG", "PNG", "TIFF"])
def test_the_photographer_is_kept_and_the_position_is_not(source: str, file_format: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Copyright] = "Ada"
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (52.0, 30.0, 0.0)}
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.BodySerialNumber: "SERIAL-4711"}
    small = thumb_of(WIDE, wanted(file_format=file_format), source=source, exif=exif.tobytes())
    assert small.getexif()[ExifTags.Base.Copyright] == "Ada"
    assert small.getexif().get(ExifTags.Base.Orientation, 1) == 1
    assert small.size == (150, 200)
    assert not small.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert ExifTags.Base.BodySerialNumber not in small.getexif().get_ifd(ExifTags.IFD.Exif)


def test_a_rendition_is_marked_srgb_and_the_copy_is_not() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Copyright] = "© Zoë".encode()
    uncalibrated = 0xFFFF
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.ColorSpace: uncalibrated, ExifTags.Base.FNumber: 2.8}
    result = made(WIDE, wanted(file_format="JPEG"), source="JPEG", exif=exif.tobytes(), icc_profile=swapped_profile())
    for body, expected in ((result.body, uncalibrated), (result.renditions["thumb"].body, 1)):
        tags = Image.open(io.BytesIO(body)).getexif()
        assert tags[ExifTags.Base.Copyright].encode("latin-1").decode() == "© Zoë"
        details = tags.get_ifd(ExifTags.IFD.Exif)
        assert (details[ExifTags.Base.ColorSpace], float(details[ExifTags.Base.FNumber])) == (expected, 2.8)


# The setting

SETTING: TypeAdapter[tuple[Rendition, ...]] = TypeAdapter(Renditions)
FINE = {"name": "web", "longest_edge_pixels": 2048, "format": "webp", "quality": 80}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": "../web"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "a/b"}, "name"),
        ({"longest_edge_pixels": 0}, "longest_edge_pixels"),
        ({"longest_edge_pixels": 20_000}, "longest_edge_pixels"),
        ({"format": "GIF"}, "'JPEG', 'PNG', 'WEBP' or 'AVIF'"),
        ({"quality": 0}, "quality"),
        ({"quality": 101}, "quality"),
        ({"format": "PNG"}, "leave its quality out"),
        ({"qualty": 80}, "qualty"),
    ],
)
def test_a_faulty_rendition_is_named(changes: dict[str, Any], named: str) -> None:
    SETTING.validate_python([FINE])
    with pytest.raises(ValidationError, match=named):
        SETTING.validate_python([{**FINE, **changes}])


def test_names_are_unique_and_limited_in_number() -> None:
    with pytest.raises(ValidationError, match="share a name: web"):
        SETTING.validate_python([FINE, FINE])
    many = [{**FINE, "name": f"r{n}"} for n in range(MAX_RENDITIONS + 1)]
    SETTING.validate_python(many[1:])
    with pytest.raises(ValidationError, match=f"at most {MAX_RENDITIONS}"):
        SETTING.validate_python(many)


# Keys


@pytest.mark.parametrize("key", ["a.jpg", "enhanced", "thumb/a.jpg", "/enhanced/a", "x" * 1024, "写" * 341])
def test_no_copy_has_the_key_of_a_rendition(key: str) -> None:
    """Only an upload under `enhanced/` could have a copy under `enhanced/enhanced/`, and such keys are refused."""
    for rendition_key in rendition_keys(key, "thumb", "WEBP"):
        assert rendition_key.startswith("enhanced/enhanced/thumb/")
        assert rendition_key.endswith(".webp")
        assert len(rendition_key.encode()) <= MAX_KEY_BYTES
        with pytest.raises(NotAnUploadError):
            read_upload_event(event(key=rendition_key.removeprefix("enhanced/")))
    assert not any(copy.startswith("enhanced/enhanced/") for copy in output_keys(key, ".jpg"))


def test_two_uploads_never_share_a_rendition_key() -> None:
    uploads = ["a", "a.jpg", "a.jpg.jpg", "a.webp", "b/a", "x" * 1024, "x" * 1023 + "y"]
    keys = [
        rendition_keys(upload, name, file_format)[0]
        for upload in uploads
        for name, file_format in (("web", "JPEG"), ("thumb", "WEBP"))
    ]
    assert len(set(keys)) == len(keys)
