"""Damage inside a JPEG is reported, and what is only odd is not."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageChops

from functions.enhance.codec.jpeg_holes import has_hole
from functions.enhance.codec.jpeg_scans import read_scans
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from functions.shared.errors import CorruptImageError
from tests.photos import encoded, scene

PICTURE = scene(320, 240)
# Their colours lose a little when they are averaged once more.
CODED_COARSELY = {"baseline", "progressive"}
KINDS: dict[str, dict[str, Any]] = {
    "baseline": {"quality": 92},
    "progressive": {"quality": 92, "progressive": True},
    "full colour": {"subsampling": 0},
    "restarts": {"restart_marker_rows": 1},
    "RGB": {"keep_rgb": True},
}
PHOTOS = {
    **{name: encoded(PICTURE, "JPEG", **options) for name, options in KINDS.items()},
    "grey": encoded(PICTURE.convert("L"), "JPEG"),
    "CMYK": encoded(PICTURE.convert("CMYK"), "JPEG"),
    "MPO": encoded(PICTURE, "MPO", save_all=True, append_images=[PICTURE.rotate(9)]),
}
WHOLE = PHOTOS["baseline"]
START_OF_SCAN = WHOLE.index(b"\xff\xda")


def bands_of(image: Image.Image) -> list[tuple[float, float]]:
    """Return the lowest and the highest level of each band."""
    return [band.getextrema() for band in image.split()]  # type: ignore[misc] # levels of bytes


def copy_of(body: bytes) -> Image.Image:
    """Return the unedited copy as an image."""
    return Image.open(io.BytesIO(enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control("none")).body))


def first_end(body: bytes) -> int:
    return read_scans(body).end


@pytest.mark.parametrize("name", PHOTOS)
def test_a_sound_jpeg_is_not_refused(name: str) -> None:
    assert copy_of(PHOTOS[name]).size == PICTURE.size


@pytest.mark.parametrize(
    "instead",
    [b"", bytes(256), b"junk" * 30, b"\xff\xd8\xff", b"\xff\x3a"],
    ids=["", "zeros", "junk", "start", "marker"],
)
@pytest.mark.parametrize("name", PHOTOS)
def test_a_jpeg_that_lacks_only_its_end_marker_is_whole(name: str, instead: bytes) -> None:
    body = PHOTOS[name]
    end = first_end(body)
    assert body[end : end + 2] == b"\xff\xd9"
    copy = copy_of(body[:end] + instead + body[end + 2 :])
    # It is coded anew, where the coded pixels of a sound one are kept.
    most_levels = 8 if name in CODED_COARSELY else 0
    assert max(high for _, high in bands_of(ImageChops.difference(copy, copy_of(body)))) <= most_levels


@pytest.mark.parametrize("end", [b"", b"\xff\xd9", bytes(300)])
@pytest.mark.parametrize("name", PHOTOS)
def test_a_jpeg_that_is_cut_earlier_is_corrupt(name: str, end: bytes) -> None:
    body = PHOTOS[name]
    with pytest.raises(CorruptImageError, match="Upload it again"):
        copy_of(body[: first_end(body) - 300] + end)


def hole(body: bytes, at: int) -> bytes:
    return body[:at] + bytes(512) + body[at + 512 :]


def skip(body: bytes, at: int) -> bytes:
    return body[:at] + body[at + 512 :]


def repeat(body: bytes, at: int) -> bytes:
    return body[: at + 512] + body[at:]


@pytest.mark.parametrize("damage", [hole, skip, repeat])
@pytest.mark.parametrize("name", ["baseline", "full colour", "restarts", "RGB", "grey", "CMYK", "MPO"])
def test_lost_or_displaced_pixels_are_reported(name: str, damage: Callable[[bytes, int], bytes]) -> None:
    body = PHOTOS[name]
    start = body.index(b"\xff\xda") + 20
    for at in range(start, first_end(body) - 520, (first_end(body) - 540 - start) // 4):
        with pytest.raises(CorruptImageError, match="pixels are broken"):
            copy_of(damage(body, at))


def test_zeros_are_reported_where_the_number_of_pixels_comes_out() -> None:
    """A decoder notices most holes in this picture, but not all."""
    body = encoded(scene(200, 150), "JPEG", quality=92)
    for at in range(body.index(b"\xff\xda") + 20, first_end(body) - 520, 50):
        with pytest.raises(CorruptImageError, match="pixels are broken"):
            copy_of(hole(body, at))


@pytest.mark.parametrize("options", [{"optimize": True}, {"progressive": True}, {}], ids=str)
@pytest.mark.parametrize("colour", ["white", "black", "teal"])
def test_a_flat_picture_whose_scans_are_all_zeros_is_sound(colour: str, options: dict[str, Any]) -> None:
    body = encoded(Image.new("RGB", (2000, 900), colour), "JPEG", **options)
    assert not has_hole(read_scans(body).jpeg)
    assert options != {"optimize": True} or bytes(64) in body


def test_a_scan_without_a_header_holds_no_hole() -> None:
    assert not has_hole(b"\xff\xd8\xff\xda\0\2" + bytes(99) + b"\xff\xd9")


def test_a_scan_that_is_missing_from_a_progressive_jpeg_is_reported() -> None:
    body = PHOTOS["progressive"]
    with pytest.raises(CorruptImageError, match="pixels are broken"):
        copy_of(skip(body, len(body) // 2))


def with_exif(claimed_bytes: int) -> bytes:
    """Return a sound JPEG whose segment of EXIF is longer than it says; the rest of it stands between segments."""
    exif = b"Exif\0\0MM\0*" + bytes(40)
    return WHOLE[:2] + b"\xff\xe1" + claimed_bytes.to_bytes(2) + exif + WHOLE[2:]


ADOBE = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0"
NO_FREQUENCIES = WHOLE[START_OF_SCAN:].index(b"\0\x3f\0") + START_OF_SCAN


@pytest.mark.parametrize(
    "body",
    [
        with_exif(45),
        with_exif(12),
        with_exif(0),
        WHOLE[:2] + ADOBE + b"\x07" + WHOLE[2:],
        WHOLE[:2] + b"\xff\xe0\0\x10JFIF\0\x07\x07" + bytes(7) + WHOLE[20:],
        WHOLE[:20] + b"extraneous" + WHOLE[20:],
        WHOLE[:START_OF_SCAN] + b"extraneous" + WHOLE[START_OF_SCAN:],
        WHOLE[:-2] + b"1234" + WHOLE[-2:],
        WHOLE[:-2] + bytes(500) + WHOLE[-2:],
        WHOLE[:-2] + b"\xff" * 40 + WHOLE[-2:],
        WHOLE + b"and more behind it" * 99,
        WHOLE[:NO_FREQUENCIES] + bytes(3) + WHOLE[NO_FREQUENCIES + 3 :],
    ],
    ids=[
        "EXIF cut short", "EXIF cut in its header", "EXIF without a length", "unknown Adobe transform",
        "unknown JFIF version", "bytes between segments", "bytes before the scan",
        "a few bytes too many", "padding", "fill bytes", "bytes behind the end", "a scan that names no frequencies",
    ],
)  # fmt: skip
def test_what_is_only_odd_is_not_refused(body: bytes) -> None:
    assert copy_of(body).tobytes() == copy_of(WHOLE).tobytes()


def test_an_oddity_does_not_hide_damage() -> None:
    odd = WHOLE[:2] + ADOBE + b"\x07" + WHOLE[2:20] + b"extraneous" + WHOLE[20:]
    with pytest.raises(CorruptImageError):
        copy_of(hole(odd, len(odd) // 2))
