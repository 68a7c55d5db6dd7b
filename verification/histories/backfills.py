"""Backfills by the commands' own code: plans, what they start, and photos that are forgotten meanwhile."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID

from functions.operate.backfill.backfill_progress import PlanProgress, backfill_progress
from functions.operate.backfill.bucket_survey import Survey
from functions.operate.backfill.bucket_uploads import BucketUploads
from functions.operate.backfill.reprocess import Reprocess
from functions.operate.executions import Executions
from functions.operate.forget_photos import Forgetter
from functions.operate.project import Project
from functions.operate.record_queries import Records
from functions.operate.stored_versions import Versions
from verification.histories.in_process_aws import COPIES, REGION, TABLE, InProcessAws
from verification.histories.step_functions import MACHINE_ARN
from verification.histories.virtual_clock import CLOCK, LEASE_SECONDS

if TYPE_CHECKING:
    from functions.operate.backfill.backfill_reports import BackfillProgress
    from functions.operate.backfill.planned_photo import PlannedPhoto
    from functions.operate.forget_outcome import ForgetOutcome

PROJECT = Project("darkroom", REGION, DEFAULT_ACCOUNT_ID, TABLE, int(LEASE_SECONDS))
# The clock stands still: an upload would stay too young.
SETTLED_AFTER = timedelta(0)


@dataclass(frozen=True)
class Backfiller:
    """Whoever plans and applies backfills of the uploads below a prefix, and forgets photos, each in one step."""

    aws: InProcessAws
    bucket: str
    prefix: str

    def plan(self, reprocess: Reprocess) -> list[PlannedPhoto]:
        """Return a plan."""
        survey = Survey(
            self._uploads, self._records, PROJECT, reprocess, settled_after=SETTLED_AFTER, now=lambda: CLOCK.moment
        )
        return list(survey.photos(f"{self.prefix}/"))

    def left(self, plan: list[PlannedPhoto]) -> list[PlannedPhoto]:
        """Return what of a plan has not begun."""
        return list(self._progress.waiting(plan))

    def start(self, photo: PlannedPhoto) -> None:
        """Start a photo as the state machine does: one of that name has been started before."""
        with suppress(ClientError):
            self.aws.step_functions.start_execution(MACHINE_ARN, photo.name, json.dumps(photo.input))

    def progress(self, plan: list[PlannedPhoto]) -> BackfillProgress:
        """Return what became of a plan."""
        return backfill_progress(self._progress.of(plan), PROJECT.name, None)

    def forget(self, key: str) -> ForgetOutcome:
        """Forget a photo, and keep its original."""
        executions = Executions(cast("Any", self.aws.step_functions), MACHINE_ARN)
        uploads, copies = Versions(self.aws.s3, self.bucket), Versions(self.aws.s3, COPIES)
        forgetter = Forgetter(self._records, executions, uploads, copies, explain=repr, now=lambda: CLOCK.moment)
        return forgetter.forget(forgetter.plan(key))

    @property
    def _records(self) -> Records:
        # Of a client that nobody watches: an operator's reads change no record.
        return Records(self.aws.dynamodb, TABLE)

    @property
    def _uploads(self) -> BucketUploads:
        return BucketUploads(self.aws.s3, self.bucket)

    @property
    def _progress(self) -> PlanProgress:
        return PlanProgress(self._records, self._uploads)
