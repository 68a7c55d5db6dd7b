"""The backstop: gives an execution that could not tell its own end its record, and says whether its message is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.record.ended_execution import ended_execution
from functions.record.record_outcome import Finalize, failure_of, failure_recorded, run_claimant
from functions.shared.contracts import FailedRun, Finalized, read_upload_event
from functions.shared.records.ownership import TerminalState

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient

    from functions.shared.records.ledger import Ledger


def finalize(request: Finalize, ledger: Ledger, client: SFNClient) -> Finalized:
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
    terminal_state = TerminalState(request.backstop.id, ended.is_told)
    item = ledger.finalize(run_claimant(run, ended.execution), failure, terminal_state)
    recorded = failure_recorded(item, failure, ended.execution)
    return Finalized(
        is_told=ended.is_told,
        state={**ended.state, "failure_recorded": recorded.model_dump(mode="json")},
        execution=ended.execution,
    )
