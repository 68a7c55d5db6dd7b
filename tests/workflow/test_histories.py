"""A few random histories through the deployed pipeline, all at once; verification/histories tries thousands."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from verification.faults.cases import new_mark
from verification.faults.fault_run import FaultRun
from verification.faults.observation import observed
from verification.harness.harness import Harness
from verification.harness.record_changes import RecordChanges
from verification.invariants import violations
from verification.observed import ANY_NUMBER, Observed, Tolerances

WIDTHS = st.sampled_from([0, 64, 80, 96])
WHICH = st.integers(0, 9)
UPLOADS = st.tuples(st.just("upload"), WIDTHS)
EVENTS = st.tuples(st.sampled_from(["event", "force", "redrive"]), WHICH)


class History:
    """The random history of one key; nothing waits for anything until the end."""

    def __init__(self, harness: Harness, changes: RecordChanges) -> None:
        self.run = FaultRun(harness, new_mark(), changes=changes)
        self.started: list[tuple[str, str]] = []

    def do(self, what: str, number: int) -> None:
        uploads = self.run.uploads
        if what == "upload":
            # No two photos are alike: their copies' ETags must differ, as those of encrypted objects do.
            self.run.upload(number and number + len(uploads))
        elif what == "redrive":
            self._redrive(number)
        elif uploads:
            self.start(number % len(uploads), force=what == "force")

    def start(self, which: int, *, force: bool = False) -> None:
        upload = self.run.uploads[which]
        event = {**upload.event, "rerun": {"force": True}} if force else upload.event
        arn = self.run.harness.start(event, f"{self.run.mark}-{len(self.started)}")
        self.started.append((upload.sequencer, arn))
        self.run.forced |= {upload.sequencer} if force else set()

    def come_to_rest(self) -> Observed:
        """Deliver what has not been, and wait; return what the execution has left behind that the record names."""
        known = {sequencer for sequencer, _ in self.started}
        for which, upload in enumerate(self.run.uploads):
            if upload.sequencer not in known:
                self.start(which)
        for _, arn in self.started:
            self.run.arn, self.run.redrive_count = arn, self._redrives(arn)
            self.run.settle()
        self.run.arn = self.run.harness.record(self.run.key)["ExecutionArn"]
        self.run.redrive_count = self._redrives(self.run.arn)
        self.run.starts = len(self.started)
        left = observed(self.run, 0, Tolerances(repeated_messages=ANY_NUMBER))
        own = [message for message in left.messages if message["execution_arn"] == self.run.arn]
        return replace(left, messages=own)

    def _redrives(self, arn: str) -> int:
        return max((count for known, count in self.run.harness.recorder.ends if known == arn), default=0)

    def _redrive(self, number: int) -> None:
        ends = self.run.harness.recorder.ends
        failed = [arn for _, arn in self.started if ends.get((arn, 0), {}).get("status") == "FAILED"]
        if failed and (failed[number % len(failed)], 1) not in ends:
            arn = failed[number % len(failed)]
            self.run.harness.redrive(arn)
            self.run.harness.end(arn, 1)


@pytest.fixture(scope="module")
def begin(harness_by_hand: Harness, record_changes: RecordChanges) -> Callable[[], History]:
    """Return what begins a history of a key of its own.

    A function, for Hypothesis shows what a failing test was called with, and of a harness that is a megabyte.
    """
    return lambda: History(harness_by_hand, record_changes)


@settings(max_examples=6, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
@given(first=UPLOADS, more=st.lists(UPLOADS | EVENTS, min_size=3, max_size=7))
def test_the_newest_upload_wins_in_any_order(
    begin: Callable[[], History], first: tuple[str, int], more: list[tuple[str, int]]
) -> None:
    history = begin()
    for what, number in (first, *more):
        history.do(what, number)
    left = history.come_to_rest()
    assert list(violations(left)) == []
    assert left.record
    assert left.record["Status"] == ("COMPLETED" if left.width else "FAILED")
