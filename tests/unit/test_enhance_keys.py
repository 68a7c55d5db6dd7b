"""Where copies lie: beside nothing else, whatever the upload is called."""

import pytest

from functions.enhance.keys import MAX_KEY_BYTES, output_keys


def test_the_copy_keeps_the_name_and_gains_an_extension_where_the_format_changes() -> None:
    assert output_keys("a/b.jpg", None)[0] == "enhanced/a/b.jpg"
    assert output_keys("a.heic", ".jpg")[0] == "enhanced/a.heic.jpg"


def test_two_uploads_whose_copies_would_meet_have_second_keys_that_differ() -> None:
    converted, namesake = output_keys("a.heic", ".jpg"), output_keys("a.heic.jpg", None)
    assert converted[0] == namesake[0]
    assert len({converted[0], converted[1], namesake[1]}) == 3


@pytest.mark.parametrize("key", ["x" * 1024, "写" * 341, "x" * 1011 + ".heic"])
def test_a_key_at_the_limit_is_cut_within_it_and_stays_distinct(key: str) -> None:
    first, second = output_keys(key, ".jpg"), output_keys(key[:-1] + "y", ".jpg")
    for copy in (*first, *second):
        assert len(copy.encode()) <= MAX_KEY_BYTES
        assert copy.startswith("enhanced/")
        assert copy.endswith(".jpg")
    assert first[0] != second[0]


@pytest.mark.parametrize("key", ["../up.jpg", "/leading.jpg", "a\nb.jpg", "%2e%2e/a.jpg"])
def test_nothing_is_written_outside_the_prefix(key: str) -> None:
    assert output_keys(key, None)[0] == f"enhanced/{key}"
