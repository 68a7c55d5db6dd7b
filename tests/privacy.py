"""What no log line may hold: links that open something, addresses of persons, credentials, pieces of files."""

import re
from collections.abc import Iterator

from darkroom.local.aws import EmbeddedAws
from tests.definitions import ROOMS

TELLTALES = {
    "a signed link": re.compile(r"X-Amz-(?:Signature|Credential|Security-Token)|[?&]Signature=|AWSAccessKeyId="),
    "an e-mail address": re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b"),
    "an access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{4,}"),
    "bytes of a file": re.compile(r"JFIF|\\x[89a-f][0-9a-f](?:\\x[0-9a-f]{2}){3}|IHDR|\ufffd{4}"),
    "a long piece of Base64": re.compile(r"\b[A-Za-z0-9+/]{200,}={0,2}"),
}


def telltales(line: str) -> list[str]:
    """Return what a line holds that it must not."""
    return [what for what, pattern in TELLTALES.items() if pattern.search(line)]


def log_lines(aws: EmbeddedAws) -> Iterator[str]:
    """Return every line that any deployment's functions have printed."""
    logs = aws.client("logs")
    groups = (group["logGroupName"] for group in logs.describe_log_groups()["logGroups"])
    for group in groups:
        if group.rpartition("-")[2] in ROOMS:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            yield from (event["message"] for page in pages for event in page["events"])


def indiscretions(aws: EmbeddedAws) -> list[str]:
    """Return, for each line that tells too much, what it tells and how it begins."""
    found = ((telltales(line), line) for line in log_lines(aws))
    return [f"{', '.join(what)}: {line[:300]}" for what, line in found if what]
