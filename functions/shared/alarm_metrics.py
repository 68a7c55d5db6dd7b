"""What the functions count for alarms (docs/runbook.md) and the dashboard, in CloudWatch's embedded metric format.

Powertools adds the dimension `service`, which is the function's name; the namespace is the deployment's own.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.shared.errors import DarkroomError, Fault

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def count_finished() -> None:
    """Count a photo that the pipeline has recorded, as completed or as failed."""
    with single_metric(name="PhotosFinished", unit=MetricUnit.Count, value=1):
        pass


def count_failed(fault: Fault, error_name: str) -> None:
    """Count a photo that failed; `fault` is one of two series.

    The error's name goes into the log line alone: as a dimension, each name that ever occurs would be a metric to pay
    for, and the names of errors that Darkroom does not raise are without number.
    """
    with single_metric(name="PhotosFailed", unit=MetricUnit.Count, value=1) as metric:
        metric.add_dimension(name="kind", value=fault)
        # Whoever stops an execution may word its error: links and addresses are taken out, as of every error's message.
        metric.add_metadata(key="error", value=str(DarkroomError(error_name)))


def time_message(uploaded_at: datetime) -> None:
    """Note how many seconds after the upload's event its message was sent."""
    seconds = (datetime.now(UTC) - uploaded_at).total_seconds()
    with single_metric(name="UploadToMessage", unit=MetricUnit.Seconds, value=max(0.0, seconds)):
        pass


def counting_expected_errors(handler: Handler) -> Handler:
    """Count the errors by which a handler only says what became of a photo.

    Lambda counts them among its Errors, because the state machine routes by errors; the alarm on errors takes them off
    again. What cannot count itself, such as a timeout or a crash, is left over.
    """

    @wraps(handler)
    def counted(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        started = datetime.now(UTC)
        try:
            return handler(event, context)
        except DarkroomError as error:
            if error.fault is not Fault.SERVICE:
                _count_expected_error(started)
            raise

    return counted


def _count_expected_error(started: datetime) -> None:
    with single_metric(name="ExpectedErrors", unit=MetricUnit.Count, value=1) as metric:
        # Lambda counts an error in the minute in which its invocation began.
        metric.set_timestamp(started)
