"""The time in the stateful tests: it stands still until it is moved, so that all may happen in one millisecond."""

from datetime import UTC, datetime, timedelta, tzinfo

from verification.record_history import LEASE

LEASE_SECONDS = LEASE.total_seconds()


class Clock:
    """The present moment, and what stands in for `datetime` where the ledger reads the time."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
        self._ticks = 0

    def now(self, _zone: tzinfo) -> datetime:
        return self.moment

    def utcnow(self) -> datetime:
        """Return what stands in for moto's function, by which S3 dates an object, and orders the versions of a key."""
        self._ticks += 1
        return self.moment.replace(tzinfo=None) + timedelta(microseconds=self._ticks)

    def begin_second(self) -> None:
        """Move to the beginning of the next second: S3 rounds to seconds, and a history must be as it was before."""
        self.moment, self._ticks = self.moment.replace(microsecond=0) + timedelta(seconds=1), 0

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


CLOCK = Clock()
