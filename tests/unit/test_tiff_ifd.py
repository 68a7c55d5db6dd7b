"""The values in directories of TIFF and EXIF are counted before Pillow makes an object of each."""

import io
import struct
import tracemalloc

import pytest

from functions.shared.errors import ImageTooLargeError
from functions.shared.imaging.images import decoding, open_image, orientation
from functions.shared.imaging.tiff_ifd import MAX_VALUES, holds_too_much
from verification.corpus.file_parts import (
    LONG,
    RATIONAL,
    SHORT,
    SIGNED_BYTE,
    chunk,
    directory,
    grey_tiff,
    huge_exif,
    picture,
    png,
    saved,
    sound,
    tiff,
)

BYTE, TEXT = 1, 2


def too_much(data: bytes) -> bool:
    return holds_too_much(io.BytesIO(data))


@pytest.mark.parametrize(
    ("kind", "most"), [(LONG, MAX_VALUES), (SHORT, MAX_VALUES), (SIGNED_BYTE, MAX_VALUES), (RATIONAL, MAX_VALUES // 10)]
)
def test_the_limit_of_values(kind: int, most: int) -> None:
    assert not too_much(tiff([(273, kind, most, 99)]))
    assert too_much(tiff([(273, kind, most + 1, 99)]))


@pytest.mark.parametrize("kind", [BYTE, TEXT, 7])
def test_bytes_and_texts_cost_nothing(kind: int) -> None:
    assert not too_much(tiff([(37724, kind, 90_000_000, 99)]))


def test_the_costs_of_entries_add_up() -> None:
    assert too_much(tiff([(tag, LONG, MAX_VALUES // 100, 9) for tag in range(101)]))


def test_directories_that_follow_or_that_entries_point_to_count_too() -> None:
    heavy = directory([(1, LONG, MAX_VALUES + 1, 9)])
    first = tiff([(256, LONG, 1, 1)])
    assert too_much(tiff([(256, LONG, 1, 1)], following=len(first), payload=heavy))
    for tag in (34665, 34853, 40965):
        assert too_much(tiff([(tag, LONG, 1, len(first))], payload=heavy))


def test_big_endian_and_bigtiff_are_read_too() -> None:
    entry = struct.pack(">HHII", 273, LONG, MAX_VALUES + 1, 99)
    assert too_much(b"MM\0*" + struct.pack(">IH", 8, 1) + entry)
    big = struct.pack("<HHQQ", 273, LONG, MAX_VALUES + 1, 99)
    assert too_much(b"II+\0\10\0\0\0" + struct.pack("<QQ", 16, 1) + big)


@pytest.mark.parametrize("data", [b"", b"II*\0", b"II*\0\xff\xff\xff\xff", b"nonsense" * 9, tiff([(1, 3, 1, 1)])[:15]])
def test_other_data_costs_nothing(data: bytes) -> None:
    assert not too_much(data)


def test_a_cyclic_chain_ends() -> None:
    assert not too_much(tiff([(34665, LONG, 1, 8)], following=8))


def test_a_tiff_that_holds_too_much_is_refused() -> None:
    data = grey_tiff(64, 48, (273, LONG, MAX_VALUES + 1, 99), payload=bytes(4 * MAX_VALUES + 99))
    with pytest.raises(ImageTooLargeError, match="metadata"), open_image(io.BytesIO(data), max_pixels=10**6):
        pass


def test_a_tiff_of_many_strips_opens() -> None:
    data = saved(picture(96, 6_000), "TIFF", tiffinfo={278: 1})
    with open_image(io.BytesIO(data), max_pixels=10_000_000) as image, decoding():
        image.load()


@pytest.mark.parametrize("name", ["WEBP", "PNG"])
def test_a_malicious_tag_of_exif_is_left_out_and_the_photo_stays(name: str) -> None:
    exif = huge_exif(2_000_000)
    data = saved(picture(), name, exif=exif) if name == "WEBP" else png(64, 48, chunk(b"eXIf", exif))
    tracemalloc.start()
    try:
        with open_image(io.BytesIO(data), max_pixels=10**6) as image:
            assert "exif" in image.info
            assert orientation(image) == 1
            with decoding():
                image.load()
        # As objects, its 250,000 fractions would take 100 MB.
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_claim_beyond_the_file_costs_nothing_where_its_size_is_known() -> None:
    data = tiff([(273, LONG, MAX_VALUES + 1, 99)])
    assert too_much(data)
    assert not holds_too_much(io.BytesIO(data), size_bytes=len(data))
    assert holds_too_much(io.BytesIO(data), size_bytes=MAX_VALUES + 1)


def test_a_nested_directory_counts_only_where_it_is_read() -> None:
    data = tiff([(34665, LONG, 1, 26)], payload=directory([(1, LONG, MAX_VALUES + 1, 9)]))
    assert too_much(data)
    assert not holds_too_much(io.BytesIO(data), nested=frozenset())


@pytest.mark.parametrize("blocks", ["one", "many"])
def test_an_avif_with_malicious_exif_is_refused(blocks: str) -> None:
    more = huge_exif(2_000_000) if blocks == "one" else b"II*\0" * 100
    with pytest.raises(ImageTooLargeError), open_image(io.BytesIO(sound("AVIF") + more), max_pixels=10**6):
        pass
