"""The backstop, the reconciler of executions that ended without saying so: an execution that is stopped, runs out of
time, or has its recorder or notifier down cannot report its own end. This makes its record and says whether its message
is still due.
"""

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

    Raises DuplicateUploadError where nothing is left to do (record and subscribers have the failure, another execution
    owns the record, or a redrive has followed), SupersededUploadError for a newer upload, NotAnUploadError
    where the execution was of no upload, and what ended_execution() raises.
    """
    detail = request.event.detail
    ended = ended_execution(client, detail.execution_arn, detail.redrive_count)
    read_upload_event(ended.state)
    run = FailedRun.model_validate(ended.state)
    failure = failure_of(run)
    terminal_state = TerminalState(request.backstop.id, ended.notified)
    item = ledger.finalize(run_claimant(run, ended.execution), failure, terminal_state)
    recorded = failure_recorded(item, failure, ended.execution)
    return Finalized(
        is_told=ended.notified,
        state={**ended.state, "failure_recorded": recorded.model_dump(mode="json")},
        execution=ended.execution,
    )
