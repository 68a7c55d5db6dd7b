"""The backstop, the reconciler of executions that ended without saying so: an execution that is stopped, runs out of
time, or has its recorder or notifier down cannot report its own end. This makes its record and says whether its message
is still due. Neither can a redrive that succeeds after it resumed at the notifier; this takes the error off its record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.record.ended_execution import SUCCEEDED, ended_execution, succeeded_execution
from functions.record.record_outcome import Finalize, failure_of, failure_recorded, run_claimant
from functions.shared.contracts import FailedRun, Finalized, StatusChangeDetail, read_upload_event
from functions.shared.errors import DuplicateUploadError
from functions.shared.records.ownership import TerminalState, claimant_of
from functions.shared.upload_tags import refuse_forgotten

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_stepfunctions.client import SFNClient

    from functions.shared.records.ledger import Ledger


def finalize(request: Finalize, ledger: Ledger, client: SFNClient, s3: S3Client) -> Finalized:
    """Make the record of an ended execution FAILED, unless it says so already.

    Raises DuplicateUploadError where nothing is left to do (record and subscribers have the failure, another execution
    owns the record, a redrive has followed, or the execution has succeeded), SupersededUploadError for a newer upload
    or one that was forgotten, NotAnUploadError where the execution was of no upload, and what ended_execution() and
    refuse_forgotten() raise.
    """
    detail = request.event.detail
    if detail.status in SUCCEEDED:
        raise confirmed(detail, ledger, client)
    ended = ended_execution(client, detail.execution_arn, detail.redrive_count)
    refuse_forgotten(s3, read_upload_event(ended.state))
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


def confirmed(detail: StatusChangeDetail, ledger: Ledger, client: SFNClient) -> DuplicateUploadError:
    """Confirm a redrive's success in its record; return that nothing is left to do. Raises as finalize() does."""
    ended = succeeded_execution(client, detail.execution_arn, detail.redrive_count)
    if ended.notified:
        event = read_upload_event(ended.state)
        ledger.confirm(claimant_of(event, ended.execution, user_id=event.detail.requester))
    return DuplicateUploadError(f"{detail.execution_arn} has succeeded and reported it.")
