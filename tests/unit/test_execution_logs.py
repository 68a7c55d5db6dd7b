"""What the functions logged for one execution, among the lines of others."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.operate import log_queries
from functions.operate.execution_history import Step
from functions.operate.execution_logs import LogLine, lines_of
from functions.operate.execution_story import story
from functions.operate.log_queries import function_of, log_excerpt
from functions.operate.spans import read_span, written_span
from tests.unit.conftest import session
from tests.unit.operate_samples import ARN

# moto, as CloudWatch Logs, takes no line that is older than 14 days.
NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
MOMENT = int(NOW.timestamp() * 1000)
RESOURCE = "arn:aws:lambda:eu-central-1:123456789012:function:darkroom-enhance"
DEFINITION = {"States": {"EnhanceImage": {"Resource": RESOURCE}, "ResumeFailedStep": {"Type": "Choice"}}}


def logged(message: str, arn: str = ARN, **more: Any) -> str:
    return json.dumps({"level": "INFO", "message": message, "service": "enhance", "correlation_id": arn, **more})


def invocation(*messages: str) -> tuple[str, ...]:
    return ("START RequestId: 1 Version: $LATEST", *messages, "END RequestId: 1", "REPORT RequestId: 1\tDuration: 2 ms")


def events(*messages: str, stream: str = "one") -> list[dict[str, Any]]:
    return [
        {"logStreamName": stream, "timestamp": MOMENT + number, "message": message}
        for number, message in enumerate(messages)
    ]


def texts(found: list[dict[str, Any]], *errors: str) -> list[str]:
    return [line.text for line in lines_of(found, "enhance", ARN, errors)]


OWN = invocation(logged("Photo enhanced.", format="JPEG", bytes=9))
# As a re-run is called whose name was taken.
OTHER = invocation(logged("Another's.", arn=f"{ARN}-1"))
REPORT = "REPORT RequestId: 1  Duration: 2 ms"


def test_the_lines_of_an_execution_are_found_among_those_of_others() -> None:
    assert texts(events(*OTHER, *OWN, *OTHER)) == ["Photo enhanced. format=JPEG bytes=9", REPORT]


def test_sandboxes_log_at_once_and_are_told_apart() -> None:
    mixed = [event for pair in zip(events(*OWN), events(*OTHER, stream="two"), strict=True) for event in pair]
    assert texts(mixed) == ["Photo enhanced. format=JPEG bytes=9", REPORT]


def test_metrics_are_left_out() -> None:
    counted = json.dumps({"_aws": {}, "ExpectedErrors": 1})
    assert texts(events(*invocation(logged("Done."), counted))) == ["Done.", REPORT]


def test_an_invocation_that_names_no_execution_is_taken_where_the_state_failed() -> None:
    timed_out = invocation("2026-01-31T12:00:00Z 1 Task timed out after 60.00 seconds")
    assert texts(events(*timed_out)) == []
    found = list(lines_of(events(*timed_out, *OTHER), "enhance", ARN, ["Sandbox.Timedout"]))
    assert [(line.text, line.is_certain) for line in found] == [(timed_out[1], False), (REPORT, False)]


def test_an_invocation_that_met_another_error_is_not_taken_for_the_failed_one() -> None:
    refused = invocation("[ERROR] ServiceRefusedError: s3:GetObject answered AccessDenied")
    assert texts(events(*refused), "ServiceRefusedError") == [refused[1], REPORT]
    assert texts(events(*refused), "TransientServiceError") == []


@pytest.mark.parametrize(
    ("seconds", "written"), [(1, "1s"), (90, "90s"), (120, "2m"), (3600, "60m"), (86_400, "24h"), (604_800, "7d")]
)
def test_a_span_is_written_as_it_is_read(seconds: int, written: str) -> None:
    assert written_span(seconds) == written
    assert read_span(written) == seconds


@pytest.fixture
def logs(aws: None) -> Any:
    """Return a client of CloudWatch Logs in which the enhance function has logged."""
    client = session().client("logs")
    client.create_log_group(logGroupName="/aws/lambda/darkroom-enhance")
    client.create_log_stream(logGroupName="/aws/lambda/darkroom-enhance", logStreamName="one")
    client.put_log_events(
        logGroupName="/aws/lambda/darkroom-enhance",
        logStreamName="one",
        logEvents=[{"timestamp": event["timestamp"], "message": event["message"]} for event in events(*OWN)],
    )
    return client


def excerpt(logs: Any, *states: str, **changes: Any) -> tuple[list[LogLine], bool]:
    steps = [Step(state, NOW, attempts=1, succeeded=True, left=NOW + timedelta(seconds=1)) for state in states]
    visits = [visit.model_copy(update=changes) for visit in story(steps)]
    found = log_excerpt(logs, DEFINITION, ARN, visits, NOW)
    return found.lines, found.is_cut


def test_each_line_is_said_once_though_a_function_serves_two_states(logs: Any) -> None:
    lines, is_cut = excerpt(logs, "EnhanceImage", "EnhanceImage")
    assert [(line.function, line.text) for line in lines] == [
        ("enhance", "Photo enhanced. format=JPEG bytes=9"),
        ("enhance", REPORT),
    ]
    assert not is_cut


def test_lines_of_another_time_are_not_read(logs: Any) -> None:
    assert excerpt(logs, "EnhanceImage", entered_at=NOW + timedelta(minutes=1)) == ([], False)


@pytest.mark.parametrize(("limit", "value"), [("MAX_EVENTS", 2), ("MAX_LINES", 1), ("MAX_VISITS", 1)])
def test_what_is_read_is_bounded_and_the_cut_is_said(
    logs: Any, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(log_queries, limit, value)
    lines, is_cut = excerpt(logs, "EnhanceImage", "EnhanceImage")
    assert is_cut
    assert len(lines) == (2 if limit == "MAX_VISITS" else 1)


def test_a_function_that_never_ran_has_logged_nothing(logs: Any) -> None:
    logs.delete_log_group(logGroupName="/aws/lambda/darkroom-enhance")
    assert excerpt(logs, "EnhanceImage") == ([], False)


def test_a_state_that_calls_nothing_has_no_function() -> None:
    assert function_of(DEFINITION, "EnhanceImage") == "darkroom-enhance"
    assert function_of(DEFINITION, "ResumeFailedStep") == ""
