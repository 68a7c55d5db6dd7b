"""A photo leaves its memory to the next one, and none of its pixels."""

import ctypes
import resource
import sys

import numpy as np
import pytest
from PIL import ExifTags, Image

from functions.enhance.codec.buffer_pool import _kept, buffer_pool
from functions.shared.errors import CorruptImageError
from tests.unit.enhance_scenes import encoded, enhanced, photo, surfaces

WHITE = encoded(Image.new("RGB", (900, 700), "white"), "JPEG")
DULL = photo(surfaces(640, 480) * 0.6)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Drop the buffer that other tests of this process have left."""
    _kept.clear()


def rotated_photo() -> bytes:
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = 6
    return encoded(DULL, "JPEG", exif=tags)


def kept_bytes() -> int:
    with buffer_pool() as pool:
        return len(pool.buffer)


def page_faults(body: bytes) -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    enhanced(body)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(sys.platform != "linux", reason="counts the pages that Linux hands out")
def test_the_next_photo_allocates_no_memory_for_its_pixels() -> None:
    body = encoded(Image.new("RGB", (3600, 2400), (90, 80, 70)), "JPEG")
    enhanced(encoded(DULL, "PNG"))
    # Memory that other tests have freed and the C library has kept would need no page fault either.
    ctypes.CDLL(None).malloc_trim(0)

    first, *later = (page_faults(body) for _ in range(4))

    # Other allocations may add a few page faults.
    assert min(later) < first / 4


@pytest.mark.parametrize("body", [encoded(DULL, "JPEG"), encoded(DULL.convert("L"), "JPEG"), rotated_photo()])
def test_earlier_pixels_in_the_buffer_make_no_difference(body: bytes) -> None:
    enhanced(encoded(DULL, "PNG"))
    in_fresh_memory = enhanced(body).body

    enhanced(WHITE)

    assert enhanced(body).body == in_fresh_memory


def test_the_buffer_is_zeroed_before_it_is_used_again() -> None:
    enhanced(WHITE)
    with buffer_pool() as pool:
        assert pool.buffer.all()
        pool.core((640, 480))
        assert not pool.buffer[: 640 * 480 * 4].any()


def test_the_buffer_survives_a_truncated_photo() -> None:
    expected = enhanced(WHITE).body
    with pytest.raises(CorruptImageError):
        enhanced(encoded(DULL, "JPEG")[:-2000])

    assert kept_bytes() == 900 * 700 * 4
    assert enhanced(WHITE).body == expected


@pytest.mark.parametrize("body", [encoded(DULL, "PNG"), encoded(DULL.convert("CMYK"), "JPEG"), rotated_photo()])
def test_the_buffer_is_released_when_a_photo_cannot_use_it(body: bytes) -> None:
    enhanced(WHITE)
    enhanced(body)
    assert kept_bytes() == 0


def test_a_larger_photo_leaves_a_larger_buffer() -> None:
    enhanced(encoded(DULL, "JPEG"))
    enhanced(WHITE)
    assert kept_bytes() == 900 * 700 * 4


def test_two_photos_at_once_share_no_memory() -> None:
    enhanced(WHITE)
    with buffer_pool() as one, buffer_pool() as other:
        one.core((30, 20))
        other.core((30, 20))
        assert not np.shares_memory(one.buffer, other.buffer)
