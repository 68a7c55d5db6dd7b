"""What must hold once an execution has come to rest, whatever happened: one list for every proof.

Fault injection, the stateful property tests and the load run each build an `Observed` and check all of `INVARIANTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from functions.shared.output_keys import key_hash
from verification.announcements import (
    an_announced_failure_was_recorded,
    each_end_is_announced_once,
    failure_is_recorded_and_announced,
    messages_are_of_this_upload,
    success_is_recorded_and_announced,
)
from verification.observed import Document, Observed
from verification.record_history import (
    a_claim_holds_until_its_lease_runs_out,
    a_record_never_goes_back,
    every_redrive_is_an_attempt,
    the_record_says_what_was_asked_of_its_own_execution,
)

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
        if not observed.skipped:
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


def _without_ends(record: Document) -> dict[str, Any]:
    """Return what a record says, without the ends that the backstop remembers in it."""
    return {name: value for name, value in record.items() if name != "Concluded"}
