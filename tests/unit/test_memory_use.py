"""Each function's memory and time hold the largest photos with a reserve, and the documents say what was measured."""

import io

import pytest

from darkroom.packaging.repository import FUNCTIONS, function_definition
from functions.shared.imaging.formats import BY_NAME, FORMATS
from functions.shared.imaging.signatures import identify
from functions.validate.inspect_photo import Limits, inspect_photo
from tests.definitions import ROOT
from verification.load.largest_photos import LARGEST_HEAVY, MAX_BYTES, MAX_PIXELS, Photo, largest_photos
from verification.load.memory_table import MOST_MEMORY_MB, RESERVE, SLOWER, longest_seconds, memory_text
from verification.load.memory_use import memory_measurements
from verification.load.tiled_square import Square

TINY = Square(64, 2)
SMALL = {name: photo.make() for name, photo in largest_photos(TINY, TINY, TINY).items()}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_largest_photos_leave_a_reserve_of_memory_and_time(function: str) -> None:
    definition, measured = function_definition(function), memory_measurements()
    assert measured.peak_mb(function) <= (1 - RESERVE) * definition.memory_mb <= MOST_MEMORY_MB
    assert longest_seconds(function, measured) * SLOWER <= definition.timeout_seconds


def test_every_photo_that_was_measured_was_enhanced() -> None:
    photos = memory_measurements().photos
    assert photos.keys() == SMALL.keys()
    assert {name for name, photo in photos.items() if photo.status != "SUCCEEDED"} == set()


def test_the_benchmarks_say_what_was_measured_and_what_is_deployed() -> None:
    written = (ROOT / "docs" / "benchmarks.md").read_text()
    assert memory_text(memory_measurements()).strip() in written, "run `make measure-memory`"


@pytest.mark.parametrize("name", SMALL)
def test_each_of_the_largest_photos_is_what_its_name_says(name: str) -> None:
    body = SMALL[name]
    facts = inspect_photo(io.BytesIO(body), size_bytes=len(body), limits=Limits(MAX_BYTES, MAX_PIXELS, 1))
    assert (facts.width, facts.height) == (128, 128)
    assert BY_NAME[facts.format].spelled == name.partition(",")[0]


@pytest.mark.parametrize("name", ["WEBP", "AVIF"])
def test_the_heavy_photos_are_as_large_as_their_formats_may_be(name: str) -> None:
    most = BY_NAME[name].most_pixels(MAX_PIXELS)
    assert LARGEST_HEAVY.pixels <= most < Square(LARGEST_HEAVY.edge + 1, LARGEST_HEAVY.times).pixels


def test_the_largest_photos_are_of_every_format() -> None:
    assert {identify(body).name for body in SMALL.values()} == {row.name for row in FORMATS}


@pytest.mark.parametrize("name", ["JPEG", "HEIC"])
def test_a_file_is_filled_up_to_the_limit(name: str) -> None:
    body = SMALL[name]
    filled = Photo(lambda: body).filled(len(body) + 1000)
    assert (len(filled), filled[: len(body)]) == (len(body) + 1000, body)
