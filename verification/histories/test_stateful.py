"""Three keys, any number of uploads, events late, twice and out of order, executions at once, stopped, run again."""

import copy
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from moto.events.models import EventPattern

from darkroom.packaging.placeholders import render_file
from darkroom.packaging.repository import BACKSTOP_PATTERN
from functions.operate.backfill.planned_photo import PlannedPhoto
from functions.operate.backfill.reprocess import Reprocess
from functions.operate.rerun_request import How, RerunRequest
from functions.shared.records.sequencer import normalise_sequencer
from verification.harness.photos import encoded, scene
from verification.harness.uploads import NOT_A_PHOTO, event_of
from verification.histories.backfills import Backfiller
from verification.histories.checks import Log, Upload, check
from verification.histories.counts import COUNTS
from verification.histories.in_process_aws import PLAIN, VERSIONED, InProcessAws, in_process_aws
from verification.histories.interleaving import Turn
from verification.histories.interpreter import BACKSTOP_DEFINITION, End, Execution
from verification.histories.operator_reruns import Operator
from verification.histories.virtual_clock import CLOCK, LEASE_SECONDS

WIDTHS = (40, 48, 56)
# The copy of "a", a bitmap, would be called as that of "a.jpg" is.
NAMES = {"a.jpg": "JPEG", "b.jpg": "JPEG", "a": "BMP"}
PHOTOS = {
    name: {width: encoded(scene(width, 32, seed=width), kind) for width in WIDTHS} for name, kind in NAMES.items()
}
ANY = st.integers(0, 1000)
RULE = EventPattern.load(render_file(BACKSTOP_PATTERN, {"state_machine_arn": "pipeline"}, use_all=True))
REQUESTS = st.builds(
    RerunRequest,
    how=st.sampled_from(How),
    force=st.booleans(),
    preset=st.sampled_from([None, None, "photo", "none"]),
    reason=st.sampled_from(["", "asked by mail"]),
    by=st.sampled_from(["ada", "bob"]),
)
# One may meet what another leaves; nothing outside fails for long.
MAX_REDRIVES = 3


@dataclass
class Run:
    """An attempt at an execution: of the pipeline for an upload, or of the backstop."""

    execution: Execution
    turn: Turn

    @classmethod
    def of(cls, execution: Execution) -> "Run":
        """Begin the present attempt, and no other: before its first turn it may have been stopped and redriven."""
        return cls(execution, Turn(partial(execution.run, execution.redrive_count)))


@dataclass
class Command:
    """An operator's command at work."""

    operator: Operator
    turn: Turn


class Histories(RuleBasedStateMachine):
    """What may happen, in any order; each AWS call of each execution is a step of its own."""

    aws: InProcessAws

    def __init__(self) -> None:
        super().__init__()
        COUNTS["histories"] += 1
        self.prefix = uuid.uuid4().hex
        self.aws.forget()
        self.log = Log(self.aws)
        self.undelivered: list[Upload] = []
        self.known_ends: list[End] = []
        self.runs: list[Run] = []
        self.commands: list[Command] = []
        self.backstops: list[Execution] = []
        self.plans: list[list[PlannedPhoto]] = []
        self.to_start: list[PlannedPhoto] = []
        self.has_lost_ends = False
        # Where nothing else happens, the announcement of an earlier end must not pass for that of a later one.
        self.every_end_is_announced = False
        # Hypothesis repeats a history: no part of a second may be left of another one.
        CLOCK.begin_second()
        self.aws.step_functions.on_start = self._start_by_operator
        self.aws.step_functions.on_redrive = self._redrive

    @initialize(bucket=st.sampled_from([VERSIONED, PLAIN]), newest_first=st.booleans())
    def begin(self, bucket: str, newest_first: bool) -> None:
        self.bucket, self.newest_first = bucket, newest_first
        self.backfiller = Backfiller(self.aws, bucket, self.prefix)

    @rule(name=st.sampled_from(["a.jpg", *NAMES]), width=st.sampled_from([0, *WIDTHS]))
    def upload(self, name: str, width: int) -> None:
        COUNTS["uploads"] += 1
        key, number = f"{self.prefix}/{name}", len(self.log.uploads) + 9
        # No two photos are alike: their copies' ETags must differ, as those of encrypted objects do.
        body = encoded(scene(width, 32, seed=number), NAMES[name]) if width else NOT_A_PHOTO
        put = self.aws.s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        # As S3's may differ: in length and case.
        sequencer = f"{number:x}" if number % 2 else f"{number:08X}"
        version = put.get("VersionId")
        stored = {"etag": put["ETag"].strip('"'), "version-id": version}
        document = event_of(self.bucket, CLOCK.moment, key=key, size=len(body), sequencer=sequencer, **stored)
        # Where versions are kept, a newer upload takes nothing away from whoever names the older version.
        for older in self.log.uploads:
            older.gone |= older.key == key and self.bucket == PLAIN
        self.log.uploads.append(Upload(self.bucket, key, document, width))
        self.undelivered.append(self.log.uploads[-1])

    @precondition(lambda self: self.log.uploads)
    @rule(which=ANY)
    def delete(self, which: int) -> None:
        COUNTS["deletions"] += 1
        key = self.log.uploads[which % len(self.log.uploads)].key
        self.aws.s3.delete_object(Bucket=self.bucket, Key=key)
        # Where versions are kept, deleting hides the object from everybody but those who name its version.
        for upload in self.log.uploads:
            upload.gone |= upload.key == key and self.bucket == PLAIN

    @precondition(lambda self: self.log.uploads)
    @rule(which=ANY, calls=st.integers(0, 8))
    def deliver(self, which: int, calls: int) -> None:
        """The event of an upload arrives (late, once more, before that of an older one); its execution gets so far."""
        self._serve(self.log.uploads[which % len(self.log.uploads)])
        self._advance(self.runs[-1], calls)

    @precondition(lambda self: self.log.uploads)
    @rule(which=ANY, force=st.booleans(), calls=st.integers(0, 8))
    def run_anew(self, which: int, force: bool, calls: int) -> None:
        upload = self.log.uploads[which % len(self.log.uploads)]
        upload.forced += force
        self._serve(upload, rerun={"of": "arn", "force": force})
        self._advance(self.runs[-1], calls)

    @precondition(lambda self: self._at_work())
    @rule(which=ANY, calls=st.integers(1, 12))
    def step(self, which: int, calls: int) -> None:
        at_work = self._at_work()
        self._advance(at_work[which % len(at_work)], calls)

    @precondition(lambda self: len(self._at_work()) > 1)
    @rule(calls=st.lists(ANY, min_size=4, max_size=16))
    def take_turns(self, calls: list[int]) -> None:
        for which in calls:
            if at_work := self._at_work():
                self._advance(at_work[which % len(at_work)], 1)

    @precondition(lambda self: self._running())
    @rule(which=ANY)
    def stop(self, which: int) -> None:
        """Somebody stops an execution; the function that is at work goes on."""
        COUNTS["executions stopped"] += 1
        running = self._running()
        running[which % len(running)].end("ABORTED")

    @precondition(lambda self: self.log.uploads)
    @rule(which=ANY, calls=st.integers(0, 9), force=st.booleans())
    def abandon(self, which: int, calls: int, force: bool) -> None:
        """An execution is stopped and its end recorded while its function is still at work."""
        COUNTS["executions stopped"] += 1
        self.run_anew(which, force, calls)
        _, execution = self.log.executions[-1]
        if execution.status == "RUNNING":
            execution.end("ABORTED")
            self._deliver_end(execution.ends[-1])
            self.runs[-1].turn.finish()

    @precondition(lambda self: self._ended_badly())
    @rule(which=ANY, calls=st.integers(0, 8))
    def redrive(self, which: int, calls: int) -> None:
        ended = self._ended_badly()
        self._redrive(ended[which % len(ended)])
        self._advance(self.runs[-1], calls)

    @precondition(lambda self: self.log.uploads)
    @rule(which=ANY, request=REQUESTS, calls=st.integers(0, 8))
    def rerun(self, which: int, request: RerunRequest, calls: int) -> None:
        """An operator's command runs a photo again: it looks, decides and acts, a call at a time."""
        COUNTS["re-runs by operators"] += 1
        key = self.log.uploads[which % len(self.log.uploads)].key
        operator = Operator(self.aws, key, request, self.log.notes)
        self.commands.append(Command(operator, Turn(operator.work)))
        self._advance(self.commands[-1], calls)

    @precondition(lambda self: self.log.uploads)
    @rule(reprocess=st.sampled_from([*Reprocess, Reprocess.ALL]), calls=st.lists(st.integers(0, 8), max_size=3))
    def plan_backfill(self, reprocess: Reprocess, calls: list[int]) -> None:
        """An operator plans a backfill, and applies the plan; so many of its photos are started at once."""
        COUNTS["backfills planned"] += 1
        self.plans.append(self.backfiller.plan(reprocess))
        self.to_start = self.backfiller.left(self.plans[-1])
        for number in calls:
            if self.to_start:
                self.start_of_backfill(number)

    @precondition(lambda self: self.plans)
    @rule(which=ANY)
    def apply_backfill(self, which: int) -> None:
        """An operator applies a plan, maybe once more, or an old one; what is left of it is started one by one."""
        self.to_start = self.backfiller.left(self.plans[which % len(self.plans)])

    @precondition(lambda self: self.to_start)
    @rule(calls=st.integers(0, 8))
    def start_of_backfill(self, calls: int) -> None:
        COUNTS["photos of backfills"] += 1
        before = len(self.runs)
        self.backfiller.start(self.to_start.pop(0))
        if len(self.runs) > before:
            self._advance(self.runs[-1], calls)

    @precondition(lambda self: self.to_start)
    @rule()
    def stop_backfill(self) -> None:
        self.to_start = []

    @precondition(lambda self: self._commands_at_work())
    @rule(which=ANY)
    def interrupt(self, which: int) -> None:
        """Somebody presses Ctrl-C between two calls of a command."""
        COUNTS["re-runs interrupted"] += 1
        at_work = self._commands_at_work()
        at_work[which % len(at_work)].turn.kill()

    @precondition(lambda self: self._ends())
    @rule(which=ANY, calls=st.integers(0, 6), lag=st.sampled_from([0, 0, 1, 2]))
    def deliver_end(self, which: int, calls: int, lag: int) -> None:
        """The event of an end reaches the backstop, late, twice, or before Step Functions' own answers know of it."""
        ends = self._ends()
        self.aws.step_functions.lag = {"describe": lag, "history": lag}
        self._deliver_end(ends[which % len(ends)])
        self._advance(self.runs[-1], calls)

    @precondition(lambda self: self._losable())
    @rule(which=ANY)
    def lose(self, which: int) -> None:
        """The event of an end is lost, dead-letter queue and all: only the lease is left."""
        COUNTS["ends lost"] += 1
        ends = self._losable()
        self.known_ends.append(ends[which % len(ends)])
        self.has_lost_ends = True

    @precondition(lambda self: self.log.uploads)
    @rule(seconds=st.sampled_from([0.001, 1, 600]))
    def wait(self, seconds: float) -> None:
        CLOCK.move(seconds)

    @precondition(lambda self: self._running())
    @rule()
    def outlast_the_lease(self) -> None:
        """End what is at work: executions end long before their lease does, and functions before executions."""
        COUNTS["leases run out"] += 1
        for execution in self._running():
            execution.end("TIMED_OUT")
        for run in self.runs:
            if run.execution not in self.backstops:
                run.turn.kill()
        CLOCK.move(LEASE_SECONDS + 1)

    def teardown(self) -> None:
        """Let everything arrive and end, and run again what failed; then the newest upload of each key has won."""
        for upload in list(self.undelivered):
            self._serve(upload)
        self._finish()
        if self.has_lost_ends:
            CLOCK.move(LEASE_SECONDS + 1)
            for upload in self.log.newest:
                self._serve(upload)
            self._finish()
        for _ in range(MAX_REDRIVES):
            CLOCK.move(1)
            for execution in self._failed_without_cause():
                self._redrive(execution)
            self._finish()
        assert self._failed_without_cause() == []
        self._check_plans()
        self.log.messages, self.log.record_changes = self.aws.messages(), self.aws.record_changes()
        COUNTS["records checked"] += len(self.log.newest)
        check(self.log)
        assert not (self.every_end_is_announced and self._unannounced())
        assert {execution.status for execution in self.backstops} <= {"SUCCEEDED"}

    def _check_plans(self) -> None:
        """Every planned photo is accounted for, and none is still at work."""
        for plan in self.plans:
            counts = self.backfiller.progress(plan).counts
            assert (sum(counts.values()), counts.get("at work", 0)) == (len(plan), 0)

    def _finish(self) -> None:
        while self._at_work() or self._ends(new=True):
            for run in self._at_work()[:: -1 if self.newest_first else 1]:
                run.turn.finish()
            for end in self._ends(new=True):
                self._deliver_end(end)

    def _serve(self, upload: Upload, **more: Any) -> None:
        COUNTS["events"] += not more
        if upload in self.undelivered:
            self.undelivered.remove(upload)
        self._start(upload, Execution({**copy.deepcopy(upload.event), **more}))

    def _start_by_operator(self, arn: str, event: dict[str, Any]) -> None:
        uploaded, rerun = event["detail"]["object"], event["rerun"]
        sequencer = normalise_sequencer(uploaded["sequencer"])
        # Two plans may give two objects of a key the same sequencer.
        known = [
            each
            for each in self.log.uploads
            if each.sequencer == sequencer and _names(each.event["detail"]["object"], uploaded)
        ]
        [upload] = known or [self._planned_upload(event)]
        upload.forced += rerun.get("force", False)
        self._start(upload, Execution(event, arn=arn))

    def _planned_upload(self, event: dict[str, Any]) -> Upload:
        """Return the upload that a backfill makes of one whose event was lost: older than it is by S3's own word.

        Of uploads that are alike to the byte, the newest lies there.
        """
        planned = event["detail"]["object"]
        *_, upload = (each for each in self.log.uploads if _names(each.event["detail"]["object"], planned))
        # An execution writes its results into what it was given.
        made = Upload(upload.bucket, upload.key, copy.deepcopy(event), upload.width, upload.gone)
        self.log.uploads.insert(self.log.uploads.index(upload), made)
        return made

    def _start(self, upload: Upload, execution: Execution) -> None:
        COUNTS["executions"] += 1
        self.log.executions.append((upload, execution))
        self.aws.step_functions.executions[execution.arn] = execution
        self.runs.append(Run.of(execution))

    def _redrive(self, execution: Execution) -> None:
        COUNTS["redrives"] += 1
        execution.redrive()
        self.runs.append(Run.of(execution))

    def _deliver_end(self, end: End) -> None:
        COUNTS["ends delivered to the backstop"] += 1
        self.known_ends.append(end)
        backstop = Execution(end.event, BACKSTOP_DEFINITION)
        self.backstops.append(backstop)
        self.runs.append(Run.of(backstop))

    def _advance(self, run: Run | Command, calls: int) -> None:
        for _ in range(calls):
            if not run.turn.over:
                COUNTS["calls in turn"] += 1
                run.turn.step()

    def _at_work(self) -> list[Run | Command]:
        every: list[Run | Command] = [*self.runs, *self.commands]
        return [run for run in every if not run.turn.over]

    def _commands_at_work(self) -> list[Command]:
        return [command for command in self.commands if not command.turn.over]

    def _running(self) -> list[Execution]:
        return [execution for _, execution in self.log.executions if execution.status == "RUNNING"]

    def _ended_badly(self) -> list[Execution]:
        return [execution for _, execution in self.log.executions if execution.status not in {"RUNNING", "SUCCEEDED"}]

    def _ends(self, *, new: bool = False) -> list[End]:
        """Return the ends that the backstop's rule matches; the new ones, or all of them."""
        every = (end for _, execution in self.log.executions for end in execution.ends)
        ends = [end for end in every if RULE.matches_event(end.event)]
        return [end for end in ends if not (new and end in self.known_ends)]

    def _unannounced(self) -> list[Execution]:
        """Return the executions that ended badly more often than a message said so."""
        return [
            execution
            for _, execution in self.log.executions
            if len([end for end in execution.ends if end.status != "SUCCEEDED"])
            > len([each for each in self.log.messages.get(execution.arn, []) if each["status"] == "FAILED"])
        ]

    def _losable(self) -> list[End]:
        """Return the ends that may be lost: their executions had come to no result yet, so the lease is enough."""
        return [end for end in self._ends(new=True) if end.state in {"ValidateImage", "EnhanceImage"}]

    def _failed_without_cause(self) -> list[Execution]:
        """Return the executions that own the record of a sound photo that failed, or of an unannounced success."""
        failed = set()
        for upload in self.log.newest:
            record = self.aws.record(upload.key)
            sound = upload.width and not upload.gone and record.get("Status") == "FAILED"
            if sound or "NotificationError" in record:
                failed.add(record["ExecutionArn"])
        return [execution for execution in self._ended_badly() if execution.arn in failed]


def _names(stored: dict[str, Any], planned: dict[str, Any]) -> bool:
    """Return whether an event is of the object state that a plan names."""
    return all(stored.get(name) == planned.get(name) for name in ("key", "etag", "version-id"))


@pytest.fixture(scope="module")
def aws() -> Iterator[InProcessAws]:
    with in_process_aws() as running:
        yield running


def test_the_newest_upload_wins_in_any_order(aws: InProcessAws, examples: int) -> None:
    Histories.aws = aws
    search = settings(
        max_examples=examples, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Histories, settings=search)
