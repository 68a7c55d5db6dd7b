"""The backstop: gives an execution that could not tell its own end its record, and says whether its message is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.record.core import Conclude, failure_of, failure_recorded, run_claimant
from functions.record.executions import ended_execution
from functions.shared.contracts import Concluded, FailedRun, read_upload_event
from functions.shared.records.claims import Ending

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient

    from functions.shared.records.ledger import Ledger


def conclude(request: Conclude, ledger: Ledger, client: SFNClient) -> Concluded:
    """Make the record of an ended execution FAILED, unless it says so already.

    Raises DuplicateUploadError where there is nothing left to say (record and message tell of the end, another
    execution holds the record, or a redrive has followed), SupersededUploadError for a newer upload, NotAnUploadError
    where the execution was of no upload, and what ended_execution() raises.
    """
    detail = request.event.detail
    ended = ended_execution(client, detail.execution_arn, detail.redrive_count)
    read_upload_event(ended.state)
    run = FailedRun.model_validate(ended.state)
    failure = failure_of(run)
    ending = Ending(request.backstop.id, ended.is_told)
    item = ledger.conclude(run_claimant(run, ended.execution), failure, ending)
    recorded = failure_recorded(item, failure, ended.execution)
    return Concluded(
        is_told=ended.is_told,
        state={**ended.state, "failure_recorded": recorded.model_dump(mode="json")},
        execution=ended.execution,
    )
