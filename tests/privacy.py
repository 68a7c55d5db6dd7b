"""What no log, trace or state data may hold: links that open something, addresses of persons, pieces of files."""

import json
import re
from collections.abc import Iterator
from typing import Any

from darkroom.local.embedded_aws import EmbeddedAws
from tests.definitions import FUNCTIONS

TELLTALES = {
    "a signed link": re.compile(r"X-Amz-(?:Signature|Credential|Security-Token)|[?&]Signature=|AWSAccessKeyId="),
    "an e-mail address": re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b"),
    "an access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{4,}"),
    "bytes of a file": re.compile(r"JFIF|\\x[89a-f][0-9a-f](?:\\x[0-9a-f]{2}){3}|IHDR|\ufffd{4}"),
    "a long piece of Base64": re.compile(r"\b[A-Za-z0-9+/]{200,}={0,2}"),
}

OPENERS = {"a signed link", "an access key"}


def telltales(line: str) -> list[str]:
    """Return what a line holds that it must not."""
    return [what for what, pattern in TELLTALES.items() if pattern.search(line)]


def log_lines(aws: EmbeddedAws) -> Iterator[str]:
    """Return every line that any deployment's functions have printed, their metrics among them."""
    logs = aws.client("logs")
    groups = (group["logGroupName"] for group in logs.describe_log_groups()["logGroups"])
    for group in groups:
        if group.rpartition("-")[2] in FUNCTIONS:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            yield from (event["message"] for page in pages for event in page["events"])


def traced_pieces(aws: EmbeddedAws) -> Iterator[str]:
    """Return every piece of a trace: calls of AWS, and errors with what was said of them; but for objects' keys.

    Those X-Ray's SDK notes by itself, as S3's own logs do.
    """
    assert aws.traces
    for piece in aws.traces.pieces:
        called = {name: value for name, value in piece.get("aws", {}).items() if name != "key"}
        yield json.dumps({**piece, "aws": called})


def events(aws: EmbeddedAws) -> Iterator[dict[str, Any]]:
    """Return every event of the history of every execution."""
    client = aws.client("stepfunctions")
    for machine in client.list_state_machines()["stateMachines"]:
        pages = client.get_paginator("list_executions").paginate(stateMachineArn=machine["stateMachineArn"])
        for execution in (found for page in pages for found in page["executions"]):
            yield from client.get_execution_history(executionArn=execution["executionArn"])["events"]


def causes(aws: EmbeddedAws) -> Iterator[str]:
    """Return what the log of a state machine may hold at level ERROR without execution data: errors and causes."""
    for event in events(aws):
        for details in event.values():
            if isinstance(details, dict) and "cause" in details:
                yield str(details["cause"])


def state_data(aws: EmbeddedAws) -> Iterator[str]:
    """Return all that went from state to state, which the console shows to whoever may open an execution."""
    yield from (json.dumps(event, default=str) for event in events(aws))


def indiscretions(aws: EmbeddedAws) -> list[str]:
    """Return, for each line that tells too much, what it tells and how it begins."""
    sources = (log_lines(aws), traced_pieces(aws), causes(aws))
    found = [(telltales(line), line) for lines in sources for line in lines]
    # There a user may be an e-mail address, and an object's hash is hexadecimal; but nothing may open anything.
    found += [(sorted({*telltales(data)} & OPENERS), data) for data in state_data(aws)]
    return [f"{', '.join(what)}: {line[:300]}" for what, line in found if what]
