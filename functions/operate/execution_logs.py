"""What the functions logged for one execution, found among the lines of all that ran at the same time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from pydantic import AwareDatetime

from functions.operate.report_model import ReportModel

ANY_EXECUTION = re.compile(r"arn:[\w-]+:states:[^\"\s]*:execution:")
BEGIN = "START RequestId: "
# What each line repeats, and what the line of an invocation's end says besides.
REPEATED = {
    "cold_start", "correlation_id", "function_arn", "function_memory_size", "function_name", "function_request_id",
    "level", "location", "message", "service", "timestamp", "xray_trace_id",
}  # fmt: skip


class LogLine(ReportModel):
    """One line of a function's log.

    `is_certain` says that its invocation names the execution. One that names none, such as one that ran out of time, is
    taken for this execution's where a state failed meanwhile.
    """

    at: AwareDatetime
    function: str
    level: str
    text: str
    is_certain: bool


@dataclass
class Invocation:
    """The log events of one invocation, in order."""

    events: list[Mapping[str, Any]] = field(default_factory=list)

    def names(self, arn: str) -> bool:
        """Return whether a line names an execution, and not one whose name only begins with its name."""
        named = re.compile(re.escape(arn) + r"(?![\w-])")
        return any(named.search(event["message"]) for event in self.events)

    def may_have_met(self, error: str) -> bool:
        """Return whether an error may be this invocation's: it says so, or its end was Lambda's doing."""
        return "." in error or any(error in event["message"] for event in self.events)

    @property
    def names_any(self) -> bool:
        """Whether a line names any execution at all."""
        return any(ANY_EXECUTION.search(event["message"]) for event in self.events)


def lines_of(
    events: Iterable[Mapping[str, Any]], function: str, arn: str, errors: Iterable[str] = ()
) -> Iterator[LogLine]:
    """Yield the lines of an execution among a function's log events, as FilterLogEvents returns them.

    `errors` are those with which a state of the execution failed in this function at that time.
    """
    for invocation in _invocations(events):
        is_certain = invocation.names(arn)
        if is_certain or (not invocation.names_any and any(map(invocation.may_have_met, errors))):
            yield from (line for event in invocation.events if (line := _line(event, function, is_certain=is_certain)))


def _invocations(events: Iterable[Mapping[str, Any]]) -> Iterator[Invocation]:
    """Yield invocations: a stream is of one sandbox, which serves one after the other."""
    by_stream = sorted(events, key=lambda event: str(event["logStreamName"]))
    for _, stream in groupby(by_stream, key=lambda event: event["logStreamName"]):
        invocation = Invocation()
        for event in stream:
            if event["message"].startswith(BEGIN) and invocation.events:
                yield invocation
                invocation = Invocation()
            invocation.events.append(event)
        yield invocation


def _line(event: Mapping[str, Any], function: str, *, is_certain: bool) -> LogLine | None:
    """Return a line as it is shown; None for one that says nothing to a person: metrics, and where requests begin."""
    message = event["message"].rstrip()
    document = _document(message)
    if not message or "_aws" in document or message.startswith((BEGIN, "END RequestId: ")):
        return None
    # Lambda parts the figures of its report by tabs.
    text = (_text(document) if document else message).replace("\t", "  ")
    level = str(document.get("level", ""))
    at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    return LogLine(at=at, function=function, level=level, text=text, is_certain=is_certain)


def _document(message: str) -> dict[str, Any]:
    try:
        found = json.loads(message)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(document: Mapping[str, Any]) -> str:
    more = " ".join(f"{name}={value}" for name, value in document.items() if name not in REPEATED)
    return f"{document.get('message', '')} {more}".strip()
