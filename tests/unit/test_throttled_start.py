"""The simulation of a bulk upload: what it says of known retry policies, and what the real definition promises."""

import pytest

from verification.load.throttled_report import PROMISED
from verification.load.throttled_start import Retrier, retriers, simulate

FUNCTIONS = ("validate", "enhance", "record", "notify")
IMPATIENT = Retrier(interval_seconds=1, backoff_rate=1, max_attempts=3, max_delay_seconds=1)


def test_a_bulk_upload_into_a_new_account_fails_no_photo() -> None:
    outcome = simulate(*PROMISED, retriers())
    assert outcome.failed == 0
    assert len(outcome.latencies_seconds) == PROMISED[0]


def test_a_policy_that_gives_up_soon_fails_photos() -> None:
    outcome = simulate(100, 10, dict.fromkeys(FUNCTIONS, IMPATIENT))
    assert outcome.failed > 50
    assert outcome.failed + len(outcome.latencies_seconds) == 100


def test_without_throttling_nothing_is_retried_and_only_the_first_starts_cold() -> None:
    outcome = simulate(1, 10, dict.fromkeys(FUNCTIONS, IMPATIENT))
    assert (outcome.failed, outcome.retries) == (0, [0])
    # The work, at most half as much again, and a cold start of each function.
    assert 9 < outcome.latencies_seconds[0] < 15.5


def test_concurrency_bounds_the_throughput() -> None:
    patient = Retrier(interval_seconds=1, backoff_rate=1, max_attempts=10_000, max_delay_seconds=1)
    policies = dict.fromkeys(FUNCTIONS, patient)
    narrow, wide = (max(simulate(100, concurrency, policies).latencies_seconds) for concurrency in (5, 50))
    assert narrow > 4 * wide


@pytest.mark.parametrize(("attempt", "seconds"), [(0, 10), (1, 20), (3, 80), (5, 300), (39, 300), (5000, 300)])
def test_a_wait_doubles_up_to_its_ceiling(attempt: int, seconds: float) -> None:
    assert Retrier(10, 2, 40, 300).longest_wait_seconds(attempt) == seconds


def test_the_real_definition_is_read_for_each_function_in_order() -> None:
    assert tuple(retriers()) == FUNCTIONS
