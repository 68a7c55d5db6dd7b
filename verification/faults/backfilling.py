"""A backfill of one photo, by the commands' own code and the state machine, repeated until all of it has begun."""

from __future__ import annotations

import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.operate.backfill.backfill_progress import PlanProgress
from functions.operate.backfill.backfill_runs import BackfillRuns, NoRunError, RunExistsError
from functions.operate.backfill.bucket_survey import Survey
from functions.operate.backfill.bucket_uploads import BucketUploads
from functions.operate.backfill.plan_file import file_writer
from functions.operate.backfill.start_pace import StartPace
from functions.operate.polling import Polling
from functions.operate.project import find_project
from functions.operate.record_queries import Records
from verification.harness.uploads import Upload

if TYPE_CHECKING:
    from functions.operate.backfill.planned_photo import PlannedPhoto
    from functions.operate.backfill.reprocess import Reprocess
    from verification.faults.fault_run import FaultRun

BACKFILLER = "backfiller"
"""Whoever plans and applies backfills; nobody else's calls bear this name."""
TRIES, TOLD_WITHIN_SECONDS = 4, 1.0


def backfill(run: FaultRun, reprocess: Reprocess) -> None:
    """Plan and apply until the photo has begun, as an operator does who sees an error, and apply once more."""
    before = len(run.harness.executions_for(run.key))
    plan: list[PlannedPhoto] = []
    for _ in range(TRIES - 1):
        plan = _tried(run, reprocess, plan)
    if run.fault and not _has_begun(run, before):
        # For what a fault has kept from beginning: no fault meets the calls of this try.
        run.fault.lift()
        plan = _tried(run, reprocess, plan)
    # The event of a lost upload has the lowest sequencer there is.
    run.uploads[-1] = Upload(plan[0].input, run.uploads[-1].width)
    run.arn = run.harness.run_of(run.key, before + 1).arn
    run.redrive_count = 0
    run.starts += 1


def _tried(run: FaultRun, reprocess: Reprocess, plan: list[PlannedPhoto]) -> list[PlannedPhoto]:
    """Plan, where that is not done yet, and apply; returns the plan, empty if it came to nothing."""
    with suppress(ClientError, BotoCoreError, NoRunError):
        plan = plan or _planned(run, reprocess)
        _apply(run, plan)
    return plan


def _has_begun(run: FaultRun, before: int) -> bool:
    """Return whether an execution for the photo was started; its start is told a moment after it."""
    polling = Polling(time.monotonic, time.sleep, TOLD_WITHIN_SECONDS, first_seconds=0.05)
    return any(len(run.harness.executions_for(run.key)) > before for _ in polling.rounds())


def _planned(run: FaultRun, reprocess: Reprocess) -> list[PlannedPhoto]:
    project = find_project(run.harness.aws.client, run.harness.deployment.project)
    survey = Survey(_uploads(run), _records(run), project, reprocess, settled_after=timedelta(0))
    return list(survey.photos(run.mark))


def _apply(run: FaultRun, plan: list[PlannedPhoto]) -> None:
    """Start what is left of a plan, and wait for the run's end."""
    project = find_project(run.harness.aws.client, run.harness.deployment.project)
    left = list(PlanProgress(_records(run), _uploads(run)).waiting(plan))
    if not left:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        file_writer(path)(left)
        runs = BackfillRuns(_client(run, "stepfunctions"), _client(run, "s3"), project)
        try:
            arn = runs.start(path, path, StartPace(1, 1))
        except RunExistsError:
            # It was started, and the answer was lost.
            arn = runs.running()
    states = run.harness.aws.client("stepfunctions")
    run.harness.recorder.wait_for(
        lambda: states.describe_execution(executionArn=arn)["status"] != "RUNNING", f"the end of {arn}"
    )


def _client(run: FaultRun, service: str) -> Any:
    return run.harness.aws.client_of(BACKFILLER, service)


def _records(run: FaultRun) -> Records:
    return Records(_client(run, "dynamodb"), run.harness.deployment.table)


def _uploads(run: FaultRun) -> BucketUploads:
    return BucketUploads(_client(run, "s3"), run.harness.deployment.bucket)
