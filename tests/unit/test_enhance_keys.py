"""Where copies lie: beside nothing else, whatever the upload is called."""

from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import requests
import urllib3
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from functions.shared.output_keys import MAX_KEY_BYTES, key_hash, output_keys, rendition_keys
from tests.unit.conftest import session

LINK_CONFIG = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})


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


@pytest.mark.parametrize("key", ["/leading.jpg", "a//b.jpg", "holiday/.jpg", "...", "a\nb.jpg", "%2e%2e/a.jpg"])
def test_a_key_that_a_link_can_open_stays_as_it_is(key: str) -> None:
    assert output_keys(key, None)[0] == f"enhanced/{key}"


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("dots/../up.jpg", "dots/{mark}/up.jpg"),
        ("./a/./b.jpg", "{mark}/a/{mark}/b.jpg"),
        ("holiday/..", "holiday/{mark}"),
        ("holiday/a.jpg/", "holiday/{mark}/a.jpg"),
        ("holiday/a.jpg//", "holiday/{mark}/a.jpg"),
        ("/", "{mark}"),
        ("./", "{mark}/{mark}"),
    ],
)
def test_a_key_that_no_link_can_open_gets_a_mark_and_keeps_its_name(key: str, place: str) -> None:
    assert output_keys(key, None)[0] == "enhanced/" + place.format(mark=f"~{key_hash(key)}")


KEYS = st.lists(
    st.sampled_from(["", ".", "..", "%2e", ".%2E", "%2e%2e", "a", "a.jpg", "...", ".. ", "\\", "?", "#", "é"]),
    min_size=1,
    max_size=6,
).map("/".join)


@cache
def links() -> Any:
    """Return the client that signs links."""
    return session().client("s3", region_name="eu-central-1", config=LINK_CONFIG)


@given(KEYS.filter(bool))
def test_browsers_and_libraries_ask_for_the_very_key_of_every_copy_and_rendition(key: str) -> None:
    for copy in (*output_keys(key, None), *output_keys(key, ".jpg"), *rendition_keys(key, "web", "WEBP")):
        url = links().generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": copy})
        asked = [
            browser_path(urlsplit(url).path),
            urllib3.util.parse_url(url).path,
            urlsplit(requests.Request("GET", url).prepare().url).path,
        ]
        assert [unquote(path or "") for path in asked] == [f"/{copy}"] * 3
        assert not copy.endswith("/")


def browser_path(path: str) -> str:
    """Resolve dot segments by the rules of https://url.spec.whatwg.org/#path-state."""
    resolved: list[str] = []
    *folders, name = path.removeprefix("/").split("/")
    for segment in (*folders, name):
        plain = segment.lower().replace("%2e", ".")
        if plain == "..":
            resolved = resolved[:-1]
        elif plain != ".":
            resolved.append(segment)
    if name.lower().replace("%2e", ".") in {".", ".."}:
        resolved.append("")
    return "/" + "/".join(resolved)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/a/../b", "/b"),
        ("/a/%2E%2e/b", "/b"),
        ("/a/.%2e", "/"),
        ("/./a//b", "/a//b"),
        ("/a/.", "/a/"),
        ("/a/%252e", "/a/%252e"),
    ],
)
def test_the_rules_of_browsers_are_those_of_the_standard(path: str, asked: str) -> None:
    assert browser_path(path) == asked


@given(KEYS.filter(bool), KEYS.filter(bool))
def test_two_uploads_have_second_keys_that_differ_and_share_a_first_one_only_where_the_extension_is_new(
    key: str, other: str
) -> None:
    if key != other:
        assert output_keys(key, None)[1] != output_keys(other, None)[1]
        assert output_keys(key, None)[0] != output_keys(other, None)[0]
        assert rendition_keys(key, "web", "WEBP")[0] != rendition_keys(other, "web", "WEBP")[0]


def test_an_upload_that_is_called_as_anothers_copy_has_a_second_key_of_its_own() -> None:
    copy = output_keys("dots/../up.jpg", None)
    namesake = output_keys(copy[0].removeprefix("enhanced/"), None)
    assert copy[0] == namesake[0]
    assert copy[1] != namesake[1]


@pytest.mark.parametrize("key", ["../" + "x" * 1021, "x/" * 512, "./" * 511 + "x"])
def test_a_key_whose_marks_make_it_too_long_is_cut_within_the_limit(key: str) -> None:
    for copy in (*output_keys(key, ".jpg"), *rendition_keys(key, "web", "WEBP")):
        assert len(copy.encode()) <= MAX_KEY_BYTES
        assert key_hash(key) in copy
