"""Keys, user ids, errors and messages are strangers' words: every view of the page shows them as text."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import FilePayload

from darkroom.local.events.inbox import Inbox
from functions.shared.records.ownership import timestamp
from tests.nasty_texts import NASTY_TEXTS
from tests.page.conftest import Opener, PhotosThere
from tests.page.opened_page import OpenedPage
from verification.harness.harness import Harness

PREFIX = "nasty/"
# What S3 and DynamoDB can hold.
SENDABLE = [nasty for nasty in NASTY_TEXTS if nasty.encode(errors="replace").decode() == nasty]
# What strangers' words would have made, were they markup.
FOREIGN = "[onerror], [onload], [onmouseover], script:not([src]), iframe, object, embed, base, form[action], main style"


@pytest.fixture
def nasty_records(pipeline: Harness, photos: PhotosThere) -> Iterator[list[str]]:
    """Write records that hold nasty texts in each place where a stranger's may come, and yield their keys."""
    client, table = pipeline.aws.client("dynamodb"), pipeline.deployment.table
    model = client.get_item(TableName=table, Key={"ImageId": {"S": photos.good[0]}})["Item"]
    keys = []
    for number, nasty in enumerate(SENDABLE):
        for status in ("COMPLETED", "FAILED"):
            keys.append(f"{PREFIX}{status}/{nasty}")
            client.put_item(TableName=table, Item={**model, **_nasty_item(keys[-1], status, nasty, number)})
    yield keys
    for key in keys:
        client.delete_item(TableName=table, Key={"ImageId": {"S": key}})


def _nasty_item(key: str, status: str, nasty: str, number: int) -> dict[str, Any]:
    text = {"S": nasty}
    at = datetime.now(UTC) - timedelta(days=1, seconds=number)
    failure = dict.fromkeys(("ErrorType", "FailedState", "ErrorMessage"), text) if status == "FAILED" else {}
    return {
        "ImageId": {"S": key}, "Status": {"S": status}, "UserId": text, "EnhancedKey": text, "Format": text,
        "Enhancement": {"M": {"summary": text, "preset": text, nasty: text}}, "Dropped": {"L": [text]},
        "Rerun": {"M": {"reason": text}}, "UploadedAt": {"S": timestamp(at)},
        "UploadDay": {"S": at.date().isoformat()},
        **({"Attention": {"S": status}} if status == "FAILED" else {}), **failure,
    }  # fmt: skip


@pytest.fixture
def nasty_messages(pipeline: Harness) -> Iterator[None]:
    folder = pipeline.aws.inbox
    before, inbox = set(folder.iterdir()), Inbox(folder)
    for nasty in SENDABLE:
        inbox._write("txt", f"To: {nasty}\n\n{nasty}\n".encode())
        inbox._write("eml", b"To: a\nSubject: " + nasty.replace("\n", " ").encode() + b"\n\n" + nasty.encode())
    yield
    # The embedded AWS counts its messages without these, and would write over them.
    for path in set(folder.iterdir()) - before:
        path.unlink()


def require_text(opened: OpenedPage, *words: str) -> None:
    """See that the view shows words as they are, and that they have made nothing else of it."""
    shown = opened.page.evaluate("() => document.querySelector('main').textContent")
    assert [word for word in words if word not in shown] == []
    assert opened.page.locator(FOREIGN).count() == 0
    schemes = set(opened.page.evaluate("() => [...document.links].map(({ protocol }) => protocol)"))
    assert schemes <= {"http:", "https:"}


def test_every_view_shows_nasty_texts_as_text(
    open_page: Opener, nasty_records: list[str], nasty_messages: None
) -> None:
    opened = open_page()
    page = opened.page
    page.evaluate("prefix => { location.hash = '#/?prefix=' + prefix }", PREFIX)
    page.wait_for_function("count => document.querySelectorAll('.tile').length === count", arg=len(nasty_records))
    require_text(opened, *(nasty.rpartition("/")[2] for nasty in SENDABLE))
    for key in nasty_records:
        page.evaluate("key => { location.hash = '#/photo?' + new URLSearchParams({ key }) }", key)
        page.wait_for_function(
            "key => document.querySelector('main h1')?.title === key && document.querySelector('.photo')", arg=key
        )
        nasty = key.split("/", 2)[2]
        require_text(opened, nasty, f"by {nasty}")
    opened.go("/failed")
    require_text(opened, *SENDABLE)
    opened.go("/messages")
    require_text(opened, *(nasty for nasty in SENDABLE if "\r" not in nasty))
    # Their uploads are not there, and some name no object that could be.
    opened.forgive("/api/photo", "Failed to load resource")


def test_files_with_nasty_names_are_uploaded_or_refused_as_text(open_page: Opener) -> None:
    opened = open_page()
    opened.go("/upload")
    names = [nasty.replace("/", "") for nasty in SENDABLE]
    opened.page.get_by_label("Photos to upload").set_input_files(
        [FilePayload(name=name, mimeType="image/jpeg", buffer=b"no photo") for name in names if name.isprintable()]
    )
    opened.page.wait_for_function("() => document.querySelectorAll('.upload-cards li').length > 3")
    require_text(opened, *(name for name in names if name.isprintable()))
    opened.forgive("/page-", "Failed to load resource")
