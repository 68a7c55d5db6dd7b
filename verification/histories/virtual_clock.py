"""The time in the stateful tests: it stands still until it is moved, so that all may happen in one millisecond."""

from datetime import UTC, datetime, timedelta, tzinfo

from verification.record_history import LEASE

LEASE_SECONDS = LEASE.total_seconds()


class Clock:
    """The present moment, and what stands in for `datetime` where the ledger reads the time."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 31, 12, tzinfo=UTC)

    def now(self, _zone: tzinfo) -> datetime:
        return self.moment

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


CLOCK = Clock()
