"""Keys, user ids, errors and names of files are strangers' words: wherever they are shown, they are text and no more.

One table of nasty texts through every place. What a browser makes of them on the page, tests/page tries in one.
"""

import io
import json
import xml.etree.ElementTree as ET
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from rich.console import Console, RenderableType

from darkroom.aws_session import AwsOptions
from darkroom.command_errors import CommandError
from darkroom.command_line import run
from darkroom.commands import (
    display,
    doctor_screen,
    enhance_report,
    forget_screen,
    keep_running,
    photo_screen,
    photo_table,
    replay_events,
    rerun_all,
    status_screen,
    upload_all,
)
from darkroom.commands.access import Access
from darkroom.commands.undelivered import Undelivered, Unreadable
from darkroom.pipeline import SentMessage
from functions.notify.message_text import MAX_NAME_CHARACTERS, email, machine, shorten, sms, subject
from functions.operate.doctor.findings import CheckResult, Fault
from functions.operate.execution_story import story as visits_of
from functions.operate.failure_groups import failure_groups
from functions.operate.forget_outcome import ForgetOutcome
from functions.operate.graph import svg
from functions.operate.photo_list import listed
from functions.operate.rerun_outcome import RerunOutcome
from functions.operate.status_report import StatusGroup, StatusReport, StuckPhoto, rerun_arguments
from functions.operate.story_page import story_page
from functions.operate.upload_outcome import UploadOutcome
from functions.shared.printable import printable
from tests.nasty_texts import NASTY_TEXTS
from tests.unit.operate_samples import NOW, record
from tests.unit.test_notify import failed, succeeded
from tests.unit.test_story_page import Reader, nasty_page, step

ACCESS = Access("darkroom", AwsOptions(region="eu-central-1"))
# No key, error or user id can hold half a pair: they are UTF-8 on the wire. A file's name can.
SENDABLE = [nasty for nasty in NASTY_TEXTS if nasty.isascii() or nasty.encode(errors="replace").decode() == nasty]
UNSEEN_IN_SMS = "?"


def terminal(*shown: RenderableType) -> str:
    return printed(lambda console: console.print(*shown, highlight=False))


def printed(show: Callable[[Console], object]) -> str:
    file = io.StringIO()
    show(Console(file=file, width=5000, force_terminal=False, color_system=None))
    return file.getvalue()


def story_screen(nasty: str) -> str:
    told, _ = nasty_page(nasty)
    return terminal(photo_screen.screen(told.model_copy(update={"input": {nasty: nasty}}), []))


def listing(nasty: str) -> str:
    photos = listed([record(nasty, error=nasty, step=nasty, user_id=nasty)], NOW, 900)
    return printed(lambda console: console.print(photo_table.photos_table(photos, NOW)))


def status(nasty: str) -> str:
    [group] = failure_groups([record(nasty, error=nasty, step=nasty)])
    groups = [StatusGroup(**group.model_dump(), rerun_arguments=rerun_arguments(group))]
    report = StatusReport(
        project="darkroom", at=NOW, since=None, failed=1, processing=0, oldest_processing=None, succeeded=0,
        succeeded_seconds=60, groups=groups, dead_letters=[], alarms=[], unknown=[nasty],
        stuck=[StuckPhoto(key=nasty, why=nasty, execution_arn="arn")],
    )  # fmt: skip
    return terminal(status_screen.screen(report, ACCESS))


def uploads(nasty: str) -> str:
    outcomes = (
        UploadOutcome(file=nasty, key=nasty, outcome="not uploaded", why=nasty),
        UploadOutcome(file=nasty, key=nasty, outcome="uploaded"),
        UploadOutcome(file=nasty, key=nasty, outcome="uploaded", result="failed", why=nasty),
    )
    return "".join(printed(partial(upload_all._print, outcome=outcome)) for outcome in outcomes)


def reruns(nasty: str) -> str:
    outcomes = (
        RerunOutcome(key=nasty, act="redrive", reason=nasty, outcome="started"),
        RerunOutcome(key=nasty, act="refused", reason=nasty, outcome="refused"),
        RerunOutcome(key=nasty, act="new execution", reason=nasty, outcome="failed", why=nasty),
    )
    return "".join(printed(partial(rerun_all._print, outcome=outcome)) for outcome in outcomes)


def forgetting(nasty: str) -> str:
    outcome = ForgetOutcome(
        key=nasty, outcome="refused", why=nasty, has_record=True, copies=[], copy_versions=0, original="kept",
        original_versions=0,
    )  # fmt: skip
    return printed(lambda console: forget_screen.print_outcome(console, outcome))


def replays(nasty: str) -> str:
    event = Undelivered("receipt", "id", "{}", f"arn:{nasty}", nasty, nasty)
    unreadable = Unreadable("receipt", nasty, nasty)
    return printed(lambda console: replay_events._print_messages(console, [event], [unreadable]))


def examination(nasty: str) -> str:
    check = CheckResult(
        name="name", about="about", faults=[Fault(subject=nasty, finding=nasty)], unknown=[nasty], notes=[nasty],
        status="fault",
    )  # fmt: skip
    return terminal(*doctor_screen.check_lines(check))


def files(nasty: str) -> str:
    report = enhance_report.LineReport(Console(), skip_existing=False)
    outcomes = (
        enhance_report.Outcome(nasty, "enhanced", nasty, copy=nasty),
        enhance_report.Outcome(nasty, "failed", nasty, error=nasty),
    )

    def show(console: Console) -> None:
        report.console = console
        report.add(outcomes[0])
        report.finish(outcomes)

    return printed(show)


def ended_executions(nasty: str) -> str:
    ended: Any = {
        "executionArn": "arn", "name": nasty, "status": "FAILED", "startDate": NOW, "stopDate": NOW, "error": nasty,
        "cause": nasty, "input": json.dumps({"detail": {"object": {"key": nasty}}}),
    }  # fmt: skip
    return printed(lambda console: console.print(keep_running.execution_line(ended), highlight=False))


def demonstration(nasty: str) -> str:
    messages = [SentMessage(nasty, nasty, nasty)]
    return terminal(
        display.verdict("FAILED", nasty),
        display.record_table({"ImageId": nasty, "Enhancement": {nasty: nasty}, "Dropped": [nasty]}),
        display.messages_panel(messages),
        display.execution_table([step(succeeded=False, errors=[nasty], message=nasty)]),
    )


def error_line(nasty: str, capsys: pytest.CaptureFixture[str]) -> str:
    def fail(_options: Namespace, _console: Console) -> None:
        raise CommandError(nasty)

    run(Namespace(), "darkroom show", fail)
    return capsys.readouterr().err


# Each with how often it shows the text, at least.
TERMINAL: dict[str, tuple[Callable[[str], str], int]] = {
    "show": (story_screen, 7),
    "list": (listing, 4),
    "status": (status, 6),
    "upload": (uploads, 6),
    "rerun": (reruns, 6),
    "forget": (forgetting, 2),
    "replay": (replays, 4),
    "doctor": (examination, 4),
    "enhance": (files, 6),
    "local": (ended_executions, 2),
    "demo": (demonstration, 6),
}


@pytest.mark.parametrize("nasty", NASTY_TEXTS, ids=ascii)
@pytest.mark.parametrize("command", TERMINAL)
def test_a_terminal_shows_them_as_text(command: str, nasty: str) -> None:
    show, times = TERMINAL[command]
    found = show(nasty)
    # A message may have several lines; each is text.
    parts = [printable(part) for part in nasty.split("\n")] if command == "demo" else [printable(nasty)]
    assert min(found.count(part) for part in parts) >= times
    assert found.replace("\n", "").isprintable()


@pytest.mark.parametrize("nasty", NASTY_TEXTS, ids=ascii)
def test_an_error_shows_them_as_text(nasty: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = error_line(nasty, capsys)
    assert all(printable(part) in found for part in nasty.split("\n"))
    assert found.replace("\n", "").isprintable()


@pytest.mark.parametrize("nasty", SENDABLE, ids=ascii)
def test_messages_show_them_as_text(nasty: str) -> None:
    named = [succeeded(key=nasty), failed(error=nasty, key=nasty)]
    for message in named:
        assert printable(nasty) in subject(message)
        assert subject(message).isprintable()
        assert printable(nasty) in email(message)
        assert email(message).replace("\n", "").isprintable()
        assert shorten(printable(nasty, UNSEEN_IN_SMS), MAX_NAME_CHARACTERS, "...") in sms(message)
        assert sms(message).isprintable()
        assert json.loads(machine(message))["image_id"] == nasty
    # What the function says of an error is its own, but the name of the error is quoted.
    assert f"Error: {printable(nasty)}" in email(named[1])


@pytest.mark.parametrize("nasty", NASTY_TEXTS, ids=ascii)
def test_pages_and_drawings_show_them_as_text(nasty: str) -> None:
    page = Reader(story_page(*nasty_page(nasty)))
    assert printable(nasty) in page.text
    assert page.text.replace("\n", "").isprintable()
    failed_step = step(nasty, succeeded=False, errors=[nasty], message=nasty)
    definition = {"StartAt": nasty, "States": {nasty: {"Type": "Succeed"}}}
    drawing = ET.fromstring(svg(definition, visits_of([failed_step])))  # noqa: S314 - our own drawing
    told = "".join(drawing.itertext())
    assert printable(nasty) in told
    assert told.isprintable()
