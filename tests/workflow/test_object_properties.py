"""What an object is besides its bytes: its key, its metadata, its headers. All of it comes out right."""

import json
from typing import Any

import pytest
import requests

from tests.definitions import ROOT
from tests.photos import encoded, jpeg, opened, scene
from tests.waiting import ANSWER_LIMIT_SECONDS
from tests.workflow.test_ledger_routes import assert_skipped
from verification.harness.harness import Harness

THUMB = json.dumps([{"name": "thumb", "longest_edge_pixels": 32, "format": "png"}])
HEADERS = {"CacheControl": "max-age=60", "ContentLanguage": "de", "ContentDisposition": 'attachment; filename="a.heic"'}
KEYS = [
    "dots/../up.jpg",
    "./a.jpg",
    "..",
    "a.jpg/",
    "a.jpg//",
    "/a.jpg",
    "a//b.jpg",
    ".jpg",
    "%2e%2e/a.jpg",
    "a\\..\\b",
]


def link_of(harness: Harness, key: str) -> str:
    [message] = harness.messages(key)
    return str(message["link"]["url"])


@pytest.mark.parametrize("name", KEYS)
def test_the_links_of_any_key_open_the_copy_and_its_renditions(harness: Harness, name: str) -> None:
    with harness.settings("enhance", RENDITIONS=THUMB):
        key = harness.upload(jpeg(), harness.new_key(name))
        run = harness.run_of(key)
    assert run.status == "SUCCEEDED", run.cause
    record, [message] = harness.record(key), harness.messages(key)
    thumb = message["photo"]["renditions"]["thumb"]
    copies = {record["EnhancedKey"]: message["link"]["url"], thumb["key"]: thumb["link"]["url"]}
    for copy, url in copies.items():
        assert requests.get(url, timeout=ANSWER_LIMIT_SECONDS).content == harness.object(copy)[0]
        assert not copy.endswith("/")
    assert opened(harness.object(record["EnhancedKey"])[0]).size == (320, 240)
    assert opened(harness.object(thumb["key"])[0]).size == (32, 24)


def test_the_key_of_a_single_slash_is_served(harness: Harness) -> None:
    harness.upload(jpeg(), "/")
    assert harness.run_of("/").status == "SUCCEEDED"
    copy = harness.object(harness.record("/")["EnhancedKey"])[0]
    assert requests.get(link_of(harness, "/"), timeout=ANSWER_LIMIT_SECONDS).content == copy


def test_a_folder_marker_is_skipped_even_if_its_event_does_not_say_the_size(harness: Harness) -> None:
    key = harness.upload(b"", harness.new_key("folder/"))
    event = harness.run_of(key).input
    del event["detail"]["object"]["size"]
    assert_skipped(harness.closed(harness.start(event)), "NotAnUploadError")
    assert harness.record(key) == {}


def put(harness: Harness, key: str, **headers: str) -> None:
    """Put a photo as SDKs other than boto3 do, which send metadata as UTF-8."""
    where = {"Bucket": harness.deployment.bucket, "Key": key}
    url = harness.aws.client("s3").generate_presigned_url("put_object", Params=where)
    sent = {f"x-amz-meta-{name.replace('_', '-')}": value.encode() for name, value in headers.items()}
    requests.put(url, data=jpeg(), headers=sent, timeout=ANSWER_LIMIT_SECONDS).raise_for_status()


def test_metadata_beyond_ascii_is_what_the_user_wrote(harness: Harness) -> None:
    key = harness.new_key()
    put(harness, key, user_id="Zoë 写真", preset="=?UTF-8?B?UGhvdG8=?=", strength="=?UTF-8?Q?50?=")
    assert harness.run_of(key).status == "SUCCEEDED"
    record, [message] = harness.record(key), harness.messages(key)
    assert record["UserId"] == message["user_id"] == "Zoë 写真"
    assert (record["Enhancement"]["preset"], record["Enhancement"]["strength_percent"]) == ("photo", 50)


def test_a_preset_beyond_ascii_is_named_as_it_was_written(harness: Harness) -> None:
    key = harness.new_key()
    put(harness, key, user_id="=?UTF-8?Q?a=00=0Ab?=", preset="schön")
    assert harness.run_of(key).status == "FAILED"
    assert "x-amz-meta-preset is 'schön'" in harness.record(key)["ErrorMessage"]
    assert harness.record(key)["UserId"] == "a\ufffd\ufffdb"


def upload_with_headers(harness: Harness, name: str, body: bytes) -> tuple[Any, Any]:
    """Upload with headers; return the responses to the links of copy and rendition."""
    key, bucket = harness.new_key(name), harness.deployment.bucket
    with harness.settings("enhance", RENDITIONS=THUMB):
        harness.aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body, **HEADERS)
        assert harness.run_of(key).status == "SUCCEEDED"
    [message] = harness.messages(key)
    thumb = message["photo"]["renditions"]["thumb"]["link"]["url"]
    answers = [requests.get(url, timeout=ANSWER_LIMIT_SECONDS) for url in (link_of(harness, key), thumb)]
    return answers[0], answers[1]


def test_a_copy_keeps_the_headers_that_browsers_heed(harness: Harness) -> None:
    copy, thumb = upload_with_headers(harness, "a.png", encoded(scene(), "PNG"))
    for response in (copy, thumb):
        assert (response.headers["Cache-Control"], response.headers["Content-Language"]) == ("max-age=60", "de")
    assert copy.headers["Content-Disposition"] == HEADERS["ContentDisposition"]
    assert "Content-Disposition" not in thumb.headers


def test_the_file_name_of_a_download_gains_the_extension_of_a_new_format(harness: Harness) -> None:
    copy, _ = upload_with_headers(harness, "a.heic", (ROOT / "tests" / "data" / "turned.heic").read_bytes())
    assert copy.headers["Content-Disposition"] == 'attachment; filename="a.heic.jpg"'
    assert copy.headers["Content-Type"] == "image/jpeg"
