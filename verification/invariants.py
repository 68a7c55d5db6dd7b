"""What must hold once an execution has come to rest, whatever happened: one list for every proof.

Fault injection, the stateful property tests and the load run each build an `Observed` and check all of `INVARIANTS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from darkroom.packaging.repository import function_definition
from functions.enhance.keys import key_hash
from functions.shared.errors import SkippedUploadError
from verification.observed import Document, Observed

LEASE = timedelta(seconds=int(function_definition("record").environment["LEASE_SECONDS"]))
SKIPS = frozenset(error.__name__ for error in SkippedUploadError.__subclasses__())
FINAL = frozenset({"COMPLETED", "FAILED"})


Invariant = Callable[[Observed], Iterator[str]]


def violations(observed: Observed) -> Iterator[str]:
    """Yield a sentence for each way in which an invariant does not hold."""
    for invariant in INVARIANTS:
        yield from invariant(observed)


def the_record_is_final(observed: Observed) -> Iterator[str]:
    """A record is COMPLETED or FAILED, and listed for attention only where it failed."""
    record = observed.record
    if record is None or not observed.is_due:
        return
    if record.get("Status") not in FINAL:
        yield f"the record is left {record.get('Status', 'missing')}"
    elif record.get("Attention") != (None if record["Status"] == "COMPLETED" else "FAILED"):
        yield f"a {record['Status']} record has Attention {record.get('Attention')}"


def the_record_is_of_the_newest_upload(observed: Observed) -> Iterator[str]:
    """An older upload, or another execution, has not overwritten the record."""
    if observed.record and observed.is_due and observed.record["Sequencer"] != observed.sequencer:
        yield "the record is of another upload"


def success_is_recorded_and_announced(observed: Observed) -> Iterator[str]:
    """An execution that SUCCEEDED has a COMPLETED record and a message of success."""
    record = observed.record
    if record is None or not observed.is_due or observed.end["status"] != "SUCCEEDED":
        return
    if skipped := _skipped(observed):
        yield f"the execution was skipped: {skipped}"
    if record.get("Status") != "COMPLETED" or "NotificationError" in record:
        yield f"the execution SUCCEEDED, the record says {record.get('Status')}"
    if not _announces(observed, "COMPLETED"):
        yield f"the execution SUCCEEDED, the last message says {_announced(observed)}"


def failure_is_recorded_and_announced(observed: Observed) -> Iterator[str]:
    """Execution, record and last message name the same error."""
    if observed.record is None or not observed.is_due or observed.end["status"] == "SUCCEEDED":
        return
    recorded = _recorded_error(observed.record)
    if not recorded:
        yield f"the execution {observed.end['status']}, the record says {observed.record.get('Status')} and no error"
    elif not _announces(observed, "FAILED", recorded):
        yield f"the record says {recorded}, the last message {_announced(observed)}"
    if observed.end["error"] == "ImageFailedError":
        if recorded.partition(":")[0] not in observed.end["cause"]:
            yield f"the record says {recorded}, the execution {observed.end['cause'][:200]}"
    elif observed.end["status"] == "FAILED" and not observed.tolerances.other_error:
        yield f"the execution ended as {observed.end['error']}, not as ImageFailedError"


def each_end_is_announced_once(observed: Observed) -> Iterator[str]:
    """No message comes twice, unless the word of it was lost or somebody asked for more."""
    for status, limit in (("COMPLETED", 1), ("FAILED", observed.ended)):
        count = sum(message["status"] == status for message in observed.messages)
        if count > limit + observed.tolerances.repeated_messages:
            yield f"{count} messages say {status}"


def messages_are_of_this_upload(observed: Observed) -> Iterator[str]:
    """A message of success tells of this very photo, and none tells of a skip as a failure."""
    for message in observed.messages:
        width = message.get("photo", {}).get("width", observed.width)
        if message["status"] == "COMPLETED" and width != observed.width:
            yield f"a message tells of a photo {width} pixels wide, it is {observed.width}"
        if message.get("failed", {}).get("error") in SKIPS:
            yield f"a message says that {message['failed']['error']} is a failure"


def an_announced_failure_was_recorded(observed: Observed) -> Iterator[str]:
    """A message says that an execution failed only where the record once said so."""
    own = [change for change in observed.record_changes if change["ExecutionArn"] == observed.end.get("executionArn")]
    announced = any(message["status"] == "FAILED" for message in observed.messages)
    if observed.is_due and observed.record_changes and announced and not any(map(_recorded_error, own)):
        yield "a message says FAILED, and the record never did"


def an_outage_is_waited_out(observed: Observed) -> Iterator[str]:
    """What passes by itself fails no photo, and needs no backstop."""
    if observed.record is None or observed.tolerances.failure or observed.end["status"] == "ABORTED":
        return
    if observed.end["status"] != "SUCCEEDED" and (observed.width or not observed.is_due):
        yield f"the trouble passed, and the execution {observed.end['status']}"
    if observed.is_due and "Backstop" in observed.record:
        yield "the trouble passed, and the backstop had to record it"


def a_duplicate_changes_nothing(observed: Observed) -> Iterator[str]:
    """An event that brings nothing new is skipped, unless it failed for good, and no record or subscriber sees it."""
    if observed.is_due:
        return
    if observed.end["status"] == "SUCCEEDED":
        if not _skipped(observed):
            yield "what was done already was done again"
        if observed.messages:
            yield f"{len(observed.messages)} messages tell of nothing new"
    now, before = (_without_ends(record) for record in (observed.record or {}, observed.earlier_record))
    if now != before and (before or observed.end["status"] == "SUCCEEDED"):
        yield "the record was touched"


def the_original_is_untouched(observed: Observed) -> Iterator[str]:
    """The upload bucket holds the very versions that users put there."""
    if observed.originals is not None and list(observed.originals) != list(observed.etags):
        yield "the original was touched"


def the_copy_is_of_this_upload(observed: Observed) -> Iterator[str]:
    """The copy that a COMPLETED record names exists, and was made from this upload."""
    record = observed.record
    if observed.copies is None or record is None or record.get("Status") != "COMPLETED":
        return
    metadata, width = observed.copies.get(record["EnhancedKey"], ({}, 0))
    if not metadata:
        yield f"the record's copy {record['EnhancedKey']} does not exist"
    elif metadata.get("sequencer") != observed.sequencer or metadata.get("upload") != key_hash(observed.key):
        yield "the copy is of another upload"
    elif (width, record["Width"]) != (observed.width, observed.width):
        yield f"the copy is {width} pixels wide, the record says {record['Width']}, the photo is {observed.width}"


def every_event_has_one_execution(observed: Observed) -> Iterator[str]:
    """As many executions run as events and operators asked for."""
    if observed.executions > observed.executions_due:
        yield f"{observed.executions - observed.executions_due} executions more than events"
    if observed.executions < observed.executions_due:
        yield f"{observed.executions_due - observed.executions} events have no execution"
    if observed.redrives > observed.redrives_due:
        yield f"redriven {observed.redrives} times, {observed.redrives_due} were asked for"


def the_backstop_waits_out_an_outage(observed: Observed) -> Iterator[str]:
    """Nobody has to redrive the backstop after what passes by itself."""
    if observed.backstop_redrives and not observed.tolerances.refused_backstop:
        yield "the backstop gave up on an outage"


def a_record_never_goes_back(observed: Observed) -> Iterator[str]:
    """No older upload replaces a newer one in the record, and COMPLETED stays, unless somebody forces another claim."""
    for before, after in _same_upload(observed):
        may_reopen = {"COMPLETED", "PROCESSING"} if before["Sequencer"] in observed.forced else {"COMPLETED"}
        if before["Status"] == "COMPLETED" and after["Status"] not in may_reopen:
            yield f"COMPLETED turned {after['Status']}"
    if any(after["Sequencer"] < before["Sequencer"] for before, after in pairwise(observed.record_changes)):
        yield "the record went back to an older upload"


def a_claim_holds_until_its_lease_runs_out(observed: Observed) -> Iterator[str]:
    """What is PROCESSING belongs to the execution that claimed it, and to its newest attempt."""
    for before, after in _same_upload(observed):
        is_forced = before["Sequencer"] in observed.forced
        is_same = after["ExecutionArn"] == before["ExecutionArn"]
        passed = datetime.fromisoformat(after["Timestamp"]) - datetime.fromisoformat(before["Timestamp"])
        if before["Status"] == "PROCESSING" and passed <= LEASE and not is_forced and not is_same:
            yield "a claim was taken over before its lease ran out"
        if is_same and after["RedriveCount"] < before["RedriveCount"]:
            yield "an attempt wrote after a redrive of it had"


def every_redrive_is_an_attempt(observed: Observed) -> Iterator[str]:
    """While one execution alone serves an upload, its record counts that execution's first run and its redrives."""
    for before, record in _with_owners_before(observed):
        if before == {record["ExecutionArn"]} and record["Attempt"] != 1 + record["RedriveCount"]:
            yield f"the record counts {record['Attempt']} attempts after {record['RedriveCount']} redrives"


def the_record_says_what_was_asked_of_its_own_execution(observed: Observed) -> Iterator[str]:
    """Who asked for a re-run, with which settings and why, stands in the record of that execution, and of no other."""
    if observed.requests is None:
        return
    states = [*observed.record_changes, *([observed.record] if observed.record else [])]
    own = [state for state in states if state.get("ExecutionArn") == observed.end.get("executionArn")]
    strange = [state.get("Rerun") for state in own if state.get("Rerun") not in observed.requests]
    if strange:
        yield f"the record says that {strange[0]} was asked, of its execution was {list(observed.requests)}"


INVARIANTS: tuple[Invariant, ...] = (
    the_record_is_final,
    the_record_is_of_the_newest_upload,
    success_is_recorded_and_announced,
    failure_is_recorded_and_announced,
    each_end_is_announced_once,
    messages_are_of_this_upload,
    an_announced_failure_was_recorded,
    an_outage_is_waited_out,
    a_duplicate_changes_nothing,
    the_original_is_untouched,
    the_copy_is_of_this_upload,
    every_event_has_one_execution,
    the_backstop_waits_out_an_outage,
    a_record_never_goes_back,
    a_claim_holds_until_its_lease_runs_out,
    every_redrive_is_an_attempt,
    the_record_says_what_was_asked_of_its_own_execution,
)


def _skipped(observed: Observed) -> str:
    skipped = json.loads(observed.end.get("output") or "{}").get("skipped", {})
    return str(skipped.get("Error", ""))


def _announced(observed: Observed) -> tuple[str | None, str | None]:
    """Return status and error of the last message."""
    return _said(observed.messages[-1] if observed.messages else {})


def _announces(observed: Observed, status: str, recorded_error: str = "None") -> bool:
    """Tell whether the last message says this, or any where a stale invocation may have published the last."""
    said = map(_said, observed.messages if observed.tolerances.late_messages else observed.messages[-1:])
    return any(each == status and recorded_error.startswith(str(error)) for each, error in said)


def _said(message: Document) -> tuple[str | None, str | None]:
    return message.get("status"), message.get("failed", {}).get("error")


def _recorded_error(record: Document) -> str:
    return str(record.get("NotificationError" if record.get("Status") == "COMPLETED" else "ErrorType", ""))


def _without_ends(record: Document) -> dict[str, Any]:
    """Return what a record says, without the ends that the backstop remembers in it."""
    return {name: value for name, value in record.items() if name != "Concluded"}


def _same_upload(observed: Observed) -> Iterator[tuple[Document, Document]]:
    for before, after in pairwise(observed.record_changes):
        if before["Sequencer"] == after["Sequencer"]:
            yield before, after


def _with_owners_before(observed: Observed) -> Iterator[tuple[set[str], Document]]:
    """Yield each state of the record, with every execution that has owned it for that upload so far."""
    owners: dict[str, set[str]] = {}
    for record in observed.record_changes:
        owners.setdefault(record["Sequencer"], set()).add(record["ExecutionArn"])
        yield owners[record["Sequencer"]], record
