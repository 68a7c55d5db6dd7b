"""Operators who run photos again by the command's own code, each call of it in a turn of its own."""

from dataclasses import dataclass, field
from typing import Any, cast

import functions.shared.aws
from functions.operate.executions import Executions
from functions.operate.photo_record import PhotoRecord
from functions.operate.record_queries import Records
from functions.operate.rerun_outcome import RerunOutcome
from functions.operate.rerun_photos import Rerunner
from functions.operate.rerun_request import RerunRequest
from verification.histories.in_process_aws import TABLE, InProcessAws
from verification.histories.step_functions import MACHINE_ARN
from verification.histories.virtual_clock import CLOCK

Notes = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class NotedRecords(Records):
    """The records, as a command reads them; `notes` holds what it noted of redrives, by execution."""

    notes: Notes = field(default_factory=dict)

    def note_rerun(self, record: PhotoRecord, noted: dict[str, Any]) -> None:
        """Note it in the record, and here, for a history to check."""
        self.notes.setdefault(record.execution_arn, []).append(noted)
        super().note_rerun(record, noted)


@dataclass
class Operator:
    """One operator's re-run of one photo; `outcome` is there when it is over."""

    aws: InProcessAws
    key: str
    request: RerunRequest
    notes: Notes
    outcome: RerunOutcome | None = None

    def work(self) -> None:
        """Look, decide, act."""
        records = NotedRecords(functions.shared.aws.client("dynamodb"), TABLE, self.notes)
        executions = Executions(cast("Any", self.aws.step_functions), MACHINE_ARN)
        rerunner = Rerunner(records, executions, self.request, explain=repr, now=lambda: CLOCK.moment)
        self.outcome = rerunner.run(self.key)
