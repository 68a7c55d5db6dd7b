"""A plan, its price and its progress as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from darkroom.terminal_text import shown_lines
from functions.operate.backfill.backfill_price import first_limit, price_of, usual_rate
from functions.operate.backfill.backfill_reports import (
    BackfillPlan,
    BackfillProgress,
    BackfillRun,
    Estimate,
    MissingReport,
)
from functions.operate.backfill.start_pace import MIN_RATE, StartPace, start_pace
from functions.operate.spans import span

if TYPE_CHECKING:
    from rich.console import Console

    from darkroom.commands.access import Access

STILL_UNDER_WAY = (
    "Their events may be under way yet: EventBridge tries for a day, and what it gives up lies in a dead-letter queue "
    "(`darkroom status` counts it, `darkroom replay` starts it)."
)
MAX_LINES = 20
"""Of a list on the screen; `--json` has more of it."""


def estimate_of(access: Access, photos: int, size_bytes: int, rate: float | None) -> tuple[Estimate, StartPace]:
    """Return what so many photos take, and the pace that comes closest to a rate, or to the usual one; one request.

    Raises ValueError for the rate.
    """
    limit = access.client("lambda").get_account_settings()["AccountLimit"]
    quota = first_limit(photos, size_bytes, limit["UnreservedConcurrentExecutions"], access.project.region)
    pace = start_pace(rate or max(usual_rate(quota), MIN_RATE))
    estimate = Estimate(
        photos=photos,
        bytes=size_bytes,
        dollars=round(price_of(photos, size_bytes, pace), 6),
        rate=round(pace.per_second, 2),
        hours=round(photos / pace.per_second / 3600, 2),
        first_quota=quota.name,
        quota_per_second=quota.photos_per_second,
    )
    return estimate, pace


def estimate_words(estimate: Estimate) -> str:
    """Return in one line what a backfill takes."""
    lasts = span(estimate.photos / estimate.rate)
    cost = f"about {estimate.dollars:,.2f} dollars without e-mails"
    return f"{photos(estimate.photos)}, {estimate.bytes / 1e9:,.1f} GB, {cost}, {lasts} at {estimate.rate:g} a second"


def photos(count: int) -> str:
    """Return a number of photos."""
    return f"{count:,} photo" if count == 1 else f"{count:,} photos"


def print_plan(console: Console, plan: BackfillPlan, command: str) -> None:
    """Print what was planned, what was left out and why, and how to go on."""
    _line(console, estimate_words(plan.estimate))
    _line(console, f"  taken: {_counts(plan.taken.items())}")
    _line(console, f"  left:  {_counts(plan.left.items())}")
    quota = f"{plan.estimate.first_quota} ({plan.estimate.quota_per_second:g} photos a second, live uploads included)"
    _line(console, f"What binds first: {quota}")
    if plan.other_versions:
        _line(console, "\nOf another version than their record's:")
        _lines(console, [f"  {upload.key}: {upload.standing}" for upload in plan.other_versions])
    if plan.file and plan.estimate.photos:
        _line(console, f"\nTo start them: {command}")


def print_missing(console: Console, report: MissingReport) -> None:
    """Print each upload that is missing, and the plan for them."""
    for upload in report.photos:
        _line(console, f"{upload.key}: {upload.standing}")
    if not report.photos:
        _line(console, f"Every upload has its record ({_counts(report.left.items())}).")
        return
    _line(console, f"\n{photos(len(report.photos))} without a record. {STILL_UNDER_WAY}")
    _line(console, f"To plan their backfill:\n{report.plan}")


def print_progress(console: Console, progress: BackfillProgress) -> None:
    """Print how the run stands, and what became of the planned photos."""
    if progress.run:
        print_run(console, progress.run)
    _line(console, _counts(progress.counts.items()))
    _lines(
        console, [f"  {photo.key}: {photo.outcome}{': ' if photo.why else ''}{photo.why}" for photo in progress.named]
    )


def print_run(console: Console, run: BackfillRun) -> None:
    """Print how a run stands."""
    pace = f", {run.rate:g} photos a second at most" if run.is_running else ""
    failed = f", {run.batches_failed} of them failed" if run.batches_failed else ""
    batches = f"{run.batches_done} of {run.batches_total} batches worked off{failed}"
    _line(console, f"Run {run.status}{f' ({run.error})' if run.error else ''}, {batches}{pace}")


def _counts(counts: Iterable[tuple[str, int]]) -> str:
    """Return counts in words, `3 done, 1 failed`."""
    return ", ".join(f"{count:,} {what}" for what, count in counts) or "none"


def _lines(console: Console, lines: list[str]) -> None:
    for line in lines[:MAX_LINES]:
        _line(console, line)
    if len(lines) > MAX_LINES:
        _line(console, f"  … and {len(lines) - MAX_LINES} more: --json names them")


def _line(console: Console, text: str) -> None:
    console.print(shown_lines(text), highlight=False, soft_wrap=True)
