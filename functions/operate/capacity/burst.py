"""What a burst of ten times the peak does: who queues where, for how long, and what is given up.

A calculation of flows, without chance: what exceeds a quota waits, and is worked off at the rate that the quota leaves
over the traffic after the burst. The simulation of docs/capacity.md plays the same with chance and with the
definition's own retriers.
"""

from __future__ import annotations

from functions.operate.capacity.limits import Limit
from functions.operate.capacity.quotas import DELIVERY_HOURS, EMAILS, STARTS, STARTS_AT_ONCE
from functions.operate.capacity.retry_waits import Retrier
from functions.operate.capacity.workload import BURST, Workload
from functions.operate.report_model import ReportModel

BURST_SECONDS = 60


class Burst(ReportModel):
    """A minute of ten times the peak. Minutes are None where the queue never ends."""

    photos: int
    per_second: float
    binds: str = ""
    most_waiting: int = 0
    drained_minutes: float | None = 0.0
    given_up_after_minutes: float | None = None
    summary: str


def burst(workload: Workload, found: list[Limit], retrier: Retrier) -> Burst:
    """Return what the quotas make of it, e-mails aside: SNS keeps back what is too many of those."""
    rate = round(BURST * workload.peak_per_second, 2)
    photos = round(rate * BURST_SECONDS)
    binding = next(limit for limit in found if limit.name != EMAILS.name)
    capacity = binding.photos_per_second
    waits_in_queue = binding.name == STARTS.name
    at_once = STARTS_AT_ONCE.value(workload.region) if waits_in_queue else 0.0
    waiting = max(0.0, (rate - capacity) * BURST_SECONDS - at_once)
    if not waiting:
        text = f"no quota is reached; the first would be {binding.name}, at {capacity:g} a second"
        return Burst(photos=photos, per_second=rate, summary=text)
    spare = capacity - workload.peak_per_second
    minutes = waiting / spare / 60 if spare > 0 else None
    longest_minutes = DELIVERY_HOURS * 60 if waits_in_queue else retrier.longest_seconds / 2 / 60
    return Burst(
        photos=photos,
        per_second=rate,
        binds=binding.name,
        most_waiting=round(waiting),
        drained_minutes=None if minutes is None else round(minutes, 1),
        given_up_after_minutes=round(longest_minutes, 1),
        summary=_summary(binding, round(waiting), minutes, longest_minutes, waits_in_queue=waits_in_queue),
    )


def _summary(
    binding: Limit, waiting: int, minutes: float | None, longest_minutes: float, *, waits_in_queue: bool
) -> str:
    where = "in EventBridge, before they start" if waits_in_queue else "in executions, between retries"
    end = "goes into the dead-letter queue, for `darkroom replay`" if waits_in_queue else "ends FAILED, for a redrive"
    text = f"what binds is {binding.name}, at {binding.photos_per_second:g} a second: {waiting:,} photos wait {where}"
    if minutes is None:
        return f"{text}, and more come than it lets through: what waits longer than {_span(longest_minutes)} {end}"
    if minutes > longest_minutes:
        return f"{text}; it would take {_span(minutes)}, so what waits longer than {_span(longest_minutes)} {end}"
    return (
        f"{text}, all done after {_span(minutes)} more; none is given up (that would be after {_span(longest_minutes)})"
    )


def _span(minutes: float) -> str:
    return f"{minutes / 60:.0f} h" if minutes >= 120 else f"{max(1, round(minutes))} min"
