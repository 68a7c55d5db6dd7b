"""A few random histories through the deployed pipeline, all at once; verification/histories tries thousands."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from darkroom.local.deploy import deploy
from darkroom.local.embedded_aws import EmbeddedAws
from verification.faults.cases import new_mark
from verification.faults.fault_run import FaultRun
from verification.faults.run_cases import aftermath
from verification.harness.environment import Environment, Upload, prepared_environment
from verification.harness.record_changes import histories, keep_histories, undone
from verification.invariants import Aftermath, Tolerances, violations

WIDTHS = st.sampled_from([0, 64, 80, 96])
WHICH = st.integers(0, 9)
UPLOADS = st.tuples(st.just("upload"), WIDTHS)
EVENTS = st.tuples(st.sampled_from(["event", "force", "redrive"]), WHICH)


class Story:
    """One key's history on a stage; nothing waits for anything until the end."""

    def __init__(self, environment: Environment) -> None:
        self.run = FaultRun(environment, new_mark())
        self.started: list[tuple[Upload, str]] = []
        self.forced: set[str] = set()

    def tell(self, what: str, number: int) -> None:
        uploads = self.run.uploads
        if what == "upload":
            # No two photos are alike: their copies' ETags must differ, as those of encrypted objects do.
            self.run.upload(number and number + len(uploads))
        elif what == "redrive":
            self._redrive(number)
        elif uploads:
            self.start(uploads[number % len(uploads)], force=what == "force")

    def start(self, upload: Upload, *, force: bool = False) -> None:
        event = {**upload.event, "rerun": {"force": True}} if force else upload.event
        arn = self.run.environment.start(Upload(event, upload.width), f"{self.run.mark}-{len(self.started)}")
        self.started.append((upload, arn))
        self.forced |= {arn} if force else set()

    def come_to_rest(self) -> Aftermath:
        """Deliver what has not been, and wait; return what is left behind, of the execution that had the last word."""
        for upload in self.run.uploads:
            if upload not in (known for known, _ in self.started):
                self.start(upload)
        for _, arn in self.started:
            self.run.arn, self.run.redrive_count = arn, self.redrives.get(arn, 0)
            self.run.settle()
        record = self.run.environment.pipeline.record(self.run.key)
        self.run.arn = record["ExecutionArn"]
        self.run.redrive_count = self.redrives.get(self.run.arn, 0)
        self.run.starts = len(self.started)
        left = aftermath(self.run, 0, Tolerances(repeated_messages=True))
        own = [message for message in left.messages if message["execution_arn"] == self.run.arn]
        return Aftermath(**{**vars(left), "messages": own})

    @property
    def redrives(self) -> dict[str, int]:
        ends = self.run.environment.recorder.ends
        return {arn: max((count for known, count in ends if known == arn), default=0) for _, arn in self.started}

    def _redrive(self, number: int) -> None:
        ends = self.run.environment.recorder.ends
        failed = [arn for _, arn in self.started if ends.get((arn, 0), {}).get("status") == "FAILED"]
        if failed and (failed[number % len(failed)], 1) not in ends:
            arn = failed[number % len(failed)]
            self.run.environment.redrive(arn)
            self.run.environment.end(arn, 1)


@pytest.fixture(scope="module")
def begin(embedded_aws: EmbeddedAws, host_zips: dict[str, Path]) -> Iterator[Callable[[], Story]]:
    """What begins a history of a key of its own.

    A function, for Hypothesis shows what a failing test was called with, and of a stage that is a megabyte.
    """
    with prepared_environment(embedded_aws, deploy(embedded_aws, host_zips, project="histories")) as environment:
        keep_histories(embedded_aws, environment.deployment.table)
        yield lambda: Story(environment)


@settings(max_examples=6, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
@given(first=UPLOADS, more=st.lists(UPLOADS | EVENTS, min_size=3, max_size=7))
def test_whatever_the_order_the_newest_upload_wins(
    begin: Callable[[], Story], first: tuple[str, int], more: list[tuple[str, int]]
) -> None:
    story = begin()
    for what, number in (first, *more):
        story.tell(what, number)
    left = story.come_to_rest()
    assert list(violations(left)) == []
    assert left.record["Status"] == ("COMPLETED" if left.width else "FAILED")
    assert list(undone(settled(story))) == []


def settled(story: Story) -> list[tuple[str, str]]:
    """Return the states that the record was in; force, and nothing else, may reopen what is completed."""
    environment = story.run.environment
    return [] if story.forced else histories(environment.aws, environment.deployment.table)[story.run.key]
