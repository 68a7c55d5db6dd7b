"""The page's API over HTTP, against the deployed pipeline: what people see of photos, and what they start."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import urllib3
from moto.dynamodb.models import dynamodb_backends
from openapi_spec_validator import validate
from PIL import Image

from darkroom.commands.access import explain
from darkroom.packaging.table_indexes import table_keys
from darkroom.page.server import serving
from functions.operate.api.api_context import ApiContext
from functions.operate.photo_forms import OfferedFile, PhotoForms
from functions.operate.project import find_project
from functions.shared.records.ownership import timestamp, upload_day
from functions.shared.records.table import serialise
from tests.nasty_texts import NASTY_TEXTS
from tests.page_client import PageClient, opened
from tests.photos import encoded, jpeg
from tests.workflow.operated import PROJECT, broken, denied
from verification.harness.harness import Harness

NOW = datetime.now(UTC).replace(microsecond=0)
# Days ago on which somebody uploaded photos, more than a page apart, and how many.
UPLOADS = {0: 700, 1: 500, 2: 1, 40: 99, 41: 300, 110: 399, 930: 1}
LISTED = sum(UPLOADS.values())
MAX_PAGES = 40


@dataclass(frozen=True)
class Asked:
    """The clients of an operator, and which calls went out by them."""

    harness: Harness
    operations: list[str] = field(default_factory=list)

    def client(self, service: str) -> Any:
        return self.harness.aws.client_of("page", service)

    def since(self, begun: int) -> list[str]:
        return [call.operation for call in self.harness.aws.calls[begun:] if call.caller == "page"]


@pytest.fixture(scope="module")
def context(operated: Harness) -> ApiContext:
    clients = Asked(operated).client
    return ApiContext(find_project(clients, PROJECT), clients, explain, pace=lambda: None, is_local=True)


def browser_of(context: ApiContext) -> Iterator[PageClient]:
    with serving(context, 0, lambda _: None) as guard:
        yield opened(guard)


@pytest.fixture(scope="module")
def page(context: ApiContext) -> Iterator[PageClient]:
    """Return a browser at the page of the deployment."""
    yield from browser_of(context)


def item(key: str, uploaded_at: datetime, **changes: Any) -> dict[str, Any]:
    """Return a record as a table has it; it is COMPLETED unless the changes say otherwise."""
    moment = timestamp(uploaded_at)
    return {
        "ImageId": key,
        "Status": "COMPLETED",
        "Timestamp": moment,
        "ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:operated-pipeline:gone",
        "Sequencer": "0A",
        "Bucket": "operated-photos",
        "UserId": "ada",
        "UploadedAt": moment,
        "UploadDay": upload_day(moment),
        "EnhancedKey": f"enhanced/{key}",
        "Format": "JPEG",
        "Enhancement": {"summary": "Adjusted the exposure.", "strength_percent": 60, "exposure": "+0.5 EV"},
        **changes,
    }


@pytest.fixture(scope="module")
def listed(operated: Harness) -> list[str]:
    """Put photos into a table of its own, and return their keys, the newest first."""
    client = operated.aws.client("dynamodb")
    client.create_table(TableName="listed", BillingMode="PAY_PER_REQUEST", **table_keys())
    items = []
    for days, count in UPLOADS.items():
        noon = datetime.combine((NOW - timedelta(days=days)).date(), datetime.min.time(), UTC)
        # Ten at a time in the same millisecond, as a bulk upload has them.
        items += [
            item(f"{days:03}/{n:03}.jpg", noon + timedelta(seconds=n // 10), UserId="ada" if n % 50 else "eve")
            for n in range(count)
        ]
    failed = {
        "Status": "FAILED",
        "Attention": "FAILED",
        "ErrorType": "TransientServiceError",
        "FailedState": "EnhanceImage",
    }
    items += [item(f"failed/{n:03}.jpg", NOW - timedelta(days=50), **failed) for n in range(130)]
    table = dynamodb_backends[operated.aws.account_id][operated.aws.region].tables["listed"]
    for made in items:
        # As PutItem does, in a hundredth of the time.
        table.put_item(serialise(made))
    completed = [made for made in items if made["Status"] == "COMPLETED"]
    return [
        made["ImageId"]
        for made in sorted(completed, key=lambda made: (made["UploadedAt"], made["ImageId"]), reverse=True)
    ]


@pytest.fixture(scope="module")
def gallery(context: ApiContext, listed: list[str]) -> Iterator[PageClient]:
    """Return a browser at the page of those photos."""
    assert listed
    yield from browser_of(replace(context, project=replace(context.project, table="listed")))


def pages(browser: PageClient, harness: Harness, **asked: Any) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Yield each page of photos until the last, and the calls that it took."""
    cursor = ""
    for _ in range(MAX_PAGES):
        begun = len(harness.aws.calls)
        answer = browser.get("/api/photos", cursor=cursor, **asked)
        assert answer.status == 200, answer.body
        yield answer.document, Asked(harness).since(begun)
        cursor = answer.document["cursor"]
        if not cursor:
            return
    raise AssertionError(f"there are pages after the {MAX_PAGES}th")


def test_two_thousand_photos_come_in_pages_each_once_the_newest_first(
    gallery: PageClient, operated: Harness, listed: list[str]
) -> None:
    found = list(pages(gallery, operated, limit=100))
    keys = [photo["key"] for page, _ in found for photo in page["photos"] if photo["status"] == "COMPLETED"]
    assert keys == listed
    assert len(keys) == len(set(keys)) == LISTED
    assert max(len(page["photos"]) for page, _ in found) == 100
    # A page is bounded, however far apart the photos are: by its days, or by two calls for each hundred records.
    assert max(len(calls) for _, calls in found) <= 60
    days = [page["looked_back_to"] for page, _ in found]
    assert all(later >= earlier for later, earlier in pairwise(days))


def test_a_full_page_takes_two_calls(gallery: PageClient, operated: Harness) -> None:
    [(_, first), (_, second)] = [found for _, found in zip(range(2), pages(gallery, operated, limit=50), strict=False)]
    assert first == second == ["Query", "BatchGetItem"]


def test_what_lies_far_apart_is_found_by_pages_that_read_no_more_than_others(
    gallery: PageClient, operated: Harness
) -> None:
    found = list(pages(gallery, operated, limit=100, prefix="110/0", user="eve"))
    assert [photo["key"] for page, _ in found for photo in page["photos"]] == ["110/050.jpg", "110/000.jpg"]
    # Of 500 records each.
    assert len(found) <= 6
    assert max(len(calls) for _, calls in found) <= 20


def test_photos_that_failed_come_from_the_index_of_what_needs_attention(gallery: PageClient, operated: Harness) -> None:
    found = list(pages(gallery, operated, limit=50, status="FAILED"))
    assert [len(page["photos"]) for page, _ in found] == [50, 50, 30]
    assert sorted(photo["key"] for page, _ in found for photo in page["photos"]) == [
        f"failed/{n:03}.jpg" for n in range(130)
    ]
    assert all(calls == ["Query"] for _, calls in found)
    assert found[0][0]["photos"][0]["explanation"].startswith("It failed in EnhanceImage with TransientServiceError: ")


@pytest.mark.parametrize("cursor", ["x", "e30", "bnVsbA", "eyJ1cGxvYWRzIjp7ImRheSI6Im5vIGRheSJ9fQ", "%00", "ä", "W10"])
def test_a_cursor_of_somebody_elses_making_is_refused_by_its_name(gallery: PageClient, cursor: str) -> None:
    answer = gallery.get("/api/photos", cursor=cursor)
    assert (answer.status, answer.document["error"]) == (400, "InvalidRequestError")
    assert answer.document["message"].startswith("cursor: ")


def test_a_cursor_of_another_list_is_refused(gallery: PageClient) -> None:
    of_failed = gallery.get("/api/photos", status="FAILED", limit=1).document["cursor"]
    assert gallery.get("/api/photos", cursor=of_failed).status == 400
    assert gallery.get("/api/photos", status="FAILED", cursor=of_failed).status == 200


@pytest.mark.parametrize(
    ("path", "field"),
    [("/api/photos?limit=101", "limit: "), ("/api/photos?limit=0", "limit: "), ("/api/photos?status=GONE", "status: "),
     ("/api/photo", "key: "), ("/api/photo?key=", "key: "), ("/api/photo/picture?key=a&which=up", "which: "),
     (f"/api/photo?key={'x' * 1025}", "key: ")],
)  # fmt: skip
def test_what_does_not_fit_is_named(gallery: PageClient, path: str, field: str) -> None:
    answer = gallery.get(path)
    assert (answer.status, answer.document["error"]) == (400, "InvalidRequestError")
    assert answer.document["message"].startswith(field)


@pytest.mark.parametrize(
    ("path", "document", "field"),
    [
        ("/api/photos/lookup", {"keys": ["a"] * 101}, "keys: "),
        ("/api/photos/lookup", {"keys": ["half a pair \ud800"]}, "keys.0: "),
        ("/api/photos/lookup", [], "body"),
        ("/api/uploads", {"files": []}, "files: "),
        ("/api/uploads", {"files": [{"name": "a.jpg", "size_bytes": 1}], "user_id": "two\nlines"}, "user_id: "),
        ("/api/reruns", {}, "keys: "),
        ("/api/reruns", {"keys": ["a"], "all_failed": True}, "keys: "),
        ("/api/reruns/verdicts", {"keys": ["a"], "strength": 101}, "strength: "),
        ("/api/reruns", {"all_failed": True, "reason": "x" * 257}, "reason: "),
    ],
)
def test_what_is_sent_and_does_not_fit_is_named(page: PageClient, path: str, document: Any, field: str) -> None:
    answer = page.post(path, document)
    assert (answer.status, answer.document["error"]) == (400, "InvalidRequestError"), answer.body
    assert answer.document["message"].startswith(field)


def test_what_is_not_there_is_not_found(page: PageClient) -> None:
    paths = (
        "photo?key=gone",
        "photo/graph.svg?key=gone",
        "photos/preview?key=gone",
        "nothing",
        "photo/picture?key=gone&which=after",
    )
    for path in paths:
        answer = page.get(f"/api/{path}")
        assert answer.status == 404
        assert set(answer.document) == {"error", "message"}


def test_what_aws_refuses_is_said_in_a_sentence(page: PageClient, operated: Harness) -> None:
    with operated.aws.faults.refuse("dynamodb", caller="page", error_code="AccessDeniedException", status=400):
        answer = page.get("/api/photos")
    assert (answer.status, answer.document["error"]) == (502, "ClientError")
    assert answer.document["message"].startswith("these credentials may not call Query (AccessDeniedException: ")


def test_the_document_describes_every_route(page: PageClient) -> None:
    document = page.get("/api/openapi.json").document
    validate(document)
    assert set(document["paths"]) == {
        f"/api/{path}"
        for path in ("deployment", "status", "photos", "photos/lookup", "photos/preview", "photo", "photo/picture",
                     "photo/graph.svg", "uploads", "reruns", "reruns/verdicts", "test-strip", "test-strip/picture")
    }  # fmt: skip


def test_the_deployment_says_what_a_page_has_to_know(page: PageClient, operated: Harness) -> None:
    found = page.get("/api/deployment").document
    assert found["project"] == PROJECT
    assert (found["upload_bucket"], found["bucket_origins"]) == (
        operated.deployment.bucket,
        [operated.aws.endpoint_url],
    )
    assert (found["max_upload_bytes"], found["default_preset"], found["default_strength"]) == (100_000_000, "auto", 100)
    assert (found["is_local"], found["has_messages"], found["console_url"]) == (True, False, "")


def sent(form: dict[str, Any], body: bytes) -> tuple[int, bytes]:
    """Send a file by a form as a browser does; return S3's answer."""
    fields = [*form["fields"].items(), ("file", ("any.jpg", body))]
    answer = urllib3.request("POST", form["url"], fields=fields, headers={"Origin": "http://127.0.0.1:4567"})
    return answer.status, answer.data


def test_a_photo_is_uploaded_by_a_form_and_shown_before_and_after(page: PageClient, operated: Harness) -> None:
    key = operated.new_key("Größe 1.jpg")
    folder, name = key.split("/")
    body = jpeg(width=900, height=600)
    asked = {"files": [{"name": f"/{name}", "size_bytes": len(body)}], "preset": "photo", "strength": 60}
    [form] = page.post("/api/uploads", {**asked, "user_id": "ädä", "folder": f"/{folder}/"}).document["uploads"]
    assert (form["key"], form["error"]) == (key, "")
    assert sent(form, body)[0] == 204
    assert operated.run_of(key).status == "SUCCEEDED"
    record = operated.record(key)
    assert (record["UserId"], record["Enhancement"]["strength_percent"]) == ("ädä", 60)
    found = page.get("/api/photo", key=key).document
    assert found["photo"]["status"] == "COMPLETED"
    assert found["done"]["sentence"] == record["Enhancement"]["summary"] == operated.messages(key)[-1]["photo"]["done"]
    assert {"name": "strength", "value": "60 %"} in found["done"]["numbers"]
    assert [visit["state"] for visit in found["visits"]][:2] == ["ValidateImage", "EnhanceImage"]
    assert found["execution"]["is_running"] is False
    sizes = {page_url: Image.open(io.BytesIO(page.get(page_url).body)).size for page_url in addresses(found)}
    assert set(sizes.values()) == {(480, 320), (900, 600)}
    original, copy = (urllib3.request("GET", found["pictures"][which]["full"]) for which in ("before", "after"))
    assert original.data == body
    assert copy.data == operated.object(f"enhanced/{key}")[0]
    downloads = {download["kind"]: urllib3.request("GET", download["url"]) for download in found["downloads"]}
    assert set(downloads) == {"original", "copy"}
    saved = "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.jpg"
    assert all(answer.headers["content-disposition"] == saved for answer in downloads.values())
    graph = page.get("/api/photo/graph.svg", key=key)
    assert graph.headers["content-type"] == "image/svg+xml"
    assert graph.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert b"EnhanceImage" in graph.body


def addresses(found: dict[str, Any]) -> list[str]:
    """Return where the page's own server has pictures of a photo."""
    pictures = found["pictures"]
    return [found["photo"]["thumbnail"]["url"], pictures["before"]["large"], pictures["after"]["large"]]


def test_a_picture_may_be_kept_as_long_as_its_address_names_the_state_of_the_photo(
    page: PageClient, operated: Harness
) -> None:
    key = operated.upload(jpeg())
    assert operated.run_of(key).status == "SUCCEEDED"
    [photo] = page.post("/api/photos/lookup", {"keys": [key, "gone.jpg", key]}).document["photos"]
    answer = page.get(photo["thumbnail"]["url"])
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "image/jpeg",
        "private, max-age=86400, immutable",
    )
    assert page.get("/api/photos/preview", key=key, v="old").headers["cache-control"] == "no-store"
    assert page.get("/api/photos/preview", key=key).headers["cache-control"] == "no-store"


def test_a_picture_that_no_browser_shows_is_made_one(page: PageClient, operated: Harness) -> None:
    body = encoded(Image.new("CMYK", (64, 48), (0, 255, 255, 0)), "TIFF")
    key = operated.upload(body, operated.new_key("print.tif"))
    assert operated.run_of(key).status == "SUCCEEDED"
    before = page.get("/api/photo", key=key).document["pictures"]["before"]
    assert before["full_is"] == "jpeg"
    full = Image.open(io.BytesIO(page.get(before["full"]).body))
    assert (full.format, full.size) == ("JPEG", (64, 48))


@pytest.mark.parametrize(
    ("name", "size_bytes", "error", "words"),
    [
        ("notes.docx", 5, "UnsupportedImageError", ".docx is no photo by its name"),
        ("holiday/.DS_Store", 5, "UnsupportedImageError", "hidden"),
        ("empty.jpg", 0, "CorruptImageError", "empty"),
        ("huge.jpg", 100_000_001, "ImageTooLargeError", "the limit is 100.0 MB"),
        ("../up.jpg", 5, "InvalidNameError", "rename it"),
        ("${filename}.jpg", 5, "InvalidNameError", "rename it"),
        ("/", 5, "InvalidNameError", "rename it"),
        (f"{'x' * 1030}.jpg", 5, "InvalidNameError", "S3 takes 1024"),
        ("enhanced/a.jpg", 5, "InvalidNameError", "lies under enhanced/"),
        ("same.jpg", 5, "SameKeyError", "same.jpg"),
    ],
)
def test_a_file_that_is_no_photo_is_refused_before_it_is_sent(
    page: PageClient, name: str, size_bytes: int, error: str, words: str
) -> None:
    files = [{"name": "same.jpg", "size_bytes": 5}, {"name": name, "size_bytes": size_bytes}]
    good, found = page.post("/api/uploads", {"files": files}).document["uploads"]
    assert (good["error"], bool(good["fields"])) == ("", True)
    assert (found["error"], found["url"], found["fields"]) == (error, "", {})
    assert words in found["message"]


def test_a_form_takes_no_more_bytes_and_no_other_key_than_it_was_made_for(operated: Harness) -> None:
    client, bucket = operated.aws.client("s3"), operated.deployment.bucket
    key = operated.new_key()
    [form] = PhotoForms(client, bucket, 1000, {}).forms([OfferedFile(name=key, size_bytes=1000)], "")
    made = form.model_dump()
    status, answer = sent(made, bytes(1001))
    assert (status, b"EntityTooLarge" in answer) == (400, True)
    assert sent({**made, "fields": {**form.fields, "key": "other.jpg"}}, b"x")[0] == 403
    assert sent({**made, "fields": {**form.fields, "x-amz-meta-user-id": "eve"}}, b"x")[0] == 403
    assert not operated.exists(key)


def test_a_failed_photo_is_judged_run_again_and_completed(page: PageClient, operated: Harness) -> None:
    [key] = denied(operated, 1)
    [photo] = page.post("/api/photos/lookup", {"keys": [key]}).document["photos"]
    assert (photo["status"], photo["rerun_helps"], photo["need"]) == ("FAILED", "after a fix", "failed")
    asked = {"keys": [key], "reason": "the permission is back"}
    judged = page.post("/api/reruns/verdicts", asked).document
    assert (judged["verdicts"][0]["act"], judged["counts"]) == ("redrive", {"redrive": 1, "new": 0, "refused": 0})
    assert operated.record(key)["Status"] == "FAILED"
    [outcome] = page.post("/api/reruns", asked).document["outcomes"]
    assert (outcome["started"], outcome["act"], outcome["redrive_count"]) == (True, "redrive", 1)
    operated.end(outcome["execution_arn"], 1)
    record = operated.record(key)
    assert (record["Status"], record["Rerun"]["reason"]) == ("COMPLETED", "the permission is back")
    assert record["Rerun"]["by"].startswith("arn:aws:")


def test_other_settings_make_a_photo_anew_and_its_picture_has_another_address(
    page: PageClient, operated: Harness
) -> None:
    key = operated.upload(jpeg())
    assert operated.run_of(key).status == "SUCCEEDED"
    before = page.get("/api/photo", key=key).document
    [outcome] = page.post("/api/reruns", {"keys": [key], "preset": "none"}).document["outcomes"]
    assert (outcome["started"], outcome["act"]) == (True, "new")
    assert operated.closed(outcome["execution_arn"]).status == "SUCCEEDED"
    after = page.get("/api/photo", key=key).document
    assert after["done"]["sentence"] == "Left as it is, as was asked for."
    assert not set(addresses(before)) & set(addresses(after))


@pytest.mark.usefixtures("clean_table")
def test_what_failed_by_its_own_fault_is_refused_with_the_remedy(page: PageClient, operated: Harness) -> None:
    [key] = broken(operated, [operated.new_key()])
    judged = page.post("/api/reruns/verdicts", {"all_failed": True}).document
    assert [(found["key"], found["act"]) for found in judged["verdicts"]] == [(key, "refused")]
    assert "it would fail again" in judged["verdicts"][0]["reason"]
    [outcome] = page.post("/api/reruns", {"error": "UnsupportedImageError"}).document["outcomes"]
    assert (outcome["started"], outcome["execution_arn"]) == (False, "")
    [group] = page.get("/api/status").document["groups"]
    assert (group["error"], group["rerun_helps"]) == ("UnsupportedImageError", "no")
    found = page.get("/api/photo", key=key).document
    assert (found["photo"]["thumbnail"], found["pictures"]["after"]) == (None, None)
    assert found["pictures"]["before"]["why_not"] == found["photo"]["message"]


def test_the_hundred_photos_of_a_request_are_those_that_a_rerun_may_help(gallery: PageClient) -> None:
    judged = gallery.post("/api/reruns/verdicts", {"all_failed": True}).document
    assert (len(judged["verdicts"]), judged["left"]) == (100, 30)
    assert judged["counts"] == {"redrive": 0, "new": 100, "refused": 0}


def test_strangers_words_come_back_as_they_are_in_json_alone(gallery: PageClient, operated: Harness) -> None:
    client = operated.aws.client("dynamodb")
    words = [text for text in NASTY_TEXTS if text.isprintable() or "\ud800" not in text]
    for text in words:
        made = item(f"nasty/{text}", NOW - timedelta(days=420), UserId=text, Enhancement={"summary": text, text: text})
        client.put_item(TableName="listed", Item=serialise({**made, "Dropped": [text], "ErrorMessage": text}))
    for text in words:
        answer = gallery.get("/api/photo", key=f"nasty/{text}")
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        found = answer.document
        assert (found["photo"]["user_id"], found["done"]["sentence"], found["dropped"]) == (text, text, [text])
        assert {link["url"].split("/")[0] for link in found["downloads"]} <= {"http:", "https:"}
    assert json.loads(gallery.get("/api/photo", key="<script>").body)["message"].startswith(
        "there is no record of '<script>'"
    )
