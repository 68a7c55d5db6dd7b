"""RecordResult, RecordFailure and FailUnlessRedriven, and the backstop's RecordFailure: the record in DynamoDB."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import TypeAdapter

from functions.record.backstop import finalize
from functions.record.quarantine import Version, quarantine, release, version_of
from functions.record.record_outcome import Complete, Fail, Finalize, Request, complete, fail, fail_unless_redriven
from functions.record.settings import Settings
from functions.shared.aws import client
from functions.shared.contracts import FailedRun, FailureRecorded, Finalized, Recorded, Resume
from functions.shared.errors import DarkroomError
from functions.shared.records.ledger import Ledger
from functions.shared.records.table import RecordTable
from functions.shared.settings import load

logger = Logger()
tracer = Tracer()


@cache
def settings() -> Settings:
    """Return the settings of the environment, read at the first invocation."""
    return load(Settings)


@cache
def ledger() -> Ledger:
    """Return the ledger that the environment names."""
    return Ledger(RecordTable(client("dynamodb"), settings().table_name), settings().lease_seconds)


def answer(request: Request) -> Recorded | FailureRecorded | Resume | Finalized:
    """Return the action's result."""
    if isinstance(request, Complete):
        return complete(request, ledger())
    if isinstance(request, Fail):
        return fail(request, ledger())
    if isinstance(request, Finalize):
        return finalize(request, ledger(), client("stepfunctions"))
    return fail_unless_redriven(request, ledger())


def tag(request: Request, result: Recorded | FailureRecorded | Resume | Finalized) -> None:
    """Tag an upload that failed for good, or take the tags off again; the record stands whatever S3 says to it."""
    if not settings().quarantine_tags:
        return
    try:
        if isinstance(request, Fail) and isinstance(result, FailureRecorded):
            quarantine(client("s3"), version_of(request.state), result.error_type)
        elif isinstance(result, Finalized):
            run = FailedRun.model_validate(result.state)
            quarantine(client("s3"), version_of(run), run.failure.error)
        elif isinstance(request, Complete) and isinstance(result, Recorded) and result.attempt > 1:
            image = request.image
            release(client("s3"), Version(image.bucket, image.key, image.version_id))
    except DarkroomError as error:
        logger.warning("The upload's tags could not be changed.", extra={"error": type(error).__name__})


def count_failure(recorded: FailureRecorded) -> None:
    """Publish the metric PhotosFailed, one series per error name."""
    with single_metric(name="PhotosFailed", unit=MetricUnit.Count, value=1) as metric:
        metric.add_dimension(name="error", value=recorded.error_type)


@logger.inject_lambda_context(correlation_id_path="execution.Id")
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one of four requests, told apart by `action`.

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
    tag(request, result)
    if isinstance(result, FailureRecorded):
        count_failure(result)
    logger.info("Record kept.", extra={"action": request.action})
    return result.model_dump(mode="json")
