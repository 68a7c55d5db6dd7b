"""Two keys, any number of uploads, events late, twice and out of order, executions at once: the newest upload wins."""

import copy
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from functions.enhance.keys import key_hash
from functions.shared.claims import normalise_sequencer
from tests.definitions import event
from tests.histories.cloud import PLAIN, VERSIONED, Cloud, running_cloud
from tests.histories.counts import COUNTS
from tests.histories.interpreter import Execution
from tests.histories.turnstile import Turn
from tests.photos import encoded, opened, scene

WIDTHS = (40, 48, 56)
PHOTOS = {0: b"This is no photo.", **{width: encoded(scene(width, 32, seed=width), "JPEG") for width in WIDTHS}}
ANY = st.integers(0, 1000)


@dataclass
class Upload:
    """One upload, as wide as its photo is, 0 where it is none; `gone` once no request can read it any more."""

    key: str
    event: dict[str, Any]
    width: int
    gone: bool = False
    forced: int = 0

    @property
    def sequencer(self) -> str:
        return normalise_sequencer(self.event["detail"]["object"]["sequencer"])


@dataclass
class Run:
    """An execution that is at work, or has been."""

    upload: Upload
    execution: Execution
    turn: Turn


class Histories(RuleBasedStateMachine):
    """What may happen, in any order; each AWS call of each execution is a step of its own."""

    cloud: Cloud

    def __init__(self) -> None:
        super().__init__()
        COUNTS["histories"] += 1
        self.prefix = uuid.uuid4().hex
        self.uploads: list[Upload] = []
        self.undelivered: list[Upload] = []
        self.runs: list[Run] = []

    @initialize(bucket=st.sampled_from([VERSIONED, PLAIN]), newest_first=st.booleans())
    def begin(self, bucket: str, newest_first: bool) -> None:
        self.bucket, self.newest_first = bucket, newest_first

    @rule(name=st.sampled_from("ab"), width=st.sampled_from(list(PHOTOS)))
    def upload(self, name: str, width: int) -> None:
        COUNTS["uploads"] += 1
        key, number = f"{self.prefix}/{name}.jpg", len(self.uploads) + 9
        put = self.cloud.s3.put_object(Bucket=self.bucket, Key=key, Body=PHOTOS[width])
        # As S3's may differ: in length and case.
        sequencer = f"{number:x}" if number % 2 else f"{number:08X}"
        version = put.get("VersionId")
        document = event(key=key, etag=put["ETag"].strip('"'), sequencer=sequencer, **{"version-id": version})
        document["detail"]["bucket"]["name"] = self.bucket
        self.uploads.append(Upload(key, document, width))
        self.undelivered.append(self.uploads[-1])

    @precondition(lambda self: self.uploads)
    @rule(which=ANY)
    def delete(self, which: int) -> None:
        COUNTS["deletions"] += 1
        key = self.uploads[which % len(self.uploads)].key
        self.cloud.s3.delete_object(Bucket=self.bucket, Key=key)
        # Where versions are kept, deleting hides the object from everybody but those who name its version.
        for upload in self.uploads:
            upload.gone |= upload.key == key and self.bucket == PLAIN

    @precondition(lambda self: self.uploads)
    @rule(which=ANY, calls=st.integers(0, 8))
    def deliver(self, which: int, calls: int) -> None:
        """The event of an upload arrives (late, once more, before that of an older one); its execution gets so far."""
        self._start(self.uploads[which % len(self.uploads)])
        self._advance(self.runs[-1], calls)

    @precondition(lambda self: self.uploads)
    @rule(which=ANY, force=st.booleans())
    def run_anew(self, which: int, force: bool) -> None:
        upload = self.uploads[which % len(self.uploads)]
        upload.forced += force
        self._start(upload, rerun={"of": "arn", "force": force})

    @precondition(lambda self: self._at_work())
    @rule(which=ANY, calls=st.integers(1, 8))
    def step(self, which: int, calls: int) -> None:
        at_work = self._at_work()
        self._advance(at_work[which % len(at_work)], calls)

    @precondition(lambda self: self._failed())
    @rule(which=ANY)
    def redrive(self, which: int) -> None:
        COUNTS["redrives"] += 1
        failed = self._failed()
        run = failed[which % len(failed)]
        run.turn = Turn(run.execution.redrive)

    def teardown(self) -> None:
        """Let everything arrive and end; then the newest upload of each key must have won."""
        for upload in list(self.undelivered):
            self._start(upload)
        for run in self.runs[::-1] if self.newest_first else self.runs:
            run.turn.finish()
        told = self.cloud.messages()
        for newest in {upload.key: upload for upload in self.uploads}.values():
            COUNTS["records checked"] += 1
            self._check(newest)
            self._check_messages(newest, told)

    def _start(self, upload: Upload, **more: Any) -> None:
        COUNTS["executions"] += 1
        COUNTS["events"] += not more
        if upload in self.undelivered:
            self.undelivered.remove(upload)
        execution = Execution({**copy.deepcopy(upload.event), **more})
        self.runs.append(Run(upload, execution, Turn(execution.run)))

    def _advance(self, run: Run, calls: int) -> None:
        for _ in range(calls):
            if not run.turn.over:
                COUNTS["calls in turn"] += 1
                run.turn.step()

    def _at_work(self) -> list[Run]:
        return [run for run in self.runs if not run.turn.over]

    def _failed(self) -> list[Run]:
        return [run for run in self.runs if run.turn.over and run.execution.status == "FAILED"]

    def _check(self, newest: Upload) -> None:
        record = self.cloud.record(newest.key)
        assert record["Sequencer"] == newest.sequencer
        ends = {"COMPLETED", "FAILED"} if newest.gone else {"COMPLETED"}
        assert record["Status"] in (ends if newest.width else {"FAILED"})
        if record["Status"] == "COMPLETED":
            answer = self.cloud.s3.get_object(Bucket="copies", Key=record["EnhancedKey"])
            expected = {"sequencer": newest.sequencer, "upload": key_hash(newest.key)}
            assert answer["Metadata"] == expected
            assert opened(answer["Body"].read()).width == record["Width"] == newest.width

    def _check_messages(self, newest: Upload, told: dict[str, list[str]]) -> None:
        statuses = [status for run in self.runs if run.upload is newest for status in told[run.execution.arn]]
        if self.cloud.record(newest.key)["Status"] == "COMPLETED":
            assert 1 <= statuses.count("COMPLETED") <= 1 + newest.forced
        else:
            assert "FAILED" in statuses


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with running_cloud() as running:
        yield running


def test_whatever_the_order_the_newest_upload_wins(cloud: Cloud, examples: int) -> None:
    Histories.cloud = cloud
    search = settings(
        max_examples=examples, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Histories, settings=search)
