"""Who made a photo goes on with it, where it was made does not: read back from the output of every format."""

import io
import struct
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageCms

from functions.enhance.metadata import metadata_of
from tests.unit.enhance_scenes import encoded, enhanced, photo, surfaces

SOURCES = ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"]
COPYRIGHT = "© Zoë Ångström"
SECRETS = (b"SERIAL-4711", b"MAKER-SECRET", b"LENS-0815", b"OWNER-JANE", b"51.5")


def exif() -> Image.Exif:
    tags = Image.Exif()
    tags[ExifTags.Base.Copyright] = COPYRIGHT.encode()
    tags[ExifTags.Base.Artist] = "Zoe"
    tags[ExifTags.Base.Model] = "Camera 1"
    tags[ExifTags.IFD.Exif] = {
        ExifTags.Base.DateTimeOriginal: "2026:01:31 12:00:00",
        ExifTags.Base.FNumber: 2.8,
        ExifTags.Base.BodySerialNumber: "SERIAL-4711",
        ExifTags.Base.LensSerialNumber: "LENS-0815",
        ExifTags.Base.CameraOwnerName: "OWNER-JANE",
        ExifTags.Base.MakerNote: b"MAKER-SECRET",
    }
    tags[ExifTags.IFD.GPSInfo] = {1: "N", 2: (51.5, 30.0, 0.0), 3: "W", 4: (0.1, 7.0, 0.0)}
    return tags


def with_metadata(source: str, **options: Any) -> Image.Image:
    body = encoded(photo(surfaces()), source, exif=exif().tobytes(), **options)
    assert Image.open(io.BytesIO(body)).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    result = enhanced(body)
    assert not any(secret in result.body for secret in SECRETS)
    image = Image.open(io.BytesIO(result.body))
    image.load()
    return image


@pytest.mark.parametrize("source", SOURCES)
def test_the_maker_is_kept_and_the_place_is_not(source: str) -> None:
    tags = with_metadata(source).getexif()
    details = tags.get_ifd(ExifTags.IFD.Exif)
    if source != "TIFF":  # Pillow's own TIFF writer, which makes the source here, spoils accents
        assert tags[ExifTags.Base.Copyright].encode("latin-1").decode() == COPYRIGHT
    assert tags[ExifTags.Base.Copyright].endswith("m")
    assert tags[ExifTags.Base.Artist] == "Zoe"
    assert details[ExifTags.Base.DateTimeOriginal] == "2026:01:31 12:00:00"
    assert float(details[ExifTags.Base.FNumber]) == pytest.approx(2.8)
    assert not tags.get_ifd(ExifTags.IFD.GPSInfo)
    assert ExifTags.Base.MakerNote not in details


@pytest.mark.parametrize("source", SOURCES)
def test_the_colour_profile_is_kept(source: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert with_metadata(source, icc_profile=profile).info["icc_profile"] == profile


def test_a_profile_of_other_channels_is_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    cmyk = photo(surfaces()).convert("CMYK")
    for image, name in ((cmyk, "JPEG"), (photo(surfaces()).convert("L"), "PNG")):
        result = enhanced(encoded(image, name, icc_profile=profile))
        assert "icc_profile" not in Image.open(io.BytesIO(result.body)).info


@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP"])
def test_xmp_is_dropped_for_it_may_hold_a_position(source: str) -> None:
    packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>51,30N</exif:GPSLatitude></x:xmpmeta>'
    body = encoded(photo(surfaces()), source, xmp=packet) if source != "PNG" else _png_with_xmp(packet)
    assert packet in body
    assert b"GPSLatitude" not in enhanced(body).body


def _png_with_xmp(packet: bytes) -> bytes:
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415

    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet.decode())
    return encoded(photo(surfaces()), "PNG", pnginfo=info)


def test_the_copyright_of_a_png_text_chunk_is_kept() -> None:
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415

    info = PngInfo()
    info.add_text("Copyright", "Jane Doe")
    result = enhanced(encoded(photo(surfaces()), "PNG", pnginfo=info))
    assert Image.open(io.BytesIO(result.body)).getexif()[ExifTags.Base.Copyright] == "Jane Doe"


def test_exif_that_cannot_be_written_again_keeps_the_copyright() -> None:
    """The resolution is text here, where only a fraction may stand."""
    ifd = struct.pack("<HHHI4sHHIII", 2, 0x011A, 2, 4, b"72i\0", 0x8298, 2, 5, 40, 0)
    tiff = (b"II*\0" + struct.pack("<I", 8) + ifd).ljust(40, b"\0") + b"Jane\0"
    body = encoded(photo(surfaces()), "JPEG", exif=b"Exif\0\0" + tiff)
    assert dict(Image.open(io.BytesIO(body)).getexif()) == {0x011A: "72i", 0x8298: "Jane"}
    assert dict(Image.open(io.BytesIO(enhanced(body).body)).getexif()) == {0x8298: "Jane"}


def test_broken_exif_is_no_reason_to_refuse() -> None:
    body = encoded(photo(surfaces()), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\x7f" + b"\x07" * 40)
    assert enhanced(body).format == "JPEG"


@pytest.mark.parametrize("name", ["TIFF", "PNG"])
def test_a_description_that_no_jpeg_can_hold_is_left_out(name: str) -> None:
    tags = Image.Exif()
    tags[ExifTags.Base.ImageDescription] = "a" * 70_000
    tags[ExifTags.Base.Copyright] = "Ada"
    kept = metadata_of(Image.open(io.BytesIO(encoded(photo(surfaces()), name, exif=tags))), "RGB").saved_with["exif"]
    assert b"Ada" in kept
    assert len(kept) < 200
