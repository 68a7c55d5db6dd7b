"""Properties of the primary picture of a HEIF or AVIF, and the clean aperture among them."""

import io
import struct

import pytest

from functions.shared.imaging.box_reader import MAX_BOXES
from functions.shared.imaging.clean_aperture import crop_of
from functions.shared.imaging.item_properties import primary_properties
from tests.definitions import ROOT
from verification.corpus.boxes import HEIC, box, clap, with_properties
from verification.corpus.file_parts import sound

AVIF = sound("AVIF")


def kinds(data: bytes) -> list[bytes]:
    return [kind for kind, _ in primary_properties(io.BytesIO(data))]


def test_properties_come_in_the_order_of_their_application() -> None:
    assert kinds(AVIF) == [b"ispe", b"pixi", b"av1C", b"colr"]
    assert kinds(HEIC)[-2:] == [b"clap", b"irot"]
    assert dict(primary_properties(io.BytesIO(HEIC)))[b"colr"] == b"nclx\0\1\0\r\0\6\x80"


def test_the_primary_picture_decides() -> None:
    """The second of three pictures is the primary one."""
    assert b"hvcC" in kinds((ROOT / "tests" / "data" / "burst.heic").read_bytes())
    other = AVIF.replace(b"pitm" + bytes(5) + b"\1", b"pitm" + bytes(5) + b"\2")
    assert other != AVIF
    assert kinds(other) == []


def ipma(version: int, flags: int, *entries: bytes) -> bytes:
    return box(b"ipma", struct.pack(">BBHI", version, 0, flags, len(entries)) + b"".join(entries))


@pytest.mark.parametrize(
    ("pitm", "table"),
    [
        (struct.pack(">IH", 0, 7), ipma(0, 0, b"\0\6\1\2", b"\0\7\2\x81\2")),
        (struct.pack(">IH", 0, 7), ipma(0, 1, b"\0\6\1\0\2", b"\0\7\2\x80\1\0\2")),
        (struct.pack(">II", 1 << 24, 7), ipma(1, 0, b"\0\0\0\6\1\2", b"\0\0\0\7\2\x81\2")),
        (struct.pack(">II", 1 << 24, 7), ipma(1, 1, b"\0\0\0\7\2\x80\1\0\2")),
    ],
)
def test_numbers_of_pictures_and_properties_have_two_sizes(pitm: bytes, table: bytes) -> None:
    ipco = box(b"ipco", box(b"one ", b"1") + box(b"two ", b"22"))
    meta = box(b"meta", bytes(4) + box(b"pitm", pitm) + box(b"iprp", ipco + table))
    assert primary_properties(io.BytesIO(box(b"ftyp", b"avif") + meta)) == [(b"one ", b"1"), (b"two ", b"22")]


def test_boxes_beyond_a_number_are_not_followed() -> None:
    free = box(b"free", b"")
    assert kinds(AVIF[:32] + free * (MAX_BOXES - 2) + AVIF[32:]) == kinds(AVIF)
    assert kinds(AVIF[:32] + free * MAX_BOXES + AVIF[32:]) == []


def test_a_file_that_is_cut_or_damaged_anywhere_raises_nothing() -> None:
    end = AVIF.index(b"mdat")
    for at in range(end):
        primary_properties(io.BytesIO(AVIF[:at]))
        for value in (0, 1, 0x7F, 0xFF):
            primary_properties(io.BytesIO(AVIF[:at] + bytes([value]) + AVIF[at + 1 : end]))


SIZE = (100, 60)


@pytest.mark.parametrize(
    ("content", "crop"),
    [
        (clap(40, 20), (30, 20, 70, 40)),
        (clap(40, 20, across=(-30, 1), down=(20, 1)), (0, 40, 40, 60)),
        # The middle of an odd number of pixels lies on a pixel.
        (clap(41, 20, across=(-1, 2)), (29, 20, 70, 40)),
        # Parts of pixels are not shown, and nothing lies beyond the picture.
        (clap(41, 20), (30, 20, 70, 40)),
        (clap(90, 50, across=(30, 1)), (35, 5, 100, 55)),
        (struct.pack(">4IiIiI", 81, 2, 20, 1, 0, 1, 0, 1), (30, 20, 70, 40)),
    ],
)
def test_the_aperture_is_that_of_the_standard(content: bytes, crop: tuple[int, int, int, int]) -> None:
    assert crop_of([(b"ispe", b""), (b"clap", content)], SIZE) == crop


USELESS = (clap(100, 60), clap(0, 20), clap(40, 20, across=(99, 1)), bytes(32), b"", clap(2**32 - 1, 2**32 - 1))


@pytest.mark.parametrize("content", USELESS)
def test_an_aperture_of_everything_or_of_nothing_crops_nothing(content: bytes) -> None:
    assert crop_of([(b"clap", content)], SIZE) is None


TOP_LEFT = clap(40, 20, across=(-30, 1), down=(-20, 1))


@pytest.mark.parametrize(
    ("turns", "crop"),
    [
        ([(b"imir", b"\1")], (60, 0, 100, 20)),
        ([(b"imir", b"\0")], (0, 40, 40, 60)),
        ([(b"irot", b"\0")], (0, 0, 40, 20)),
        ([(b"irot", b"\2")], (60, 40, 100, 60)),
    ],
)
def test_an_aperture_behind_a_turn_is_one_of_the_turned_picture(
    turns: list[tuple[bytes, bytes]], crop: tuple[int, int, int, int]
) -> None:
    assert crop_of([*turns, (b"clap", TOP_LEFT)], SIZE) == crop
    # Before the turn, it is one of the stored picture.
    assert crop_of([(b"clap", TOP_LEFT), *turns], SIZE) == (0, 0, 40, 20)


@pytest.mark.parametrize(("quarters", "crop"), [(b"\1", (60, 0, 100, 20)), (b"\3", (0, 40, 40, 60))])
def test_an_aperture_behind_a_quarter_turn_is_one_of_the_turned_picture(
    quarters: bytes, crop: tuple[int, int, int, int]
) -> None:
    """Turned anticlockwise, the right edge becomes the upper one. The turned picture is 60 wide and 100 high."""
    top_left = clap(20, 40, across=(-20, 1), down=(-30, 1))
    assert crop_of([(b"irot", quarters), (b"clap", top_left)], SIZE) == crop


def test_a_property_that_is_added_to_an_avif_is_read() -> None:
    assert primary_properties(io.BytesIO(with_properties(AVIF, (b"clap", TOP_LEFT))))[-1] == (b"clap", TOP_LEFT)
