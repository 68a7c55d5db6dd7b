"""What must hold once a case has come to rest, whatever fault it met."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from functions.enhance.keys import key_hash

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Tolerances:
    """What a fault excuses.

    `repeated_messages`: it struck between the publication of a message and the word of it. `failure`: it did not pass
    by itself. `other_error`: the execution's last state met it. `refused_backstop`: it is no outage, so the backstop
    may have to be redriven.
    """

    repeated_messages: bool = False
    failure: bool = False
    other_error: bool = False
    refused_backstop: bool = False


@dataclass(frozen=True)
class Aftermath:
    """What a case has left behind.

    `end` is the detail of the execution's status change, `copies` the user metadata and width of each object under
    enhanced/ by key, `originals` the ETags of the key's versions, oldest first; `surplus_executions` counts those that
    nobody asked for. Where nothing `is_due`, all must be as it was, the record as `earlier_record`.
    """

    key: str
    sequencer: str
    width: int
    etags: Sequence[str]
    end: Document
    record: Document
    messages: Sequence[Document]
    copies: Mapping[str, tuple[Mapping[str, str], int]]
    originals: Sequence[str]
    tolerances: Tolerances = Tolerances()
    backstop_redrives: int = 0
    surplus_executions: int = 0
    is_due: bool = True
    earlier_record: Document = field(default_factory=dict)


def violations(after: Aftermath) -> Iterator[str]:
    """Yield a sentence for each promise that was not kept."""
    if after.is_due:
        yield from _of_the_record(after)
        yield from _of_the_story(after)
        yield from _of_the_messages(after)
        yield from _of_patience(after)
    else:
        yield from _of_quietness(after)
    yield from _of_the_objects(after)
    if after.surplus_executions:
        yield f"{after.surplus_executions} executions more than events"
    if after.backstop_redrives and not after.tolerances.refused_backstop:
        yield "the backstop gave up on an outage"


def _of_the_record(after: Aftermath) -> Iterator[str]:
    record = after.record
    if record.get("Status") not in {"COMPLETED", "FAILED"}:
        yield f"the record is left {record.get('Status', 'missing')}"
    elif record.get("Attention") != (None if record["Status"] == "COMPLETED" else "FAILED"):
        yield f"a {record['Status']} record has Attention {record.get('Attention')}"
    if record and record["Sequencer"] != after.sequencer:
        yield "the record is of another upload"


def _of_the_story(after: Aftermath) -> Iterator[str]:
    """Execution, record and message tell the same."""
    record, last = after.record, after.messages[-1] if after.messages else {}
    told = (last.get("status"), last.get("failed", {}).get("error"))
    if after.end["status"] == "SUCCEEDED":
        if "skipped" in json.loads(after.end["output"]):
            yield f"the execution left quietly: {json.loads(after.end['output'])['skipped']['Error']}"
        if record.get("Status") != "COMPLETED" or "NotificationError" in record:
            yield f"the execution SUCCEEDED, the record says {record.get('Status')}"
        if told != ("COMPLETED", None):
            yield f"the execution SUCCEEDED, the last message says {told}"
        return
    noted = record.get("NotificationError", "") if record.get("Status") == "COMPLETED" else record.get("ErrorType", "")
    if not noted:
        yield f"the execution {after.end['status']}, the record says {record.get('Status')} and no error"
    elif told[0] != "FAILED" or not noted.startswith(str(told[1])):
        yield f"the record says {noted}, the last message {told}"
    error = after.end["error"]
    if error == "ImageFailedError":
        if noted.partition(":")[0] not in after.end["cause"]:
            yield f"the record says {noted}, the execution {after.end['cause'][:200]}"
    elif after.end["status"] == "FAILED" and not after.tolerances.other_error:
        yield f"the execution ended as {error}, not as ImageFailedError"


def _of_the_messages(after: Aftermath) -> Iterator[str]:
    for status in ("COMPLETED", "FAILED"):
        count = sum(message["status"] == status for message in after.messages)
        if count > 1 and not after.tolerances.repeated_messages:
            yield f"{count} messages say {status}"


def _of_patience(after: Aftermath) -> Iterator[str]:
    """What passes by itself is waited out."""
    if after.tolerances.failure or after.end["status"] == "ABORTED":
        return
    if after.width and after.end["status"] != "SUCCEEDED":
        yield f"the trouble passed, and the execution {after.end['status']}"
    if "Backstop" in after.record:
        yield "the trouble passed, and the backstop had to speak"


def _of_quietness(after: Aftermath) -> Iterator[str]:
    """An event that brings nothing new changes nothing and tells nobody, unless it failed for good."""
    if after.end["status"] == "SUCCEEDED":
        if "skipped" not in json.loads(after.end["output"]):
            yield "what was done already was done again"
        if after.messages:
            yield f"{len(after.messages)} messages tell of nothing new"
    elif not after.tolerances.failure:
        yield f"the trouble passed, and the execution {after.end['status']}"
    now, before = (_but_for_ends(record) for record in (after.record, after.earlier_record))
    if now != before and (before or after.end["status"] == "SUCCEEDED"):
        yield "the record was touched"


def _but_for_ends(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a record says, without the ends that the backstop remembers in it."""
    return {name: value for name, value in record.items() if name != "Concluded"}


def _of_the_objects(after: Aftermath) -> Iterator[str]:
    if list(after.originals) != list(after.etags):
        yield "the original was touched"
    if after.record.get("Status") != "COMPLETED":
        return
    metadata, width = after.copies.get(after.record["EnhancedKey"], ({}, 0))
    if not metadata:
        yield f"the record's copy {after.record['EnhancedKey']} does not exist"
    elif metadata.get("sequencer") != after.sequencer or metadata.get("upload") != key_hash(after.key):
        yield "the copy is of another upload"
    elif (width, after.record["Width"]) != (after.width, after.width):
        yield f"the copy is {width} pixels wide, the record says {after.record['Width']}, the photo is {after.width}"
