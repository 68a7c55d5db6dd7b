"""A plan from the question to what became of its photos."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from darkroom.command_errors import CommandError, UsageError
from darkroom.command_line import EXIT_INTERRUPTED
from darkroom.commands.backfill_control import runs_of
from darkroom.commands.backfill_rest import Rest, progress_of_plan, waiting
from darkroom.commands.backfill_screen import estimate_of, estimate_words, photos, print_progress
from darkroom.commands.question import is_agreed
from functions.operate.backfill.backfill_runs import RunExistsError
from functions.operate.backfill.plan_file import UnreadablePlanError, read_plan
from functions.operate.polling import Polling
from functions.operate.project import upload_bucket

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from darkroom.commands.access import Access
    from functions.operate.backfill.backfill_reports import BackfillProgress, BackfillRun, Estimate
    from functions.operate.backfill.start_pace import StartPace


def apply_plan(access: Access, console: Console, options: argparse.Namespace) -> int:
    """Start what of a plan has not begun, if somebody agrees; wait if asked to. Return the exit status."""
    try:
        runs_of(access).require_none()
        with tempfile.TemporaryDirectory() as folder:
            rest = Rest(Path(folder) / "plan.json")
            bucket = upload_bucket(access.client, access.project)
            rest.write(waiting(access, read_plan(options.plan), bucket), bucket)
            arn = None
            if rest.photos:
                estimate, pace = _estimate(access, rest, options)
                if not _is_agreed(estimate, options):
                    console.print("Nothing was started.", highlight=False)
                    return 0
                arn = runs_of(access).start(options.plan, rest.path, pace)
    except (RunExistsError, UnreadablePlanError) as error:
        raise CommandError(str(error)) from error
    return _finish(access, console, options, arn)


def show_backfill(access: Access, console: Console, options: argparse.Namespace) -> int:
    """Print what became of a plan's photos; return the exit status."""
    runs = runs_of(access)
    arn = runs.latest(options.plan)
    if arn is None and options.plan is None:
        raise CommandError("there was no backfill in the last 90 days: name a plan")
    try:
        planned = read_plan(options.plan) if options.plan else runs.photos(arn or "")
        run = runs.look(arn) if arn else None
        progress = progress_of_plan(access, planned, run)
    except UnreadablePlanError as error:
        raise CommandError(str(error)) from error
    _print(console, options, progress)
    return progress.exit_status


def _is_agreed(estimate: Estimate, options: argparse.Namespace) -> bool:
    """Return whether what is left is to be started. Raises CommandError where it costs more than it may."""
    if options.max_cost is not None and estimate.dollars > options.max_cost:
        raise CommandError(
            f"{photos(estimate.photos)} cost about {estimate.dollars:,.2f} dollars without e-mails, more than "
            f"--max-cost {options.max_cost:,.2f}: nothing was started"
        )
    words = estimate_words(estimate)
    return is_agreed(f"{_warning(estimate)}Start {words}?", f"{words} would be started: say --yes", options)


def _estimate(access: Access, rest: Rest, options: argparse.Namespace) -> tuple[Estimate, StartPace]:
    try:
        return estimate_of(access, rest.photos, rest.bytes, options.rate)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _warning(estimate: Estimate) -> str:
    """Return what has to be known before the question."""
    hurried = estimate.rate > estimate.quota_per_second / 2
    slow = f"At this rate live uploads keep less than half of: {estimate.first_quota}. " if hurried else ""
    return f"{slow}Subscribers get a message for each photo. "


def _finish(access: Access, console: Console, options: argparse.Namespace, arn: str | None) -> int:
    interrupted = False
    try:
        if options.wait and arn:
            _wait(access, options, arn)
    except KeyboardInterrupt:
        interrupted = True
    run = runs_of(access).look(arn) if arn else None
    progress = _progress(access, options, run).model_copy(update={"interrupted": interrupted})
    _print(console, options, progress)
    return EXIT_INTERRUPTED if interrupted else progress.exit_status


def _wait(access: Access, options: argparse.Namespace, arn: str) -> None:
    """Wait until the run is over, and none of the photos is at work; or until the time limit."""
    run = runs_of(access).look(arn)
    for _ in Polling(time.monotonic, time.sleep, options.wait_minutes * 60).rounds():
        run = runs_of(access).look(arn) if run.is_running else run
        # The photos are looked at when the run is over, and not before: that takes a request for each hundred.
        if not run.is_running and not _progress(access, options, run).is_at_work:
            return


def _progress(access: Access, options: argparse.Namespace, run: BackfillRun | None) -> BackfillProgress:
    return progress_of_plan(access, read_plan(options.plan), run)


def _print(console: Console, options: argparse.Namespace, progress: BackfillProgress) -> None:
    if options.json:
        print(progress.model_dump_json(indent=2))
        return
    print_progress(console, progress)
    if progress.interrupted:
        console.print("Interrupted: the run goes on; `darkroom backfill stop` ends it.", highlight=False)
