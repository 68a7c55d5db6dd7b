"""The messages of the pipeline that runs on this machine, as the people would see them that it wrote to.

They are the files of the inbox (darkroom/local/events/inbox.py), and their words are strangers'.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

from aws_lambda_powertools.event_handler.api_gateway import Router
from pydantic import AwareDatetime

from functions.operate.report_model import ReportModel

MAX_MESSAGES = 200
# SNS sends no more than 256 KB in all.
MAX_FILE_BYTES = 600_000
KINDS: dict[str, Literal["email", "sms"]] = {".eml": "email", ".txt": "sms"}
TO = "To: "


class InboxMessage(ReportModel):
    """One message; a text message has no subject. `text` may have several lines."""

    number: int
    kind: Literal["email", "sms"]
    to: str
    subject: str | None
    at: AwareDatetime
    text: str


class MessagesAnswer(ReportModel):
    """The messages that came last, the newest first."""

    messages: list[InboxMessage]


def routes(inbox: Path) -> Router:
    """Return the route that shows the messages of a folder."""
    router = Router()  # type: ignore[no-untyped-call]

    @router.get("/messages", summary="What the pipeline on this machine has sent")
    def list_messages() -> MessagesAnswer:
        return MessagesAnswer(messages=list(newest(inbox)))

    return router


def newest(inbox: Path) -> Iterator[InboxMessage]:
    """Yield the messages of a folder, the newest first; what is none of the inbox's files is passed over."""
    files = {path: int(path.stem) for path in _listed(inbox) if path.suffix in KINDS and _is_number(path.stem)}
    for path in sorted(files, key=lambda path: files[path], reverse=True)[:MAX_MESSAGES]:
        # It may be deleted meanwhile.
        with suppress(OSError):
            yield _message(files[path], path)


def _listed(inbox: Path) -> list[Path]:
    return list(inbox.iterdir()) if inbox.is_dir() else []


def _is_number(stem: str) -> bool:
    return stem.isascii() and stem.isdecimal() and len(stem) <= 9


def _message(number: int, path: Path) -> InboxMessage:
    with path.open("rb") as file:
        content = file.read(MAX_FILE_BYTES)
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    kind = KINDS[path.suffix]
    read = _email if kind == "email" else _text_message
    return read(number, content, written)


def _email(number: int, content: bytes, written: datetime) -> InboxMessage:
    found = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
    return InboxMessage(
        number=number,
        kind="email",
        to=_header(found, "To"),
        subject=_header(found, "Subject"),
        at=_sent(found) or written,
        text=_text_of(found),
    )


def _header(found: EmailMessage, name: str) -> str:
    # Python's parser of headers raises all kinds of errors at those that are broken.
    with suppress(Exception):
        return str(found[name] or "")
    return ""


def _sent(found: EmailMessage) -> datetime | None:
    try:
        sent = parsedate_to_datetime(_header(found, "Date"))
    except (TypeError, ValueError, OverflowError):
        return None
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


def _text_of(found: EmailMessage) -> str:
    """Return the plain text; the inbox writes no other, and never is HTML shown as such."""
    body = found.get_payload(decode=True)
    return _legible(body) if isinstance(body, bytes) else ""


def _text_message(number: int, content: bytes, written: datetime) -> InboxMessage:
    head, _, text = _legible(content).partition("\n\n")
    to = head.removeprefix(TO)
    return InboxMessage(number=number, kind="sms", to=to, subject=None, at=written, text=text.removesuffix("\n"))


def _legible(content: bytes) -> str:
    return content.decode(errors="replace")
