"""`darkroom local`: its lines say what became of each execution, and its inbox is its own."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

from darkroom.commands import keep_running
from darkroom.commands.keep_running import execution_line

START = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


def execution(status: str = "SUCCEEDED", **more: Any) -> Any:
    event = {"detail": {"object": {"key": "beach [1].jpg"}}}
    times = {"startDate": START, "stopDate": START + timedelta(seconds=1.26)}
    return {"status": status, "name": "1a_2b", "input": json.dumps(event), **times, **more}


def plain(line: str) -> str:
    return Text.from_markup(line).plain


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_line_has_time_status_duration_photo_and_name() -> None:
    line = plain(execution_line(execution(output='{"image": {}}')))
    assert line == "12:00:01  SUCCEEDED    1.3 s  beach [1].jpg  1a_2b"


def test_a_failure_says_why() -> None:
    cause = json.dumps({"errorMessage": "ValidateImage failed with [it]", "errorType": "ImageFailedError"})
    line = plain(execution_line(execution("FAILED", cause=cause)))
    assert line == "12:00:01  FAILED       1.3 s  beach [1].jpg  1a_2b  ValidateImage failed with [it]"


def test_an_execution_that_skipped_its_upload_says_so_and_why() -> None:
    cause = json.dumps({"errorMessage": "It is done already.", "errorType": "DuplicateUploadError"})
    output = json.dumps({"skipped": {"Error": "DuplicateUploadError", "Cause": cause}})
    line = plain(execution_line(execution(output=output)))
    assert line == "12:00:01  SKIPPED      1.3 s  beach [1].jpg  1a_2b  DuplicateUploadError: It is done already."


@pytest.mark.parametrize("keep", [False, True])
def test_the_inbox_is_emptied_unless_its_messages_are_to_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, keep: bool
) -> None:
    old = tmp_path / "inbox" / "0001.eml"
    old.parent.mkdir()
    old.touch()

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(keep_running, "running_pipeline", interrupted)
    with pytest.raises(KeyboardInterrupt):
        keep_running.keep_running(old.parent, 0, Console(), keep_messages=keep)
    assert old.parent.is_dir()
    assert old.exists() is keep
