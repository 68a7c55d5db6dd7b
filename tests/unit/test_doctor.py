"""The doctor's decisions over facts: what is a fault, in which words, and what the report's exit status is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.operate.differences import Allowed, Holding, differences
from functions.operate.doctor.announcing_checks import judge_alarms, judge_subscriptions
from functions.operate.doctor.findings import DoctorReport, Fault, check_result
from functions.operate.doctor.plan import Plan
from functions.operate.doctor.quota_checks import judge_concurrency, judge_turned_away
from functions.operate.masking import masked
from functions.operate.project import Project

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
PROJECT = Project("gallery", "eu-central-1", "111122223333", "gallery-images", 90_000)
ALARM = {"AlarmActions": ["arn:topic"]}
PLAN = Plan(PROJECT, "uploads", "uploads", "arn:key", {"alarms/gallery-lost": ALARM}, NOW)


def subscription(arn: str, endpoint: str = "ada@example.com") -> dict[str, str]:
    return {"SubscriptionArn": arn, "Protocol": "email", "Endpoint": endpoint}


@pytest.mark.parametrize(
    ("topic", "facts", "faults"),
    [
        ("operations", [subscription("arn:1")], []),
        ("operations", [], ["topic gallery-operations has no confirmed subscription, so alarms reach nobody"]),
        (
            "operations",
            [subscription("PendingConfirmation")],
            [
                "email a…@example.com on gallery-operations waits for its confirmation",
                "topic gallery-operations has no confirmed subscription, so alarms reach nobody",
            ],
        ),
        (
            "results",
            [subscription("arn:1"), subscription("Deleted")],
            ["email a…@example.com on gallery-results has been unsubscribed"],
        ),
        ("results", [], []),
        (
            "results",
            [subscription("Deleted")],
            [
                "email a…@example.com on gallery-results has been unsubscribed",
                "topic gallery-results has no confirmed subscription any more",
            ],
        ),
    ],
)
def test_subscriptions_that_are_pending_or_lost_are_faults(
    topic: str, facts: list[dict[str, str]], faults: list[str]
) -> None:
    found = [said.sentence for said in judge_subscriptions(PLAN, topic, facts) if isinstance(said, Fault)]
    assert [sentence[: len(fault)] for sentence, fault in zip(found, faults, strict=True)] == faults
    assert "ada@" not in str(found)


@pytest.mark.parametrize(
    ("state", "age_hours", "words"),
    [
        ("OK", 48, None),
        ("ALARM", 23, None),
        ("ALARM", 25, "is ALARM since 2026-01-30 11:00 UTC"),
        ("INSUFFICIENT_DATA", 25, "is INSUFFICIENT_DATA since"),
    ],
)
def test_an_alarm_that_has_been_stuck_for_a_day_is_a_fault(state: str, age_hours: int, words: str | None) -> None:
    since = NOW - timedelta(hours=age_hours)
    alarm = {**ALARM, "ActionsEnabled": True, "StateValue": state, "StateUpdatedTimestamp": since}
    found = [
        said.sentence for said in judge_alarms(PLAN, "gallery", {"gallery-lost": alarm}) if isinstance(said, Fault)
    ]
    assert len(found) == (words is not None)
    assert all(words in sentence for sentence in found if words)


@pytest.mark.parametrize(
    ("limit", "used", "words"),
    [
        (10, None, "may run 10 functions at once, as new accounts do"),
        (1000, 800.0, "ran 800 of 1000 functions at once"),
        (1000, 799.0, None),
        (1000, None, None),
    ],
)
def test_a_concurrency_that_is_small_or_nearly_used_up_is_a_fault(
    limit: int, used: float | None, words: str | None
) -> None:
    [said] = judge_concurrency(PLAN, "111122223333", {"limit": limit, "used": used})
    assert isinstance(said, Fault) is (words is not None)
    assert words is None or (isinstance(said, Fault) and words in said.sentence)


def test_what_was_turned_away_is_counted() -> None:
    [fault] = judge_turned_away(PLAN, "enhance", 12.0)
    assert isinstance(fault, Fault)
    assert "gallery-enhance was throttled 12 times on the last day" in fault.sentence
    assert list(judge_turned_away(PLAN, "enhance", 0)) == []


@pytest.mark.parametrize(
    ("wanted", "found", "said"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, ["a.b is 2 and not 1"]),
        ({"a": 1}, {}, ["a is not set"]),
        ({"a": {"b": 1}}, {}, ["a is not set"]),
        ({"a": '{"b": 1}'}, {"a": '{"b": 2}'}, ["a.b is 2 and not 1"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, ["a.b is 2 and not 1"]),
        ({"a": [1, 2]}, {"a": [2, 3]}, ["a lacks 1"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a has 1 more than it should"]),
        ({"a": [1, 1]}, {"a": [1]}, ["a has 1 fewer than it should"]),
        ({"a": Holding([{"Sid": "Tls"}])}, {"a": [{"Sid": "Other"}]}, ["a lacks Tls"]),
        ({"a": Holding([{"Sid": "Tls"}])}, {"a": [{"Sid": "Other"}, {"Sid": "Tls"}]}, []),
        ({"a": Holding([1])}, {}, ["a lacks 1"]),
        ({"a": Allowed(lambda value: "is odd" if value % 2 else "")}, {"a": 3}, ["a is odd"]),
        ({"a": Allowed(lambda value: "is odd" if value % 2 else "")}, {"a": 4}, []),
        ({"a": "x" * 99}, {"a": "y" * 99}, [f"a is {'y' * 60}… and not {'x' * 60}…"]),
    ],
)
def test_a_difference_names_its_place_and_both_values(wanted: Any, found: Any, said: list[str]) -> None:
    assert list(differences(wanted, found)) == said


@pytest.mark.parametrize(
    ("endpoint", "shown"),
    [
        ("ada@example.com", "a…@example.com"),
        ("+15555550123", "…23"),
        ("https://ada:secret@hooks.example.com/path?token=1", "https://hooks.example.com/…"),
        ("arn:aws:sqs:eu-central-1:111122223333:queue", "arn:aws:sqs:eu-central-1:111122223333:queue"),
    ],
)
def test_an_endpoint_is_shown_without_who_it_is(endpoint: str, shown: str) -> None:
    assert masked(endpoint) == shown


@pytest.mark.parametrize(
    ("faults", "unknown", "status"), [(0, 0, 0), (1, 0, 1), (0, 1, 3), (1, 1, 1)], ids=["good", "bad", "?", "both"]
)
@pytest.mark.parametrize("part", ["checks", "probe"])
def test_the_exit_status_of_a_report_rests_on_what_is_shown(part: str, faults: int, unknown: int, status: int) -> None:
    fault = Fault(subject="rule a", finding="is off")
    check = check_result("rules", "", [fault] * faults, ["refused"] * unknown)
    parts = {"checks": [], "probe": [], part: [check]}
    assert DoctorReport(project="gallery", region="eu-central-1", at=NOW, **parts).exit_status == status
