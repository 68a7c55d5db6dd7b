"""What photos cost and what binds first: the formulas, the documents that repeat them, and the command."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from darkroom.__main__ import main
from functions.operate.capacity import prices, quotas
from functions.operate.capacity.billed_time import billed_time, cold_share, memory_mb
from functions.operate.capacity.measurements import FunctionUse, measurements
from functions.operate.capacity.photo_cost import traced_share
from functions.operate.capacity.prices import Price
from functions.operate.capacity.quotas import Quota
from functions.operate.capacity.workload import photo_of
from functions.operate.schemas import schema_of
from tests.definitions import ROOT
from verification.alarms.datapoints import embedded
from verification.harness.execution import Execution
from verification.load.capacity_tables import DOCUMENTS, TABLES, report_of, with_tables
from verification.load.photo_costs import processor_times, transitions
from verification.load.record_writes import write_units

# The goal of the project, without mail.
MOST_DOLLARS_PER_MILLION = 200
IDLE = FunctionUse(invocations=1, processor_ms=0, s3_calls=0, s3_bytes=0, dynamodb_calls=0, sns_calls=0)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.name))
def test_the_documents_say_what_is_calculated(document: Path) -> None:
    assert document.read_text() == with_tables(document), "run `make capacity-docs`"


def test_every_table_stands_in_a_document() -> None:
    named = [name for path in DOCUMENTS for name in re.findall(r"<!-- capacity: ([a-z-]+) -->", path.read_text())]
    assert sorted(named) == sorted(TABLES)


def test_the_readme_says_what_a_million_photos_cost() -> None:
    assert f"about {round(report_of().dollars_per_million, -1):.0f} dollars" in (ROOT / "README.md").read_text()


def test_the_readme_says_what_a_thousand_photos_a_month_cost() -> None:
    [months] = re.findall(r"^\| 1,000 .*\|$", (ROOT / "docs" / "deploy.md").read_text(), re.MULTILINE)
    together = float(months.split("|")[4])
    assert f"1,000 photos a month cost about {together:.0f} dollars" in (ROOT / "README.md").read_text()


def test_a_million_photos_cost_no_more_than_the_goal() -> None:
    report = report_of()
    assert report.dollars_per_million <= MOST_DOLLARS_PER_MILLION
    assert report.dollars_per_million == pytest.approx(sum(line.dollars_per_million for line in report.lines))


def test_every_price_and_quota_has_a_source_and_a_date() -> None:
    things = [*vars(prices).values(), *vars(quotas).values()]
    found = [thing for thing in things if isinstance(thing, Price | Quota)]
    assert len(found) > 25
    for thing in found:
        assert thing.source.startswith("https://")
        assert re.fullmatch(r"20\d\d-\d\d", thing.as_of)


@pytest.mark.parametrize(
    ("use", "cold_ms", "slowness", "milliseconds"),
    [
        ({"processor_ms": 100}, 0, 1, 100),
        ({"processor_ms": 100}, 0, 1.5, 150),
        ({"processor_ms": 100}, 30, 1, 130),
        ({"s3_calls": 2, "s3_bytes": 850_000}, 0, 1.5, 210),
        ({"dynamodb_calls": 1, "sns_calls": 1}, 0, 1, 60),
    ],
)
def test_a_function_with_more_than_a_processor_is_billed_its_work_and_its_waits(
    use: dict[str, float], cold_ms: float, slowness: float, milliseconds: float
) -> None:
    billed = billed_time("enhance", IDLE.model_copy(update=use), cold_ms=cold_ms, slowness=slowness)
    assert billed.milliseconds == pytest.approx(milliseconds)
    assert billed.gb_seconds == pytest.approx(memory_mb("enhance") / 1024 * milliseconds / 1000)


def test_a_function_with_a_part_of_a_processor_works_longer_and_starts_as_fast() -> None:
    billed = billed_time("record", IDLE.model_copy(update={"processor_ms": 10}), cold_ms=7)
    assert billed.milliseconds == pytest.approx(10 * 1769 / memory_mb("record") + 7)


@pytest.mark.parametrize(("per_second", "share"), [(1 / 86_400, 0.997), (1 / 300, 0.368), (1, 0)])
def test_photos_that_come_seldom_find_no_warm_function(per_second: float, share: float) -> None:
    assert cold_share(per_second) == pytest.approx(share, abs=0.001)


@pytest.mark.parametrize(("per_second", "share"), [(0.1, 1), (1, 1), (2, 0.525), (100, 0.0595)])
def test_one_photo_a_second_and_one_in_twenty_of_the_others_is_traced(per_second: float, share: float) -> None:
    assert traced_share(per_second) == pytest.approx(share)


def test_a_photo_between_two_sizes_takes_what_lies_between() -> None:
    measured = measurements()
    small, middle, large = (use.functions["enhance"].processor_ms for use in measured.succeeded)
    assert photo_of(measured, 12).functions["enhance"].processor_ms == pytest.approx(middle)
    assert photo_of(measured, 18).functions["enhance"].processor_ms == pytest.approx((middle + large) / 2)
    assert photo_of(measured, 36).functions["enhance"].processor_ms == pytest.approx(2 * large - middle)
    assert 0 <= photo_of(measured, 0.01).functions["enhance"].processor_ms < small


def test_each_subscriber_by_mail_costs_twenty_dollars_a_million() -> None:
    dollars = [report_of(emails=emails).dollars_per_million for emails in (0, 1, 2)]
    assert dollars[1] - dollars[0] == pytest.approx(dollars[2] - dollars[1]) == pytest.approx(20)


@pytest.mark.parametrize(
    ("workload", "first"),
    [
        ({}, "Step Functions, starts"),
        ({"region": "eu-central-1"}, "Step Functions, starts"),
        ({"concurrency": 10}, "Lambda, concurrency"),
        ({"emails": 1}, "SNS, e-mails a subscription"),
        ({"concurrency": 500, "megapixels": 100}, "Lambda, concurrency"),
    ],
)
def test_the_quota_that_binds_first_is_named_first(workload: dict[str, object], first: str) -> None:
    limits = report_of(**workload).limits
    assert limits[0].name == first
    assert [limit.photos_per_second for limit in limits] == sorted(limit.photos_per_second for limit in limits)


@pytest.mark.parametrize(
    ("workload", "words"),
    [
        ({"peak_per_second": 10}, "no quota is reached"),
        # 600 a second for a minute, less 300 a second and 1,300 at once, worked off at 300 - 60.
        ({"peak_per_second": 60}, "16,700 photos wait in EventBridge, before they start, all done after 1 min more"),
        ({"peak_per_second": 290}, "none is given up (that would be after 24 h)"),
        ({"peak_per_second": 299}, "goes into the dead-letter queue"),
        ({"peak_per_second": 1, "concurrency": 10}, "in executions, between retries"),
        ({"peak_per_second": 30, "concurrency": 10}, "ends FAILED"),
    ],
)
def test_a_burst_waits_in_eventbridge_or_in_executions(workload: dict[str, object], words: str) -> None:
    assert words in report_of(**workload).burst.summary


CLAIMED = {"ImageId": "a", "Attention": "PROCESSING", "Timestamp": "1", "UploadDay": "d", "UploadedAt": "1"}
COMPLETED = {"ImageId": "a", "Timestamp": "2", "UploadDay": "d", "UploadedAt": "1"}


@pytest.mark.parametrize(
    ("states", "units"),
    [
        ([], 0),
        ([CLAIMED], 3),
        ([CLAIMED, COMPLETED], 3 + 2),
        ([CLAIMED, {**COMPLETED, "Enhancement": "x" * 1024}], 3 + 3),
        # What is larger counts, before or after.
        ([{**CLAIMED, "Enhancement": "x" * 1024}, COMPLETED], 5 + 4),
        # In AttentionIndex, another key is an entry that goes and one that comes.
        ([CLAIMED, {**CLAIMED, "Attention": "FAILED", "Timestamp": "2"}], 3 + 3),
        ([CLAIMED, {**CLAIMED, "Attempt": 2}], 3 + 2),
    ],
)
def test_the_writes_of_a_record_are_counted_with_its_indexes(states: list[dict[str, object]], units: int) -> None:
    assert write_units(states) == units


def test_the_processor_time_of_reports_is_read() -> None:
    report = "REPORT RequestId: 1\tDuration: 9.00 ms\tMax Memory Used: 70 MB\tProcessor Time: 12.50 ms"
    lines = ["START", report, f"{report}\tInit Duration: 3.00 ms"]
    assert list(processor_times(lines)) == [(12.5, False), (12.5, True)]


def test_transitions_are_the_start_and_every_try() -> None:
    attempts = {"ValidateImage": 1, "EnhanceImage": 3, "Skipped": 0}
    execution = Execution("", "SUCCEEDED", {}, {}, "", "", 0, list(attempts), attempts)
    assert transitions(execution) == 1 + 1 + 3 + 1


def test_a_metric_is_a_series_for_each_value_of_its_dimensions() -> None:
    def line(kind: str) -> str:
        directive = {"Namespace": "n", "Dimensions": [["kind"]], "Metrics": [{"Name": "PhotosFailed"}]}
        return json.dumps(
            {"_aws": {"Timestamp": 0, "CloudWatchMetrics": [directive]}, "kind": kind, "PhotosFailed": [1]}
        )

    lines = [line("photo"), line("photo"), line("service"), "no metric"]
    assert len({point.series for point in embedded(lines)}) == 2


def test_the_command_prints_tables_and_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["capacity", "--photos-per-day", "33333", "--emails", "1"]) == 0
    printed = capsys.readouterr().out
    for words in ("Step Functions", "125.00", "SNS, e-mail", "A month of 999,990 photos", "no quota is reached"):
        assert words in printed


def test_the_command_prints_a_document_of_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["capacity", "--json", "--megapixels", "12"]) == 0
    document = json.loads(capsys.readouterr().out)
    Draft202012Validator(schema_of("capacity")).validate(document)
    assert document["workload"]["megapixels"] == 12
    # Ten times the average of a thousand a day.
    assert document["workload"]["peak_per_second"] == pytest.approx(10_000 / 86_400)
