"""Invariants of the states that a record was in, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from darkroom.packaging.repository import function_definition
from verification.observed import Document, Observed

LEASE = timedelta(seconds=int(function_definition("record").environment["LEASE_SECONDS"]))


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


def the_record_says_what_was_asked_of_its_own_execution(observed: Observed) -> Iterator[str]:
    """Who asked for a re-run, with which settings and why, stands in the record of that execution, and of no other."""
    if observed.requests is None:
        return
    states = [*observed.record_changes, *([observed.record] if observed.record else [])]
    own = [state for state in states if state.get("ExecutionArn") == observed.end.get("executionArn")]
    strange = [state.get("Rerun") for state in own if state.get("Rerun") not in observed.requests]
    if strange:
        yield f"the record says that {strange[0]} was asked, of its execution was {list(observed.requests)}"
