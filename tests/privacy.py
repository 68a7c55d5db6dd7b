"""What no log, trace or state data may hold: links that open something, addresses of persons, pieces of files.

Traces need no search of their own. Lambda and Step Functions write times, names and states into them, and of an error
what its cause holds too (tests/embedded/test_lambda.py).
"""

import functools
import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.logs.models import logs_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from darkroom.local.embedded_aws import REGION
from tests.definitions import FUNCTIONS

TELLTALES = {
    "a signed link": re.compile(r"X-Amz-(?:Signature|Credential|Security-Token)|[?&]Signature=|AWSAccessKeyId="),
    "an e-mail address": re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b"),
    "an access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{4,}"),
    "bytes of a file": re.compile(r"JFIF|\\x[89a-f][0-9a-f](?:\\x[0-9a-f]{2}){3}|IHDR|\ufffd{4}"),
    "a long piece of Base64": re.compile(r"\b[A-Za-z0-9+/]{200,}={0,2}"),
}
OPENERS = {"a signed link", "an access key"}
# Without this character there is none, and the pattern takes long to find that out.
NEEDED = {"an e-mail address": "@"}


@functools.cache
def telltales(line: str) -> tuple[str, ...]:
    """Return what a line holds that it must not; each line is looked at once, however often all are."""
    return tuple(what for what, pattern in TELLTALES.items() if NEEDED.get(what, "") in line and pattern.search(line))


def log_lines() -> Iterator[str]:
    """Return every line that any deployment's functions have printed, their metrics among them.

    From moto's own state, as all below: thousands of lines and events take minutes by way of its API.
    """
    for name, group in list(logs_backends[DEFAULT_ACCOUNT_ID][REGION].groups.items()):
        if name.rpartition("-")[2] in FUNCTIONS:
            yield from (event.message for stream in list(group.streams.values()) for event in list(stream.events))


def events() -> Iterator[dict[str, Any]]:
    """Return every event of the history of every execution."""
    for machine in list(stepfunctions_parser_backends[DEFAULT_ACCOUNT_ID][REGION].state_machines):
        for execution in list(machine.executions):
            yield from execution.to_history_output()["events"]  # type: ignore[attr-defined]


def causes() -> Iterator[str]:
    """Return what the log of a state machine may hold at level ERROR without execution data: errors and causes.

    A trace holds no more of an error.
    """
    for event in events():
        for details in event.values():
            if isinstance(details, dict) and "cause" in details:
                yield str(details["cause"])


def state_data() -> Iterator[str]:
    """Return all that went from state to state, which the console shows to whoever may open an execution."""
    yield from (json.dumps(event, default=str) for event in events())


def indiscretions() -> list[str]:
    """Return, for each line that tells too much, what it tells and how it begins."""
    found = [(telltales(line), line) for line in chain(log_lines(), causes())]
    # There a user may be an e-mail address, and an object's hash is hexadecimal; but nothing may open anything.
    found += [(tuple(sorted({*telltales(data)} & OPENERS)), data) for data in state_data()]
    return [f"{', '.join(what)}: {line[:300]}" for what, line in found if what]
