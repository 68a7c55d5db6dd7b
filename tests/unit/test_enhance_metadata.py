"""A copy keeps who took the photo and drops where: read back from the output of every format."""

import io
import math
import struct
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

from functions.enhance.codec.metadata import metadata_of
from functions.enhance.codec.renditions import Rendition
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from functions.shared.controls import Preset
from functions.shared.imaging.images import open_image
from tests.definitions import ROOT
from tests.unit.enhance_scenes import encoded, enhanced, photo, surfaces
from verification.corpus.cmyk_profile import cmyk_profile

SOURCES = ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "HEIF", "CMYK"]
COPYRIGHT = "© Zoë Ångström"
SECRETS = (b"SERIAL-4711", b"MAKER-SECRET", b"LENS-0815", b"OWNER-JANE", b"RAW-0007", b"UNIQUE-99", b"GPS")
# A private tag in which a raw converter stores the camera's serial number.
RAW_SERIAL = 65001


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
        ExifTags.Base.ImageUniqueID: "UNIQUE-99",
        ExifTags.Base.ColorSpace: 1,
        RAW_SERIAL: "RAW-0007",
    }
    tags[ExifTags.IFD.GPSInfo] = {1: "N", 2: (51.5, 30.0, 0.0), 3: "W", 4: (0.1, 7.0, 0.0)}
    return tags


def with_all_tags(source: str, **options: Any) -> bytes:
    """Return a photo with every tag of its photographer; the HEIC is a file, for nothing here can write one."""
    if source == "HEIF":
        return (ROOT / "tests" / "data" / "telling.heic").read_bytes()
    picture = photo(surfaces()).convert("CMYK" if source == "CMYK" else "RGB")
    return encoded(picture, source.replace("CMYK", "JPEG"), exif=exif().tobytes(), **options)


def tags_of(body: bytes) -> Image.Exif:
    # To open it registers what reads a HEIC; what is opened so hides most tags of a TIFF from Pillow.
    with open_image(io.BytesIO(body), max_pixels=10**6):
        return Image.open(io.BytesIO(body)).getexif()


def with_metadata(source: str, **options: Any) -> Image.Image:
    body = with_all_tags(source, **options)
    assert tags_of(body).get_ifd(ExifTags.IFD.GPSInfo)
    assert b"SERIAL-4711" in body
    result = enhanced(body)
    assert not any(secret in result.body for secret in SECRETS)
    image = Image.open(io.BytesIO(result.body))
    image.load()
    return image


@pytest.mark.parametrize("source", SOURCES)
def test_the_photographer_is_kept_and_the_position_is_not(source: str) -> None:
    tags = with_metadata(source).getexif()
    details = tags.get_ifd(ExifTags.IFD.Exif)
    if source not in {"TIFF", "HEIF"}:  # Pillow's own TIFF writer, which makes the source here, garbles accents
        assert tags[ExifTags.Base.Copyright].encode("latin-1").decode() == COPYRIGHT
    assert tags[ExifTags.Base.Copyright][-1] in "me"
    assert tags[ExifTags.Base.Artist] == "Zoe"
    assert details[ExifTags.Base.DateTimeOriginal] == "2026:01:31 12:00:00"
    assert float(details[ExifTags.Base.FNumber]) == pytest.approx(2.8)
    assert not tags.get_ifd(ExifTags.IFD.GPSInfo)
    assert not details.keys() & {ExifTags.Base.MakerNote, RAW_SERIAL, ExifTags.Base.BodySerialNumber}
    assert not tags.get_ifd(ExifTags.IFD.IFD1)


def with_thumbnail() -> bytes:
    """Return EXIF with a thumbnail in IFD 1, and a copyright in IFD 0."""
    thumbnail = b"\xff\xd8THUMB-SECRET\xff\xd9"
    first = struct.pack("<HHHI4sI", 1, 0x8298, 2, 4, b"Zoe\0", 26)
    second = struct.pack("<HHHIIHHIII", 2, 0x0201, 4, 1, 56, 0x0202, 4, 1, len(thumbnail), 0)
    return b"Exif\0\0II*\0" + struct.pack("<I", 8) + first + second + thumbnail


@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_thumbnail_is_dropped_because_it_may_show_what_was_cropped(source: str) -> None:
    body = encoded(photo(surfaces()), source, exif=with_thumbnail())
    assert b"THUMB-SECRET" in body
    assert tags_of(body).get_ifd(ExifTags.IFD.IFD1)
    copy = enhanced(body).body
    assert b"THUMB-SECRET" not in copy
    assert tags_of(copy)[ExifTags.Base.Copyright] == "Zoe"


# Colours

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def wide_gamut() -> bytes:
    """Return a profile whose red is redder than sRGB's, as a phone's."""
    profile = bytearray(SRGB)
    at = next(at for at in range(132, 132 + 12 * profile[131], 12) if profile[at : at + 4] == b"rXYZ")
    offset = int.from_bytes(profile[at + 4 : at + 8])
    profile[offset + 8 : offset + 20] = struct.pack(">3i", 33759, 15793, -74)
    return bytes(profile)


@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_wide_gamut_stays_wide(source: str) -> None:
    assert with_metadata(source, icc_profile=wide_gamut()).info["icc_profile"] == wide_gamut()


def test_the_profile_of_a_heic_is_kept() -> None:
    with open_image(io.BytesIO(with_all_tags("HEIF")), max_pixels=10**6) as image:
        profile = image.info["icc_profile"]
    assert with_metadata("HEIF").info["icc_profile"] == profile


BY_NUMBER = b"colrnclx" + struct.pack(">2H", 1, 13)


def with_code_points(source: str, primaries: int, curve: int = 13) -> bytes:
    """Return a photo without a profile that names its colours by code points."""
    heic = ROOT / "tests" / "data" / "turned.heic"
    body = heic.read_bytes() if source == "HEIF" else encoded(photo(surfaces()), source)
    assert body.count(BY_NUMBER) == 1
    return body.replace(BY_NUMBER, b"colrnclx" + struct.pack(">2H", primaries, curve))


@pytest.mark.parametrize("source", ["HEIF", "AVIF"])
def test_display_p3_named_only_by_code_points_stays_wide(source: str) -> None:
    result = enhanced(with_code_points(source, 12))
    image = Image.open(io.BytesIO(result.body))
    profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    assert ImageCms.getProfileDescription(profile).strip() == "Display P3"
    reds = Image.new("RGB", (1, 1), (255, 0, 0))
    to_lab = ImageCms.profileToProfile(reds, profile, ImageCms.createProfile("LAB"), outputMode="LAB")
    assert to_lab is not None
    # In Lab, P3's red lies 137 from grey, sRGB's 107.
    assert np.hypot(*np.asarray(to_lab).astype(np.int8)[0, 0, 1:].astype(float)) > 130
    # Otherwise the same photo would give other bytes a second later.
    assert image.info["icc_profile"][24:36] == struct.pack(">6H", 2026, 1, 1, 0, 0, 0)


@pytest.mark.parametrize("source", ["HEIF", "AVIF"])
@pytest.mark.parametrize(("primaries", "curve"), [(1, 13), (1, 1), (2, 2), (1, 6)])
def test_code_points_of_srgb_or_of_nothing_give_no_profile(source: str, primaries: int, curve: int) -> None:
    assert "icc_profile" not in Image.open(io.BytesIO(enhanced(with_code_points(source, primaries, curve)).body)).info


# As LittleCMS converts them, with black point compensation.
CYAN, RED = (0, 150, 217), (214, 12, 23)


def test_inks_are_converted_by_their_profile() -> None:
    """Cyan on paper is far from the screen's (0, 255, 255), which a conversion without profile makes of it."""
    patches = Image.new("CMYK", (320, 240), (255, 0, 0, 0))
    patches.paste((0, 255, 255, 0), (160, 0, 320, 240))
    patches.paste((255, 255, 255, 255), (0, 160, 320, 240))
    after = enhanced_by(encoded(patches, "JPEG", quality=95, icc_profile=cmyk_profile()), "none")
    assert (after.mode, "icc_profile" in after.info) == ("RGB", False)
    for at, colour in (((80, 80), CYAN), ((240, 80), RED), ((160, 200), (0, 0, 0))):
        assert np.abs(np.array(after.getpixel(at)) - colour).max() <= 4


def enhanced_by(body: bytes, preset: Preset) -> Image.Image:
    result = enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control(preset))
    image = Image.open(io.BytesIO(result.body))
    image.load()
    return image


def test_converted_inks_are_marked_srgb() -> None:
    tags = exif()
    tags[ExifTags.IFD.Exif] = {ExifTags.Base.ColorSpace: 0xFFFF}
    for mode, expected in (("CMYK", 1), ("RGB", 0xFFFF)):
        body = encoded(photo(surfaces()).convert(mode), "JPEG", exif=tags.tobytes())
        assert tags_of(enhanced(body).body).get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ColorSpace] == expected


@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_mark_for_adobe_rgb_is_kept(source: str) -> None:
    tags = exif()
    tags[ExifTags.IFD.Exif] = {ExifTags.Base.ColorSpace: 0xFFFF, ExifTags.IFD.Interop: {1: "R03"}}
    after = tags_of(enhanced(encoded(photo(surfaces()), source, exif=tags.tobytes())).body)
    assert after.get_ifd(ExifTags.IFD.Interop) == {1: "R03"}


@pytest.mark.parametrize(("source", "target"), [("JPEG", "JPEG"), ("PNG", "PNG"), ("TIFF", "JPEG"), ("BMP", "JPEG")])
def test_the_resolution_is_kept(source: str, target: str) -> None:
    after = Image.open(io.BytesIO(enhanced(encoded(photo(surfaces()), source, dpi=(300, 300))).body))
    assert after.format == target
    assert after.info["dpi"] == pytest.approx((300, 300), abs=0.1)


@pytest.mark.parametrize("dpi", [(0, 0), (-72, -72), (math.nan, 72), (72, math.inf), (IFDRational(1, 0),) * 2, 72])
def test_an_invalid_resolution_is_dropped(dpi: object) -> None:
    image = photo(surfaces())
    image.info["dpi"] = dpi
    assert "dpi" not in metadata_of(image).saved_with


def test_a_resolution_beyond_a_jpegs_range_is_dropped() -> None:
    body = encoded(photo(surfaces()), "BMP", dpi=(100_000, 100_000))
    assert Image.open(io.BytesIO(body)).info["dpi"][0] > 65535
    assert "dpi" not in Image.open(io.BytesIO(enhanced(body).body)).info


def test_a_profile_of_other_channels_is_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    cmyk = photo(surfaces()).convert("CMYK")
    for image, name in ((cmyk, "JPEG"), (photo(surfaces()).convert("L"), "PNG")):
        result = enhanced(encoded(image, name, icc_profile=profile))
        assert "icc_profile" not in Image.open(io.BytesIO(result.body)).info


@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP"])
def test_xmp_is_dropped_because_it_may_hold_a_position(source: str) -> None:
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


def test_exif_that_cannot_be_rewritten_keeps_the_copyright() -> None:
    """The resolution is text here, where only a rational is valid."""
    ifd = struct.pack("<HHHI4sHHIII", 2, 0x011A, 2, 4, b"72i\0", 0x8298, 2, 5, 40, 0)
    tiff = (b"II*\0" + struct.pack("<I", 8) + ifd).ljust(40, b"\0") + b"Jane\0"
    body = encoded(photo(surfaces()), "JPEG", exif=b"Exif\0\0" + tiff)
    assert dict(Image.open(io.BytesIO(body)).getexif()) == {0x011A: "72i", 0x8298: "Jane"}
    assert dict(Image.open(io.BytesIO(enhanced(body).body)).getexif()) == {0x8298: "Jane"}


def test_a_photo_with_broken_exif_is_enhanced() -> None:
    body = encoded(photo(surfaces()), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\x7f" + b"\x07" * 40)
    assert enhanced(body).format == "JPEG"


@pytest.mark.parametrize(("source", "is_kept"), [("TIFF", False), ("PNG", True), ("WEBP", True), ("AVIF", True)])
def test_a_description_too_long_for_a_jpeg_is_dropped_only_there(source: str, is_kept: bool) -> None:
    tags = exif()
    tags[ExifTags.Base.ImageDescription] = "a" * 70_000
    result = enhance_photo(
        io.BytesIO(encoded(photo(surfaces()), source, exif=tags.tobytes())),
        max_pixels=10**6,
        renditions=[Rendition(name="web", longest_edge_pixels=64, format="JPEG")],
    )
    for body, is_there in ((result.body, is_kept), (result.renditions["web"].body, False)):
        after = tags_of(body)
        assert after[ExifTags.Base.Artist] == "Zoe"
        assert after.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] == "2026:01:31 12:00:00"
        assert (len(after.get(ExifTags.Base.ImageDescription, "")) == 70_000) == is_there
