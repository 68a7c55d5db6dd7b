"""Every photo of a small load is accounted for, and a lost one would be missed."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.photos import jpeg
from verification.harness.harness import Harness
from verification.harness.uploads import NOT_A_PHOTO
from verification.load.upload_load import Load, bottleneck, busy_seconds, duplicates, sizes, unaccounted

# One broken photo (number 25) and one event that comes twice (number 50) among them.
NUMBERS = range(24, 52)


def test_every_photo_is_accounted_for_and_a_lost_one_is_missed(harness: Harness) -> None:
    load = Load(harness, prefix=uuid.uuid4().hex)
    sample = {number: NOT_A_PHOTO if number == 25 else jpeg() for number in NUMBERS}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(load.send, sample, sample.values()))
    assert load.outcomes["failed"] == load.outcomes["skipped"] == 1
    assert unaccounted(load, uploads=len(sample), twice=1) == ""
    assert unaccounted(load, uploads=len(sample) + 1, twice=1) == "1 of 30 events have no execution that ended"
    lost = {"ImageId": {"S": load.sent[0].key}}
    harness.aws.client("dynamodb").delete_item(TableName=harness.deployment.table, Key=lost)
    assert "the record is left missing (of 1 uploads" in unaccounted(load, uploads=len(sample), twice=1)


def test_one_in_a_hundred_is_broken_and_one_comes_twice() -> None:
    assert list(sizes(300)).count(None) == duplicates(300) == 3


@pytest.mark.parametrize(
    ("functions", "embedded", "others", "words"),
    [
        (9, 5, 9, "waiting"),
        (120, 30, 9, "functions' own"),
        (30, 120, 9, "embedded AWS"),
        (30, 20, 100, "other programs"),
    ],
)
def test_what_held_it_up(functions: float, embedded: float, others: float, words: str) -> None:
    assert words in bottleneck(functions, embedded, others, available=200)


def test_a_busy_machine_is_seen() -> None:
    before = busy_seconds()
    while busy_seconds() == before:
        sum(range(100_000))
    assert busy_seconds() > before
