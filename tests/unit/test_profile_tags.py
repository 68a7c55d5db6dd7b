"""A copy's profile means the same colours, and holds no tag that says more."""

import hashlib
import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from functions.enhance.codec.profile_tags import without_private_tags
from tests.unit.enhance_scenes import encoded, enhanced, photo, surfaces
from tests.unit.mangled_metadata import profile

SERIAL = b"mmod\0\0\0\0SERIAL-4711"
TABLE_AT = 132


def with_tags(base: bytes, *more: tuple[bytes, bytes]) -> bytes:
    """Return a profile with more tags, as a calibration program adds them."""
    count = struct.unpack_from(">I", base, 128)[0]
    shift, table = 12 * len(more), base[TABLE_AT : TABLE_AT + 12 * count]
    moved = b"".join(
        name + struct.pack(">II", start + shift, size) for name, start, size in struct.iter_unpack(">4sII", table)
    )
    data = base[TABLE_AT + 12 * count :]
    for name, value in more:
        padded = value + bytes(-len(value) % 4)
        moved += name + struct.pack(">II", TABLE_AT + 12 * count + shift + len(data), len(value))
        data += padded
    body = base[4:128] + struct.pack(">I", count + len(more)) + moved + data
    return struct.pack(">I", len(body) + 4) + body


def identified(data: bytes) -> bytes:
    zeroed = data[:44] + bytes(4) + data[48:64] + bytes(4) + data[68:84] + bytes(16) + data[100:]
    return data[:84] + hashlib.md5(zeroed, usedforsecurity=False).digest() + data[100:]


def converted(data: bytes) -> np.ndarray:
    colours = Image.fromarray(np.random.default_rng(1).integers(0, 255, (8, 8, 3), dtype=np.uint8))
    result = ImageCms.profileToProfile(colours, io.BytesIO(data), ImageCms.createProfile("LAB"), outputMode="LAB")
    return np.asarray(result)


def test_a_profile_without_other_tags_stays_to_the_byte() -> None:
    assert without_private_tags(profile()) == profile()


@pytest.mark.parametrize("name", [b"mmod", b"dmdd", b"dmnd", b"targ", b"meta", b"vcgt", b"pseq", b"\xff\0xx"])
def test_private_and_descriptive_tags_are_dropped_and_the_colours_stay(name: bytes) -> None:
    told = with_tags(profile(), (name, SERIAL))
    assert b"SERIAL-4711" in told
    kept = without_private_tags(told)
    assert kept == profile()
    assert np.array_equal(converted(kept), converted(told))


def test_the_id_is_that_of_what_is_kept() -> None:
    kept = without_private_tags(identified(with_tags(profile(), (b"mmod", SERIAL))))
    assert any(kept[84:100])
    assert kept == identified(kept)


def test_bytes_that_belong_to_no_tag_are_dropped() -> None:
    data = profile() + b"SERIAL-4711!"
    assert without_private_tags(struct.pack(">I", len(data)) + data[4:]) == profile()


@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 400, profile()[:100], profile()[:140], profile()[:36] + b"xxxx" + profile()[40:]],
    # A profile holds the time of its making: in a name, it would differ between workers.
    ids=["empty", "zeros", "half a header", "half a table", "no signature"],
)
def test_what_is_no_profile_is_dropped(data: bytes) -> None:
    assert without_private_tags(data) == b""


@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_the_profile_of_a_copy_has_no_serial_number(source: str) -> None:
    body = encoded(photo(surfaces()), source, icc_profile=with_tags(profile(), (b"mmod", SERIAL)))
    copy = enhanced(body)
    assert Image.open(io.BytesIO(copy.body)).info["icc_profile"] == profile()
