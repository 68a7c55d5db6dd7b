"""Which of the alarms that were deployed go off, over what photos in that deployment really measure."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.definitions import ROOT
from tests.deployment.conftest import Deployed
from tests.photos import jpeg
from tests.waiting import eventually
from verification.alarms.datapoints import measured
from verification.alarms.evaluation import gone_off
from verification.harness.harness import Harness

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
SERVICE_FAILURES = "scripted-service-failures"


class Watch:
    """The alarms of a deployment, over what it has measured since the watch began."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self._began = time.time()
        pages = harness.aws.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix="scripted-")
        self._alarms = [alarm for page in pages for alarm in page["MetricAlarms"]]
        assert len(self._alarms) > 20

    def gone_off(self) -> set[str]:
        """Return the names of the alarms that have gone off so far."""
        return gone_off(self._alarms, measured(self.harness, self._began))

    def errors(self, function: str) -> int:
        """Return how many errors of a function Lambda has counted so far."""
        name = f"scripted-{function}"
        found = list(self.harness.aws.invocations)
        return sum(one.failed for one in found if one.function == name and one.at_seconds >= self._began)


@pytest.fixture
def watch(scripted: Deployed) -> Watch:
    return Watch(scripted.harness)


@pytest.fixture
def denied(scripted: Deployed) -> Iterator[Callable[..., None]]:
    """Return what denies a function calls for as long as the test lasts."""
    with ExitStack() as stack:

        def deny(function: str, service: str, *operations: str) -> None:
            for operation in operations:
                stack.enter_context(scripted.harness.faults.deny(function, service, operation))

        yield deny


def ended(harness: Harness, *bodies: bytes) -> list[str]:
    """Upload photos and wait until their executions, and the backstops of those, have ended.

    Return the statuses of the backstops' executions.
    """
    runs = [harness.run_of(key) for key in [harness.upload(body) for body in bodies]]
    failed = [run for run in runs if run.status != "SUCCEEDED"]
    return [backstop.status for run in failed for backstop in harness.backstops(run)]


def test_broken_photos_duplicates_and_photos_that_are_fine_raise_no_alarm(watch: Watch) -> None:
    harness = watch.harness
    fine = harness.upload(jpeg())
    assert ended(harness, b"no photo", b"", jpeg()[:300], b"no photo at all") == ["SUCCEEDED"] * 4
    again = harness.closed(harness.start(harness.run_of(fine).input))
    assert again.output["skipped"]["Error"] == "DuplicateUploadError"
    # Lambda counts more errors than the alarm on errors allows for: all are expected.
    assert watch.errors("record") > 5
    assert watch.gone_off() == set()


def test_the_query_of_the_runbook_finds_the_errors_of_a_function(watch: Watch) -> None:
    ended(watch.harness, b"no photo")
    [prefix, pattern] = re.findall(r'@message like "(.*?)" \| parse @message /(.*?)/ \|', RUNBOOK)[0]
    found = [line for line in watch.harness.log_lines("validate") if prefix in line]
    # Logs Insights writes a group's name as other dialects do.
    names = {match["error"] for line in found if (match := re.search(pattern.replace("(?<", "(?P<"), line))}
    assert "UnsupportedImageError" in names


def test_a_fault_of_the_service_raises_an_alarm(watch: Watch, denied: Callable[..., None]) -> None:
    denied("enhance", "s3", "PutObject")
    ended(watch.harness, jpeg())
    assert watch.gone_off() == {SERVICE_FAILURES}


def test_an_execution_that_is_stopped_raises_alarms(watch: Watch) -> None:
    harness = watch.harness
    with harness.faults.hang("enhance", "s3", "PutObject") as fault:
        key = harness.upload(jpeg())
        [arn] = eventually(lambda: harness.executions_for(key), "the execution")
        eventually(lambda: fault.count, "EnhanceImage to hang")
        harness.backstops(harness.stop(arn))
    assert watch.gone_off() >= {SERVICE_FAILURES, "scripted-pipeline-executions-aborted"}


def test_a_recorder_that_is_down_for_a_while_raises_an_alarm(watch: Watch) -> None:
    """Nothing is recorded meanwhile, so the recorder's own metric says nothing."""
    harness = watch.harness
    with harness.faults.fail("record", "dynamodb", "UpdateItem"), harness.faults.fail("record", "dynamodb", "PutItem"):
        run = harness.run_of(harness.upload(jpeg()))
        assert watch.gone_off() == {"scripted-record-errors"}
    assert [backstop.status for backstop in harness.backstops(run)] == ["SUCCEEDED"]
    assert watch.gone_off() == {"scripted-record-errors", SERVICE_FAILURES}


@pytest.mark.parametrize("body", [jpeg(), b"no photo"], ids=["a photo", "a broken photo"])
def test_a_recorder_that_may_not_write_raises_the_backstops_alarm(
    watch: Watch, denied: Callable[..., None], body: bytes
) -> None:
    """Even one photo does, though its few errors stay below what the alarm on errors allows for."""
    denied("record", "dynamodb", "UpdateItem", "PutItem")
    assert ended(watch.harness, body) == ["FAILED"]
    assert watch.gone_off() == {"scripted-backstop-executions-failed"}


def test_a_recorder_that_cannot_start_raises_the_backstops_alarm(watch: Watch) -> None:
    with watch.harness.settings("record", TABLE_NAME=""):
        assert ended(watch.harness, jpeg()) == ["FAILED"]
    assert watch.gone_off() == {"scripted-backstop-executions-failed"}


def test_a_message_about_a_broken_photo_that_may_not_be_sent_raises_an_alarm(
    watch: Watch, denied: Callable[..., None]
) -> None:
    denied("notify", "sns", "Publish")
    assert ended(watch.harness, b"no photo") == ["FAILED"]
    assert watch.gone_off() >= {"scripted-backstop-executions-failed"}
