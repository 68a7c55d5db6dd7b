"""The inbox of the pipeline on this machine is read as it is written, whatever stands in it."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from darkroom.local.events.inbox import DEFAULT_SUBJECT, Inbox
from darkroom.page.messages import MAX_FILE_BYTES, MAX_MESSAGES, newest
from tests.nasty_texts import NASTY_TEXTS


def deliver(inbox: Path, protocol: str, text: str, subject: str | None = None) -> None:
    """Let the inbox write a message, as it does where SNS has one for a subscriber."""
    subscription = SimpleNamespace(protocol=protocol, endpoint="ada@example.com", topic_arn="arn:aws:sns:::results")
    Inbox(inbox)._deliver(subscription, text, "id-1", subject)  # type: ignore[arg-type]


def test_messages_are_there_as_they_were_sent_the_newest_first(tmp_path: Path) -> None:
    deliver(
        tmp_path, "email", "Your photo Übersee.jpg was enhanced.\n\nOpen it: https://…\n", "Photo enhanced: Übersee"
    )
    deliver(tmp_path, "sms", "Darkroom: a.jpg is enhanced.")
    deliver(tmp_path, "email-json", "It failed.", None)
    third, second, first = newest(tmp_path)
    assert (first.kind, first.to, first.subject) == ("email", "ada@example.com", "Photo enhanced: Übersee")
    assert first.text == "Your photo Übersee.jpg was enhanced.\n\nOpen it: https://…\n"
    assert abs((datetime.now(UTC) - first.at).total_seconds()) < 60
    assert (second.kind, second.to, second.subject, second.text) == (
        "sms", "ada@example.com", None, "Darkroom: a.jpg is enhanced.",
    )  # fmt: skip
    assert (third.number, third.subject) == (3, DEFAULT_SUBJECT)
    assert json.loads(third.text)["Message"] == "It failed."


@pytest.mark.parametrize("nasty", NASTY_TEXTS, ids=ascii)
def test_nasty_texts_come_through_as_text(nasty: str, tmp_path: Path) -> None:
    sent = nasty.encode(errors="replace").decode()
    deliver(tmp_path, "sms", sent)
    deliver(tmp_path, "email", sent, sent if sent.isprintable() else None)
    email, text = newest(tmp_path)
    assert text.text == sent
    # Line ends are those of e-mail.
    assert "".join(email.text.split()) == "".join(sent.split())
    assert email.subject == (sent if sent.isprintable() else DEFAULT_SUBJECT)


@pytest.mark.parametrize("nasty", NASTY_TEXTS, ids=ascii)
def test_a_broken_email_is_shown_as_far_as_it_can_be(nasty: str, tmp_path: Path) -> None:
    raw = nasty.encode(errors="surrogatepass")
    for name, value in (("0001", raw), ("0002", b"=?utf-8?b?" + raw + b"?="), ("0003", b"<" + raw + b"@[")):
        head = b"".join(b"%s: %s\n" % (field, value) for field in (b"To", b"Subject", b"Date"))
        kind = b"Content-Type: text/html; charset=" + raw
        (tmp_path / f"{name}.eml").write_bytes(head + kind + b"\n\n" + raw)
    found = list(newest(tmp_path))
    assert [message.number for message in found] == [3, 2, 1]
    for message in found:
        # As JSON it has to pass, whatever it is.
        json.loads(message.model_dump_json())
        assert abs((datetime.now(UTC) - message.at).total_seconds()) < 60


def test_only_what_the_inbox_writes_is_read_and_not_without_end(tmp_path: Path) -> None:
    deliver(tmp_path, "sms", "x" * 2 * MAX_FILE_BYTES)
    for name in (".0002.txt", "notes.txt", "0003.html", "²3.txt", "0000000000000.txt"):
        (tmp_path / name).write_text("none of ours")
    os.mkfifo(tmp_path / "0004.fifo")
    (tmp_path / "0005.txt").mkdir()
    [message] = newest(tmp_path)
    assert MAX_FILE_BYTES - 99 < len(message.text) < MAX_FILE_BYTES
    assert list(newest(tmp_path / "not there")) == []


def test_the_last_messages_are_shown(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    for number in range(1, MAX_MESSAGES + 6):
        inbox._write("txt", f"To: +1\n\n{number}\n".encode())
    numbers = [message.number for message in newest(tmp_path)]
    assert numbers == list(range(MAX_MESSAGES + 5, 5, -1))
