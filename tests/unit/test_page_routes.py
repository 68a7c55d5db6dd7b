"""What the page's API answers for one photo, without AWS: pictures by state, downloads, re-runs, broken requests."""

import asyncio
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from darkroom.page.api import Api, resolver
from darkroom.page.asgi import Message
from functions.operate.api.photo_answers import photos_of
from functions.operate.api.photo_details import photo_details
from functions.operate.photo_forms import OfferedFile, PhotoForms
from functions.operate.photo_record import PhotoRecord
from functions.operate.photo_story import Sources
from tests.unit.operate_samples import ARN, NOW, execution, record

COPY: dict[str, Any] = {"enhanced_key": "enhanced/beach.jpg", "width": 40, "height": 30, "format": "JPEG"}


class Table:
    """Stands for the records: those that it is given."""

    def __init__(self, *records: PhotoRecord) -> None:
        self.records = {found.key: found for found in records}

    def get(self, key: str) -> PhotoRecord | None:
        return self.records.get(key)

    def get_many(self, keys: list[str]) -> dict[str, PhotoRecord]:
        return {key: self.records[key] for key in keys if key in self.records}


class Executions:
    """Stands for Step Functions: one execution of any ARN, long over, and new ones."""

    def __init__(self, **changes: Any) -> None:
        self.one, self.asked = execution(**changes), list[str]()

    def facts(self, arn: str) -> Any:
        self.asked.append(arn)
        return self.one.model_copy(update={"arn": arn})

    def steps(self, _arn: str) -> Iterator[Any]:
        return iter(())

    def definition_has_changed(self, _arn: str) -> bool:
        return False

    def start(self, _name: str, _event: Any) -> tuple[str, None]:
        return "arn:new", None


def context_of(table: Table, executions: Executions | None = None) -> Any:
    """Return what the routes work with; the pictures are the keys of what they show."""
    pictures = SimpleNamespace(jpeg=lambda stored, _edge: stored.key.encode(), shown_format=lambda _stored: "JPEG")
    links = SimpleNamespace(
        shown=lambda stored: f"https://s3/{stored.key}", download=lambda stored, name: f"https://s3/{stored.key}#{name}"
    )
    project: Any = SimpleNamespace(name="darkroom", lease_seconds=900)
    made: Any = executions or Executions()
    sources: Any = Sources(project, table, made)  # type: ignore[arg-type]
    return SimpleNamespace(
        project=project, records=table, executions=made, sources=sources, pictures=pictures, links=links,
        copies_bucket="copies", upload_bucket="photos", explain=str, pace=lambda: None, caller="ada",
    )  # fmt: skip


def asked(
    context: Any, path: str, body: bytes | None = None, headers: list[tuple[bytes, bytes]] | None = None
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Return status, headers and body of the API's answer."""
    place, _, query = path.partition("?")
    scope: Any = {
        "type": "http", "method": "GET" if body is None else "POST", "path": place,
        "query_string": query.encode("latin-1"), "headers": [(b"content-type", b"application/json"), *(headers or [])],
    }  # fmt: skip
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body or b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Api(resolver(context))(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


@pytest.mark.parametrize("after", ["COMPLETED", "FAILED"])
def test_the_address_of_a_picture_of_one_status_is_kept_for_no_other(after: str) -> None:
    table = Table(record(status="PROCESSING", **COPY))
    context = context_of(table)

    def thumbnail() -> str:
        [photo] = photos_of([table.records["beach.jpg"]], context, NOW)
        assert photo.thumbnail
        return photo.thumbnail.url

    early = thumbnail()
    status, headers, body = asked(context, early)
    assert (status, body, b"immutable" in headers[b"cache-control"]) == (200, b"beach.jpg", True)
    table.records["beach.jpg"] = record(status=after, **COPY)
    assert thumbnail() != early
    assert asked(context, early)[1][b"cache-control"] == b"no-store"
    shown = b"enhanced/beach.jpg" if after == "COMPLETED" else b"beach.jpg"
    _, headers, body = asked(context, thumbnail())
    assert (body, b"immutable" in headers[b"cache-control"]) == (shown, True)


def test_a_key_that_looks_like_an_arn_is_a_key() -> None:
    executions = Executions(status="SUCCEEDED")
    key = "arn:aws:states:eu-central-1:123456789012:execution:other-pipeline:two"
    found = photo_details(key, context_of(Table(record(key, "COMPLETED", **COPY)), executions), NOW)
    assert (found.photo.key, found.execution and found.execution.arn) == (key, ARN)
    assert set(executions.asked) == {ARN}


def test_downloads_of_renditions_can_be_told_apart() -> None:
    renditions = {
        name: {"key": f"enhanced/enhanced/{name}/beach.jpg{suffix}", "format": format_, "width": 64, "height": 48}
        for name, format_, suffix in (("web", "WEBP", ".webp"), ("thumb", "WEBP", ".webp"), ("old", "JPEG", ".jpg"))
    }
    context = context_of(Table(record(status="COMPLETED", renditions=renditions, **COPY)))
    found = photo_details("beach.jpg", context, NOW).downloads
    assert [(link.kind, link.name) for link in found] == [
        ("original", "beach.jpg"),
        ("copy", "beach.jpg"),
        ("rendition", "Rendition web (WebP)"),
        ("rendition", "Rendition thumb (WebP)"),
        ("rendition", "Rendition old (JPEG)"),
    ]
    # Saved is it as the file that it is.
    assert found[2].url == "https://s3/enhanced/enhanced/web/beach.jpg.webp#beach.jpg.webp"


def test_a_started_rerun_tells_when_the_record_had_changed_before() -> None:
    good, refused = record(), record("bad.jpg", error="CorruptImageError")
    context = context_of(Table(good, refused))
    status, _, body = asked(context, "/api/reruns", json.dumps({"keys": ["beach.jpg", "bad.jpg"]}).encode())
    started, not_started = json.loads(body)["outcomes"]
    assert (status, started["started"], not_started["started"]) == (200, True, False)
    assert (started["changed_at"], not_started["changed_at"]) == ("2026-01-31T11:55:00Z", None)


@pytest.mark.parametrize(
    ("status", "changes", "is_forced", "expected"),
    [
        ("COMPLETED", {}, False, ("refused", True, "it is COMPLETED")),
        ("COMPLETED", {"notification_error": "States.Timeout"}, False, ("refused", True, "it is COMPLETED, and only")),
        ("COMPLETED", {"notification_error": "States.Timeout"}, True, ("new", False, "it is COMPLETED, and made anew")),
        ("FAILED", {"error": "CorruptImageError"}, False, ("refused", True, "CorruptImageError: it would fail again")),
    ],
)
def test_a_verdict_says_what_force_does_in_words_without_flags(
    status: str, changes: dict[str, str], is_forced: bool, expected: tuple[str, bool, str]
) -> None:
    context = context_of(Table(record(status=status, **changes)), Executions(status="SUCCEEDED"))
    body = json.dumps({"keys": ["beach.jpg"], "force": is_forced}).encode()
    [found] = json.loads(asked(context, "/api/reruns/verdicts", body)[2])["verdicts"]
    act, force_helps, words = expected
    assert (found["act"], found["force_helps"]) == (act, force_helps)
    assert found["reason"].startswith(words)
    assert "--" not in found["reason"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"keys": ["\xff"]}', "no JSON"),
        (b"{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[" * 200 + b"]" * 200, "nested"),
        (b'{"keys": [], "strength": ' + b"9" * 5000 + b"}", "no JSON"),
        (b'{"keys": ["a"], "strength": ' + b"9" * 4000 + b"}", "strength"),
        (b'{"keys": ["a"], "strength": 1e999}', "strength"),
        (b'{"keys": ["a"], "strength": NaN}', "strength"),
        (b"", "body"),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_the_fault_of_who_sent_it(body: bytes, words: str) -> None:
    status, _, answer = asked(context_of(Table()), "/api/reruns/verdicts", body)
    found = json.loads(answer)
    assert (status, found["error"]) == (400, "InvalidRequestError"), found
    assert words in found["message"]


def test_a_size_that_no_file_has_is_refused() -> None:
    for size in (b"9" * 4000, b"-1"):
        body = b'{"files": [{"name": "a.jpg", "size_bytes": ' + size + b"}]}"
        status, _, answer = asked(context_of(Table()), "/api/uploads", body)
        assert (status, json.loads(answer)["message"].partition(":")[0]) == (400, "files.0.size_bytes")


def test_a_query_and_headers_in_another_encoding_are_no_defect() -> None:
    context = context_of(Table())
    status, _, answer = asked(context, "/api/photos/preview?key=\xff")
    assert (status, json.loads(answer)["message"]) == (400, "query: it is no UTF-8")
    assert asked(context, "/api/photos/preview?key=a", headers=[(b"cookie", b"\xe4=\xfc")])[0] == 404


@pytest.mark.parametrize("folder", ["a/../b", "..", "a/..", "/../", "./.."])
def test_a_folder_that_leads_upwards_is_refused(folder: str) -> None:
    client: Any = None
    [form] = PhotoForms(client, "photos", 10, {}).forms([OfferedFile(name="x.jpg", size_bytes=5)], folder)
    assert (form.error, form.key, form.fields) == ("InvalidNameError", "", {})


def test_a_folder_is_cleaned_as_names_are() -> None:
    client: Any = SimpleNamespace(
        generate_presigned_post=lambda _bucket, key, *_rest, **_named: {"url": key, "fields": {}}
    )
    [form] = PhotoForms(client, "photos", 10, {}).forms([OfferedFile(name="/x.jpg", size_bytes=5)], "/a//./b/")
    assert (form.key, form.url) == ("a/b/x.jpg", "a/b/x.jpg")
