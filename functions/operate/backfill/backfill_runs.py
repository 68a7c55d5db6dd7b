"""The runs of the state machine that works plans off: starting one, looking at it, changing its pace, stopping it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from functions.operate.backfill.backfill_reports import BackfillRun
from functions.operate.backfill.plan_file import parsed
from functions.operate.backfill.planned_photo import PlannedPhoto
from functions.operate.backfill.start_pace import StartPace, lanes_for
from functions.operate.executions import Executions
from functions.operate.project import Project

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_stepfunctions.client import SFNClient

FOLDER = "backfill"
"""Of the artifacts bucket: plans and reports, which the state machine's role may read and write there alone."""


class RunExistsError(Exception):
    """A run is going on already; the message says what can be done."""


class NoRunError(Exception):
    """There is no run; the message says what there should have been."""


@dataclass(frozen=True)
class BackfillRuns:
    """The runs of one project, of which one goes on at a time. Methods raise botocore's errors."""

    states: SFNClient
    s3: S3Client
    project: Project

    def start(self, plan: Path, rest: Path, pace: StartPace) -> str:
        """Put what is left of a plan beside the code, and start it; return the run's ARN. Raises RunExistsError.

        The run is named after both, so that started twice at once it is one run, and `latest()` finds those of a plan.
        A plan that was stopped, and of which nothing has begun since, keeps its name for 90 days; the next number is
        tried in its place.
        """
        self.require_none()
        digest = _digest(rest)
        key = f"{FOLDER}/{digest}/plan.json"
        # upload_file would raise an error of boto3's own.
        with rest.open("rb") as file:
            self.s3.upload_fileobj(file, self.project.artifacts_bucket, key)
        for number in count():
            name = f"{_digest(plan)}-{digest}-{number}"
            asked = {"plan": key, "lanes": pace.lanes, "pause_seconds": pace.pause_seconds}
            arn, earlier = self._executions.start(name, asked)
            if not earlier or earlier.is_running:
                break
        return arn

    def require_none(self) -> None:
        """Raise RunExistsError where one is going on: two would start photos twice as fast."""
        if self._newest("RUNNING"):
            raise RunExistsError(
                "a backfill is running: see `darkroom backfill show`, and wait, or end it with `darkroom backfill stop`"
            )

    def latest(self, plan: Path | None = None) -> str | None:
        """Return the ARN of the run that was started last, of a plan if one is named.

        None where there was none in the last 90 days.
        """
        if plan is None:
            return self._newest("RUNNING") or self._newest()
        begins = f"{_digest(plan)}-"
        pages = self.states.get_paginator("list_executions").paginate(stateMachineArn=self.project.backfill_arn)
        runs = (run for page in pages for run in page["executions"] if run["name"].startswith(begins))
        return next((run["executionArn"] for run in runs), None)

    def running(self) -> str:
        """Return the ARN of the run that is going on. Raises NoRunError."""
        arn = self._newest("RUNNING")
        if arn is None:
            raise NoRunError("no backfill is running: `darkroom backfill apply` starts one")
        return arn

    def look(self, arn: str) -> BackfillRun:
        """Return how a run stands."""
        found = self.states.describe_execution(executionArn=arn)
        asked = json.loads(found["input"])
        runs: Any = self.states.list_map_runs(executionArn=arn)["mapRuns"]
        run: Any = self.states.describe_map_run(mapRunArn=runs[0]["mapRunArn"]) if runs else {}
        counts = run.get("itemCounts", {})
        failed = sum(counts.get(name, 0) for name in ("failed", "timedOut", "aborted"))
        return BackfillRun(
            arn=arn,
            status=found["status"],
            started_at=found["startDate"],
            stopped_at=found.get("stopDate"),
            rate=run.get("maxConcurrency", asked["lanes"]) / asked["pause_seconds"],
            batches_total=counts.get("total", 0),
            batches_done=counts.get("succeeded", 0) + failed,
            batches_failed=failed,
            report=_report(found.get("output")),
            error=found.get("error", ""),
        )

    def change_rate(self, arn: str, rate: float) -> float:
        """Set how many photos a run starts each second; return what it comes to. Raises ValueError, NoRunError."""
        asked = self._executions.input(arn)
        lanes = lanes_for(rate, asked["pause_seconds"])
        runs = self.states.list_map_runs(executionArn=arn)["mapRuns"]
        if not runs:
            raise NoRunError("the backfill has not begun to read its plan: say it again in a moment")
        self.states.update_map_run(mapRunArn=runs[0]["mapRunArn"], maxConcurrency=lanes)
        return lanes / int(asked["pause_seconds"])

    def stop(self, arn: str) -> None:
        """Start no further photos; those that were started go on."""
        self.states.stop_execution(executionArn=arn, cause="darkroom backfill stop")

    def photos(self, arn: str) -> Iterator[PlannedPhoto]:
        """Yield the photos of a run's plan. Raises UnreadablePlanError."""
        key = self._executions.input(arn)["plan"]
        body = self.s3.get_object(Bucket=self.project.artifacts_bucket, Key=key)["Body"]
        lines = (line.decode() for line in body.iter_lines(chunk_size=65_536))
        yield from parsed(lines, f"s3://{self.project.artifacts_bucket}/{key}")

    def _newest(self, *status: str) -> str | None:
        """Return the ARN of the newest run, of a status if one is given."""
        asked: Any = {"statusFilter": status[0]} if status else {}
        found = self.states.list_executions(stateMachineArn=self.project.backfill_arn, maxResults=1, **asked)
        return found["executions"][0]["executionArn"] if found["executions"] else None

    @property
    def _executions(self) -> Executions:
        return Executions(self.states, self.project.backfill_arn)


def _report(output: str | None) -> str:
    """Return where a run that is through has written what it started, by the batch."""
    where = json.loads(output)["ResultWriterDetails"] if output else {}
    return f"s3://{where['Bucket']}/{where['Key']}" if where else ""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32]
