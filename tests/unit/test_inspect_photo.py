"""What validating reads and returns, through the ranged reader that runs in AWS."""

import io
import random
from pathlib import Path

import pytest
from PIL import Image

from functions.shared.errors import CorruptImageError, ImageTooLargeError, UnsupportedImageError
from functions.shared.ranges import RangeReader
from functions.validate.inspect_photo import Limits, PhotoFacts, inspect_photo
from tests.photos import encoded, scene

LIMITS = Limits(max_bytes=100_000_000, max_pixels=100_000_000, max_frames=1)
BIG_BYTES = 20_000_000


def noise(width: int, height: int) -> Image.Image:
    """Return pixels that no codec compresses."""
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))  # noqa: S311


@pytest.fixture(scope="module")
def big_jpeg() -> bytes:
    return encoded(noise(3000, 2200), "JPEG", quality=98, subsampling=0)


def inspect(data: bytes, limits: Limits = LIMITS) -> tuple[PhotoFacts, int]:
    """Return the facts, and how many bytes they cost."""
    ranges = RangeReader(lambda start, length: data[start : start + length], len(data))
    return inspect_photo(io.BufferedReader(ranges), size_bytes=len(data), limits=limits), ranges.bytes_fetched


def test_facts_are_as_displayed() -> None:
    exif = Image.Exif()
    exif[274] = 8
    facts, _ = inspect(encoded(scene(64, 48), "JPEG", exif=exif))
    assert facts == PhotoFacts(format="JPEG", width=48, height=64, frames=1, orientation=8)


def test_frames_within_the_limit_are_counted() -> None:
    animation = encoded(scene(64, 48), "WEBP", save_all=True, append_images=[scene(64, 48, seed=2)])
    facts, _ = inspect(animation, Limits(10**6, 10**6, max_frames=2))
    assert facts.frames == 2


def test_a_large_jpeg_costs_little(big_jpeg: bytes) -> None:
    assert len(big_jpeg) > 15_000_000
    facts, fetched_bytes = inspect(big_jpeg)
    assert (facts.format, facts.width, facts.height) == ("JPEG", 3000, 2200)
    assert fetched_bytes <= 64 * 1024


def test_a_large_jpeg_with_much_metadata_costs_under_512_kib(big_jpeg: bytes) -> None:
    exif = b"\xff\xe1\xff\xffExif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0" + bytes(0xFFFF - 22)
    profile = b"".join(b"\xff\xe2\xff\xffICC_PROFILE\0" + bytes([n, 5]) + bytes(0xFFFF - 16) for n in range(1, 6))
    facts, fetched_bytes = inspect(big_jpeg[:2] + exif + profile + big_jpeg[2:])
    assert facts.width == 3000
    assert 6 * 0xFFFF < fetched_bytes < 512 * 1024


def test_a_large_picture_with_companions_costs_little() -> None:
    data = encoded(noise(1500, 1000), "MPO", quality=98, save_all=True, append_images=[noise(1500, 1000)])
    facts, fetched_bytes = inspect(data)
    assert (facts.format, facts.frames) == ("MPO", 1)
    assert fetched_bytes < 512 * 1024 < len(data)


def test_a_tiff_whose_directory_lies_at_its_end_costs_little() -> None:
    data = encoded(noise(3000, 2200), "TIFF", compression="raw")
    # Pillow writes the directory first, libtiff last.
    last = encoded(noise(1500, 1200), "TIFF", compression="tiff_lzw")
    assert int.from_bytes(last[4:8], "little") > len(last) - 2000
    for tiff, width in ((data, 3000), (last, 1500)):
        facts, fetched_bytes = inspect(tiff)
        assert (facts.format, facts.width) == ("TIFF", width)
        assert fetched_bytes <= 256 * 1024 < len(tiff)


def test_a_heic_is_fetched_once() -> None:
    photo = (Path(__file__).parent.parent / "data" / "turned.heic").read_bytes()
    padding = (1_000_000).to_bytes(4, "big") + b"free" + bytes(999_992)
    facts, fetched_bytes = inspect(photo + padding)
    assert facts == PhotoFacts(format="HEIF", width=48, height=64, frames=1, orientation=1)
    assert fetched_bytes == len(photo + padding)


@pytest.mark.parametrize(
    ("size_bytes", "error", "words"),
    [(0, CorruptImageError, "empty"), (101, ImageTooLargeError, "101 bytes, the limit is 100.*MAX_BYTES")],
)
def test_the_size_is_checked_before_anything_is_read(size_bytes: int, error: type[Exception], words: str) -> None:
    unreadable = io.BytesIO()
    unreadable.close()
    with pytest.raises(error, match=words):
        inspect_photo(unreadable, size_bytes=size_bytes, limits=Limits(100, 100, 1))


def test_a_text_called_jpg() -> None:
    with pytest.raises(UnsupportedImageError, match="text"):
        inspect(b"not a photo")


def test_limits_reach_the_photo() -> None:
    photo = encoded(scene(64, 48), "PNG")
    with pytest.raises(ImageTooLargeError, match="MAX_PIXELS"):
        inspect(photo, Limits(10**6, max_pixels=3000, max_frames=1))
    animation = encoded(scene(64, 48), "GIF", save_all=True, append_images=[scene(64, 48, seed=2)])
    with pytest.raises(ImageTooLargeError, match="MAX_FRAMES"):
        inspect(animation)
