"""The simulation of throttling: what it says of known policies and quotas, and what the real definition promises."""

import json
from collections.abc import Mapping

import pytest

from functions.operate.capacity.retry_waits import Retrier, retriers
from tests.definitions import ROOT
from verification.load.capacity_tables import report_of
from verification.load.throttled_report import PROMISED
from verification.load.throttled_start import Limits, Outcome, Uploads, Work, measured_work, simulate

FUNCTIONS = ("validate", "enhance", "record", "notify")
IMPATIENT = Retrier(interval_seconds=1, backoff_rate=1, max_attempts=3, max_delay_seconds=1)
MACHINE = json.loads((ROOT / "statemachine" / "pipeline.asl.json").read_text())


def bulk(photos: int, concurrency: int, policies: Mapping[str, Retrier]) -> Outcome:
    return simulate(Uploads(photos), Limits(concurrency), policies)


def test_a_bulk_upload_into_a_new_account_fails_no_photo() -> None:
    outcome = simulate(PROMISED.uploads, PROMISED.limits, retriers(MACHINE))
    assert (PROMISED.uploads.photos, PROMISED.limits.concurrency, outcome.failed) == (1000, 10, 0)
    assert len(outcome.latencies_seconds) == 1000


def test_a_policy_that_gives_up_soon_fails_photos() -> None:
    outcome = bulk(100, 10, dict.fromkeys(FUNCTIONS, IMPATIENT))
    assert outcome.failed > 50
    assert outcome.failed + len(outcome.latencies_seconds) == 100


def test_without_throttling_nothing_is_retried_and_only_the_first_starts_cold() -> None:
    outcome = bulk(1, 10, dict.fromkeys(FUNCTIONS, IMPATIENT))
    assert (outcome.failed, outcome.retries) == (0, [0])
    # The work, at most half as much again, and a cold start of each function.
    assert 9 < outcome.latencies_seconds[0] < 15.5


def test_each_task_competes_anew_for_what_the_one_before_has_freed() -> None:
    seconds = dict.fromkeys(FUNCTIONS, 1.0)
    works = [Work(seconds, dict.fromkeys(FUNCTIONS, 0.0), between) for between in (0.0, 0.5)]
    retries = [sum(simulate(Uploads(60), Limits(2), retriers(MACHINE), work).retries) for work in works]
    assert retries[1] > 1.2 * retries[0]


def test_concurrency_bounds_the_throughput() -> None:
    patient = Retrier(interval_seconds=1, backoff_rate=1, max_attempts=10_000, max_delay_seconds=1)
    policies = dict.fromkeys(FUNCTIONS, patient)
    narrow, wide = (max(bulk(100, concurrency, policies).latencies_seconds) for concurrency in (5, 50))
    assert narrow > 4 * wide


def test_starts_above_the_quota_wait_and_none_is_lost() -> None:
    limits = Limits(concurrency=1000, starts_per_second=3, starts_at_once=13)
    outcome = simulate(Uploads(900, 30), limits, retriers(MACHINE))
    assert (outcome.failed, outcome.dead_letters) == (0, 0)
    # Of 900 photos in 30 s, 13 start at once and 3 a second.
    assert 750 < outcome.most_waiting < 810
    assert max(outcome.latencies_seconds) > (900 - 13) / 3 - 30


def test_starts_that_never_come_end_in_the_dead_letter_queue() -> None:
    outcome = simulate(Uploads(10), Limits(10, starts_per_second=1e-9, starts_at_once=4), retriers(MACHINE))
    assert (outcome.dead_letters, len(outcome.latencies_seconds)) == (6, 4)
    assert outcome.ended_seconds > 20 * 3600


def test_lambda_lets_through_what_capacity_calculates() -> None:
    [limit] = [limit for limit in report_of(concurrency=8).limits if limit.name.startswith("Lambda")]
    # Warm, and a hundred times as slow, so that waits are short beside the work.
    work = Work({name: 100 * seconds for name, seconds in measured_work().seconds.items()}, dict.fromkeys(FUNCTIONS, 0))
    patient = Retrier(interval_seconds=5, backoff_rate=1, max_attempts=1_000_000, max_delay_seconds=5)
    outcome = simulate(Uploads(200), Limits(8), dict.fromkeys(FUNCTIONS, patient), work)
    simulated = 100 * 200 / max(outcome.latencies_seconds)
    assert simulated == pytest.approx(limit.photos_per_second, rel=0.15)


@pytest.mark.parametrize(("attempt", "seconds"), [(0, 10), (1, 20), (3, 80), (5, 300), (39, 300), (5000, 300)])
def test_a_wait_doubles_up_to_its_ceiling(attempt: int, seconds: float) -> None:
    assert Retrier(10, 2, 40, 300).longest_wait_seconds(attempt) == seconds


def test_a_retrier_goes_on_for_all_its_waits() -> None:
    assert Retrier(10, 2, 6, 100).longest_seconds == 10 + 20 + 40 + 80 + 100 + 100


def test_the_real_definition_is_read_for_each_function_in_order() -> None:
    assert tuple(retriers(MACHINE)) == FUNCTIONS
