"""Which alarms go off, by the definitions that both deployments send, over what the functions really print."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from darkroom.deployment.monitoring import alarm_documents
from darkroom.deployment.names import Names
from darkroom.deployment.settings import Settings
from darkroom.local.lambda_.lambda_service import Invoked
from functions.record.handler import count
from functions.shared import errors
from functions.shared.alarm_metrics import counting_expected_errors
from functions.shared.contracts import FailureRecorded, Finalized, Recorded
from functions.shared.errors import DarkroomError, Fault, PermanentImageError
from functions.shared.failures import fault_of
from tests.contract.test_errors import leaves
from tests.definitions import FUNCTIONS, event
from tests.unit.samples import EXECUTION, FAILURE
from verification.alarms.datapoints import Datapoint, Series, embedded, of_lambda
from verification.alarms.evaluation import AmbiguousAlarmError, goes_off, gone_off
from verification.alarms.metric_math import READINGS

HOUR = 3600.0
BEGAN = datetime.now(UTC) - timedelta(minutes=3)
NAMES = Names(Settings("eu-central-1", "gallery", "gallery-uploads"), "111122223333")
ALARMS = list(alarm_documents(NAMES).values())
BROKEN, REFUSED = "CorruptImageError", "ServiceRefusedError"
COMPLETED = Recorded(image_id="a.jpg", status="COMPLETED", timestamp="2026-01-31T12:00:00Z", attempt=1)


def failed(error: str) -> FailureRecorded:
    """Return what RecordFailure answers."""
    return FailureRecorded(
        image_id="a.jpg",
        status="FAILED",
        user_id="ada",
        attempt=1,
        failed_state="ValidateImage",
        error_type=error,
        error_message="",
        redrive_count=0,
    )


Counted = Callable[..., list[Datapoint]]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Counted:
    """Return what does something as a function of a deployment and returns the metrics that it prints."""

    def run(do: Callable[[], Any], *, function: str = "record", project: str = "gallery") -> list[Datapoint]:
        monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", f"Darkroom/{project}")
        monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", function)
        capsys.readouterr()
        do()
        return list(embedded(capsys.readouterr().out.splitlines()))

    return run


@pytest.fixture
def hour(counted: Counted) -> Callable[..., list[Datapoint]]:
    """Return what the recorder measures of so many photos, all in the same hour."""

    def of(*, completed: int = 0, broken: int = 0, refused: int = 0) -> list[Datapoint]:
        results = [COMPLETED] * completed + [failed(BROKEN)] * broken + [failed(REFUSED)] * refused
        return [point for result in results for point in counted(lambda result=result: count(result))]

    return of


Hour = Callable[..., list[Datapoint]]


def test_one_broken_photo_raises_no_alarm(hour: Hour) -> None:
    assert gone_off(ALARMS, hour(broken=1)) == set()


def test_one_fault_of_the_service_raises_an_alarm(hour: Hour) -> None:
    assert gone_off(ALARMS, hour(completed=500, refused=1)) == {"gallery-service-failures"}


@pytest.mark.parametrize(
    ("completed", "broken", "refused", "raised"),
    [
        (17, 3, 0, True),
        (18, 2, 0, False),
        (16, 3, 0, False),
        (0, 20, 0, True),
        (0, 19, 0, False),
        (180, 20, 0, False),
        (179, 21, 0, True),
        (15, 3, 2, True),
    ],
    ids=str,
)
def test_more_than_a_tenth_of_twenty_photos_in_an_hour_raise_an_alarm(
    hour: Hour, completed: int, broken: int, refused: int, raised: bool
) -> None:
    off = gone_off(ALARMS, hour(completed=completed, broken=broken, refused=refused))
    assert ("gallery-broken-photos" in off) is raised
    assert ("gallery-service-failures" in off) is bool(refused)


def test_broken_photos_of_two_hours_are_not_added(hour: Hour) -> None:
    earlier = [Datapoint(p.series, p.at_seconds - HOUR, p.value) for p in hour(completed=8, broken=2)]
    assert gone_off(ALARMS, [*earlier, *hour(completed=8, broken=2)]) == set()
    half = [Datapoint(p.series, p.at_seconds + HOUR / 2, p.value) for p in earlier]
    assert gone_off(ALARMS, [*half, *hour(completed=8, broken=2)]) == {"gallery-broken-photos"}


def test_another_deployment_in_the_account_raises_no_alarm_of_this_one(counted: Counted) -> None:
    assert gone_off(ALARMS, counted(lambda: count(failed(REFUSED)), project="other")) == set()


def test_what_the_backstop_has_to_record_is_a_fault_of_the_service(counted: Counted) -> None:
    """The pipeline could not record or report it, however broken the photo is."""
    found = Finalized(is_told=False, state={**event(), "failure": FAILURE}, execution=EXECUTION)
    points = counted(lambda: count(found))
    assert gone_off(ALARMS, points) == {"gallery-service-failures"}
    # The backstop records a photo again as long as the notifier is down: photos are counted by the pipeline alone.
    assert {point.series.name for point in points} == {"PhotosFailed"}


def test_the_log_names_the_error_without_links_and_addresses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Darkroom/gallery")
    count(failed("Sandbox.Timedout"))
    count(failed("stopped for ada@example.com, see https://example.com/?token=1"))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["error"] for line in lines if "error" in line] == [
        "Sandbox.Timedout",
        "stopped for <e-mail>, see <link>",
    ]


@pytest.mark.parametrize("name", sorted(leaves(DarkroomError)))
def test_the_class_of_an_error_says_whether_the_photo_is_at_fault(name: str) -> None:
    assert (fault_of(name) is Fault.PHOTO) is issubclass(getattr(errors, name), PermanentImageError)


@pytest.mark.parametrize(
    "name",
    ["Sandbox.Timedout", "States.Timeout", "Lambda.Unknown", "Runtime.OutOfMemory", "ExecutionAborted", "ValueError",
     "DuplicateUploadError", "ImageFailedError", "re", "Fault", "E_MAIL", ""],
)  # fmt: skip
def test_an_error_that_no_class_explains_is_a_fault_of_the_service(name: str) -> None:
    assert fault_of(name) is Fault.SERVICE


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every invocation begin at the same time."""
    monkeypatch.setattr("functions.shared.alarm_metrics.datetime", Mock(now=Mock(return_value=BEGAN)))


def invoked(function: str, *raised: type[Exception]) -> Callable[[], list[Datapoint]]:
    """Return what lets a function raise each of these errors, and returns what Lambda measures of it."""

    def handler(document: dict[str, Any], context: Any) -> dict[str, Any]:
        raise document["error"]

    counting = counting_expected_errors(handler)

    def run() -> list[Datapoint]:
        for error in raised:
            with pytest.raises(error):
                counting({"error": error("..")}, None)  # type: ignore[arg-type]
        return list(of_lambda([Invoked(f"gallery-{function}", BEGAN.timestamp(), 1.0, failed=True) for _ in raised]))

    return run


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("faults", "alarm"),
    [
        ((errors.TransientServiceError,) * 6, True),
        ((errors.TransientServiceError,) * 5, False),
        ((KeyError,) * 6, True),
        ((errors.CorruptImageError, errors.DuplicateUploadError, errors.ImageFailedError) * 7, False),
        ((errors.ImageFailedError,) * 50 + (errors.ServiceRefusedError,) * 6, True),
    ],
)
def test_an_error_that_only_says_what_became_of_a_photo_counts_for_no_alarm(
    counted: Counted, clock: None, function: str, faults: tuple[type[Exception], ...], alarm: bool
) -> None:
    of_lambda_itself: list[Datapoint] = []
    run = invoked(function, *faults)
    points = counted(lambda: of_lambda_itself.extend(run()), function=function)
    off = gone_off(ALARMS, [*points, *of_lambda_itself])
    assert off == ({f"gallery-{function}-errors"} if alarm else set())


def test_an_expected_error_is_counted_in_the_minute_in_which_its_invocation_began(
    counted: Counted, clock: None
) -> None:
    """As Lambda counts it: else a photo that fails after the turn of a period would be a fault of the one before."""
    [point] = counted(invoked("validate", errors.CorruptImageError), function="validate")
    assert point.at_seconds == pytest.approx(BEGAN.timestamp(), abs=0.001)


def alarm(expression: str) -> dict[str, Any]:
    metric = {"Namespace": "N", "MetricName": "M", "Dimensions": []}
    return {
        "AlarmName": "a",
        "Metrics": [
            {"Id": "result", "Expression": expression},
            {"Id": "here", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}},
            {"Id": "gone", "MetricStat": {"Metric": {**metric, "MetricName": "none"}, "Period": 60, "Stat": "Sum"}},
        ],
        "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
    }


def test_an_alarm_that_depends_on_what_aws_does_not_document_is_refused() -> None:
    one = [Datapoint(Series("N", "M", frozenset()), 1.0, 1.0)]
    assert goes_off(alarm("here - FILL(gone, 0)"), one)
    with pytest.raises(AmbiguousAlarmError):
        goes_off(alarm("here + gone"), one)
    with pytest.raises(AmbiguousAlarmError):
        goes_off(alarm("IF(FILL(gone, 0) >= 0, 1, 0) - gone"), one)


@pytest.mark.parametrize("reading", READINGS)
def test_a_division_by_zero_is_no_value(reading: Any) -> None:
    assert reading.value("1 / a", {"a": 0.0}) is None
    with pytest.raises(NotImplementedError):
        reading.value("SEARCH(a)", {"a": 0.0})
