"""EXIF is read tag by tag, undecoded, within limits, and written as it was."""

import io
import struct
from collections.abc import Callable

import pytest
from PIL import ExifTags, Image

from functions.enhance.codec.exif_writer import MAX_JPEG_BYTES, Exif, exif_bytes
from functions.shared.imaging.exif import (
    ASCII,
    MAX_OFFSET,
    MAX_VALUE_BYTES,
    RATIONAL,
    SHORT,
    UNDEFINED,
    Directory,
    Source,
    Value,
    exif_of,
    opened,
)
from functions.shared.imaging.raw_profiles import MAX_PROFILE_CHARACTERS
from functions.shared.imaging.tiff_directory import MAX_ENTRIES
from tests.unit.enhance_scenes import encoded, enhanced, photo, surfaces

ARTIST, COPYRIGHT, COMMENT, BIAS = 315, 33432, 37510, 37380
SIGNED_RATIONAL = 10


def source_of(data: bytes) -> Source:
    source = opened(io.BytesIO(data))
    assert source
    return source


def tiff(*entries: bytes, below: bytes = b"") -> bytes:
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4) + below


def entry(tag: int, kind: int, count: int, field: bytes) -> bytes:
    return struct.pack("<HHL", tag, kind, count) + field.ljust(4, b"\0")


def read(data: bytes, *tags: int) -> Directory:
    return source_of(data).directory(8, tags)


# Reading


@pytest.mark.parametrize(
    "broken",
    [
        entry(COPYRIGHT, 99, 1, b"abc"),
        entry(COPYRIGHT, ASCII, 0, b"abc"),
        entry(COPYRIGHT, ASCII, 900, b"\x26\0\0\0"),
        entry(COPYRIGHT, ASCII, 9, b"\xff\xff\xff\xff"),
        entry(COPYRIGHT, RATIONAL, 2**31, b"\x08\0\0\0"),
    ],
)
def test_a_broken_tag_costs_only_itself(broken: bytes) -> None:
    sound = entry(ARTIST, ASCII, 4, b"Ada\0")
    for data in (tiff(broken, sound), tiff(sound, broken)):
        assert read(data, ARTIST, COPYRIGHT) == {ARTIST: Value(ASCII, b"Ada\0")}


def test_of_a_tag_that_is_there_twice_the_first_counts() -> None:
    data = tiff(entry(ARTIST, ASCII, 4, b"Ada"), entry(ARTIST, ASCII, 4, b"Eve"))
    assert read(data, ARTIST) == {ARTIST: Value(ASCII, b"Ada\0")}


@pytest.mark.parametrize(("size", "is_kept"), [(MAX_VALUE_BYTES, True), (MAX_VALUE_BYTES + 1, False)])
def test_a_value_is_read_up_to_a_limit(size: int, is_kept: bool) -> None:
    data = tiff(entry(ARTIST, ASCII, size, struct.pack("<L", 26)), below=b"a" * size)
    assert (ARTIST in read(data, ARTIST)) == is_kept


def test_a_directory_is_read_up_to_the_entries_of_a_tiff() -> None:
    head = b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, MAX_ENTRIES + 1)
    entries = struct.pack("<HHQQ", 1, SHORT, 1, 1) * MAX_ENTRIES + struct.pack("<HHQQ", ARTIST, SHORT, 1, 1)
    assert not source_of(head + entries).directory(16, {ARTIST})
    assert source_of(head + entries).directory(16, {1})


@pytest.mark.parametrize(
    ("value_at", "directory_at"), [(2**63 - 1, 2**64 - 1), (MAX_OFFSET + 1, 2**64 - 1), (2**63 - 1, MAX_OFFSET + 1)]
)
def test_an_offset_beyond_any_file_is_not_sought(value_at: int, directory_at: int) -> None:
    """A file system may refuse it, which is no fault of the disk."""
    positions: list[int] = []

    class Recorder(io.BytesIO):
        def seek(self, offset: int, whence: int = 0, /) -> int:
            positions.append(offset)
            return super().seek(offset, whence)

    entry_beyond = struct.pack("<HHQQ", ARTIST, ASCII, 9, value_at)
    source = opened(Recorder(b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 1) + entry_beyond))
    assert source
    assert not source.directory(16, {ARTIST})
    assert not source.directory(directory_at, {ARTIST})
    assert max(positions) <= MAX_OFFSET


@pytest.mark.parametrize("mark", [b"", b"Exif\0\0", b"Exif\0\0Exif\0\0"])
def test_exif_begins_with_up_to_two_marks(mark: bytes) -> None:
    source = exif_of({"exif": mark + tiff(entry(ARTIST, ASCII, 4, b"Ada"))})
    assert source
    assert source.directory(source.layout.first, {ARTIST})


@pytest.mark.parametrize("block", [None, "text", b"", b"II*\0", b"xx*\0" * 9, b"Exif\0\0"])
def test_what_is_no_exif_holds_none(block: object) -> None:
    assert exif_of({"exif": block}) is None


def raw(data: bytes, spaces: int = 0) -> str:
    return f"\nexif\n{len(data):8}\n{data.hex()}" + "\n" * spaces


def test_a_raw_profile_is_read_up_to_a_limit() -> None:
    data = tiff(entry(ARTIST, ASCII, 4, b"Ada"))
    most = MAX_PROFILE_CHARACTERS - len(raw(data))
    assert exif_of({"Raw profile type exif": raw(data, most)})
    assert exif_of({"Raw profile type exif": raw(data, most + 1)}) is None


# Writing

KEPT = Exif(
    "<",
    {ARTIST: Value(ASCII, b"Ada\0"), COPYRIGHT: Value(ASCII, b"A long right\0")},
    {BIAS: Value(SIGNED_RATIONAL, struct.pack("<ll", 0, 10)), COMMENT: Value(UNDEFINED, b"ASCII\0\0\0hello")},
    {1: Value(ASCII, b"R03\0")},
)


@pytest.mark.parametrize(
    "exif", [KEPT, Exif("<", KEPT.first), Exif("<", {}, KEPT.details), Exif("<", {}, {}, KEPT.interop)]
)
def test_what_is_written_is_read_back_to_the_byte(exif: Exif) -> None:
    source = exif_of({"exif": exif_bytes(exif)})
    assert source
    at, pointers = source.layout.first, (ExifTags.IFD.Exif, ExifTags.IFD.Interop)
    for expected, pointer in zip((exif.first, exif.details, exif.interop), (*pointers, 0), strict=True):
        found = source.directory(at, range(2**16))
        assert {tag: value for tag, value in found.items() if tag not in pointers} == expected
        at = int(source.number(found[pointer])) if pointer in found else 0


def test_no_exif_is_no_bytes() -> None:
    assert exif_bytes(Exif()) == b""


def test_over_a_limit_the_largest_values_go_first() -> None:
    texts = {tag: Value(ASCII, b"a" * size + b"\0") for tag, size in ((270, 40_000), (271, 30_000), (272, 5_000))}
    data = exif_bytes(Exif("<", {**texts, ARTIST: Value(ASCII, b"Ada\0")}, KEPT.details), MAX_JPEG_BYTES)
    source = exif_of({"exif": data})
    assert source
    assert set(source.directory(8, range(2**16))) == {271, 272, ARTIST, ExifTags.IFD.Exif}
    assert len(data) <= MAX_JPEG_BYTES


# Through the enhancement

VALUES: dict[int, tuple[int, bytes]] = {
    36867: (ASCII, b"2024:06:01 10:20:30\0"),
    37377: (SIGNED_RATIONAL, struct.pack("<ll", 6644, 1000)),
    BIAS: (SIGNED_RATIONAL, struct.pack("<ll", 0, 10)),
    33434: (RATIONAL, struct.pack("<LL", 10, 2500)),
    COMMENT: (UNDEFINED, b"ASCII\0\0\0hello"),
    36864: (UNDEFINED, b"0232"),
    41728: (UNDEFINED, b"\x03"),
    34855: (SHORT, struct.pack("<H", 400)),
    42036: (129, "Objektiv für Zoë\0".encode()),
}


@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP"])
def test_types_and_values_stay_as_they_were(source: str) -> None:
    values = {tag: Value(kind, data) for tag, (kind, data) in VALUES.items()}
    body = encoded(photo(surfaces()), source, exif=exif_bytes(Exif("<", {}, values)))
    after = exif_of(Image.open(io.BytesIO(enhanced(body).body)).info)
    assert after
    pointer = after.directory(after.layout.first, {ExifTags.IFD.Exif})[ExifTags.IFD.Exif]
    assert after.directory(int(after.number(pointer)), VALUES) == values


@pytest.mark.parametrize(
    "broken",
    [
        {296: Value(SHORT, b"\2\0\2\0")},
        {296: Value(ASCII, b"2\0")},
        {282: Value(ASCII, b"300300")},
        {271: Value(SHORT, b"\1\0")},
        {18246: Value(SHORT, bytes(400))},
    ],
)
def test_a_tag_of_a_wrong_type_or_count_is_left_out(broken: dict[int, Value]) -> None:
    exif = Exif("<", {**broken, ARTIST: Value(ASCII, b"Ada\0")}, {36867: Value(*VALUES[36867])})
    after = Image.open(io.BytesIO(enhanced(encoded(photo(surfaces()), "JPEG", exif=exif_bytes(exif))).body)).getexif()
    assert after.keys() == {ARTIST, ExifTags.IFD.Exif}
    assert after.get_ifd(ExifTags.IFD.Exif) == {36867: "2024:06:01 10:20:30"}


def turned(exif: Exif) -> Exif:
    return exif.with_values(first={274: exif.number(6)})


@pytest.mark.parametrize("change", [turned, lambda exif: exif])
def test_the_size_in_exif_is_the_copys_and_the_resolution_turns_with_it(change: Callable[[Exif], Exif]) -> None:
    exif = change(
        Exif("<", {282: Value(RATIONAL, struct.pack("<LL", 300, 1)), 283: Value(RATIONAL, struct.pack("<LL", 150, 1))})
    )
    stated = exif.with_values(details={40962: exif.number(9), 40963: exif.number(9)})
    copy = Image.open(
        io.BytesIO(enhanced(encoded(photo(surfaces()), "JPEG", dpi=(300, 150), exif=exif_bytes(stated))).body)
    )
    tags = copy.getexif()
    details = tags.get_ifd(ExifTags.IFD.Exif)
    assert (details[40962], details[40963]) == copy.size
    expected = (150, 300) if change is turned else (300, 150)
    assert (tags[282], tags[283]) == expected
    assert copy.info["dpi"] == pytest.approx(expected, abs=1)
