"""RecordResult, RecordFailure and FailUnlessRedriven, and the backstop's RecordFailure: the record in DynamoDB."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import TypeAdapter

from functions.record.backstop import finalize
from functions.record.quarantine import Version, quarantine, release, version_of
from functions.record.record_outcome import (
    Complete,
    Fail,
    FailUnlessRedriven,
    Finalize,
    Request,
    complete,
    fail,
    fail_unless_redriven,
)
from functions.record.settings import Settings
from functions.shared.alarm_metrics import count_failed, count_finished, counting_expected_errors
from functions.shared.aws import client
from functions.shared.contracts import FailedRun, FailureRecorded, Finalized, Recorded, Resume
from functions.shared.errors import DarkroomError, Fault
from functions.shared.failures import fault_of
from functions.shared.records.ledger import Ledger
from functions.shared.records.table import RecordTable
from functions.shared.settings import load
from functions.shared.upload_tags import refuse_forgotten

Result = Recorded | FailureRecorded | Resume | Finalized

logger = Logger()


@cache
def settings() -> Settings:
    """Return the settings of the environment, read at the first invocation."""
    return load(Settings)


@cache
def ledger() -> Ledger:
    """Return the ledger that the environment names."""
    return Ledger(RecordTable(client("dynamodb"), settings().table_name), settings().lease_seconds)


def answer(request: Request) -> Result:
    """Return the action's result."""
    match request:
        case Complete():
            return complete(request, ledger())
        case Fail():
            refuse_forgotten(client("s3"), request.state)
            return fail(request, ledger())
        case FailUnlessRedriven():
            return fail_unless_redriven(request, ledger())
        case Finalize():
            return finalize(request, ledger(), client("stepfunctions"), client("s3"))


def tag(request: Request, result: Result) -> None:
    """Tag an upload that failed for good, or take the tags off again."""
    match request, result:
        case Complete(image=image), Recorded(attempt=attempt) if attempt > 1:
            release(client("s3"), Version(image.bucket, image.key, image.version_id))
        case Fail(state=run), FailureRecorded():
            quarantine(client("s3"), version_of(run), result.error_type)
        case Finalize(), Finalized(state=state):
            run = FailedRun.model_validate(state)
            quarantine(client("s3"), version_of(run), run.failure.error)


def tag_if_wanted(request: Request, result: Result) -> None:
    """Change the upload's tags where the settings say so; the record stands whatever S3 answers."""
    if not settings().quarantine_tags:
        return
    try:
        tag(request, result)
    except DarkroomError as error:
        logger.warning("The upload's tags could not be changed.", extra={"error": type(error).__name__})


def count(result: Result) -> None:
    """Count what was recorded, for the alarms.

    What the backstop has to record or announce is a fault of the service, whatever the photo: the pipeline could not.
    """
    match result:
        case Recorded():
            count_finished()
        case FailureRecorded(error_type=error):
            count_finished()
            count_failed(fault_of(error), error)
        case Finalized(state=state):
            count_failed(Fault.SERVICE, FailedRun.model_validate(state).failure.error)


@counting_expected_errors
@logger.inject_lambda_context(correlation_id_path="execution.Id")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one of four requests; `action` says which.

    in:  {"action": "complete", "image": {..}, "enhanced": {..}, "execution": {..}}
    out: {"image_id": "a.jpg", "status": "COMPLETED", "timestamp": "2026-01-31T12:00:00.000Z", "attempt": 1}

    in:  {"action": "fail", "state": {<the event>, "failure": {"Error": "..", "Cause": ".."}, ..}, "execution": {..}}
    out: {"image_id": "a.jpg", "status": "FAILED", "failed_state": "ValidateImage", "error_type": "..", ..}

    in:  {"action": "fail-unless-redriven", "state": {..}, "execution": {..}}
    out: {"state": "EnhanceImage", "redrive_count": 1}, or ImageFailedError where nobody has redriven

    in:  {"action": "conclude", "event": {<"Execution Status Change">}, "backstop": {<its own execution>}}
    out: {"is_told": false, "state": {<the event>, "failure": {..}, ..}, "execution": {<the one that ended>}}
    """
    request: Request = TypeAdapter(Request).validate_python(event)
    result = answer(request)
    tag_if_wanted(request, result)
    count(result)
    logger.info("Record kept.", extra={"action": request.action})
    return result.model_dump(mode="json")
