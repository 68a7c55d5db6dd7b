"""The run that is going on: its pace changed, or its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.command_errors import CommandError, UsageError
from darkroom.commands.backfill_screen import print_run
from darkroom.commands.question import is_agreed
from functions.operate.backfill.backfill_runs import BackfillRuns, NoRunError

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from darkroom.commands.access import Access


def runs_of(access: Access) -> BackfillRuns:
    """Return the runs of a deployment."""
    return BackfillRuns(access.client("stepfunctions"), access.client("s3"), access.project)


def change_pace(access: Access, console: Console, options: argparse.Namespace) -> int:
    """Change the rate of the run that is going on, and print how it stands."""
    runs = runs_of(access)
    try:
        arn = runs.running()
        runs.change_rate(arn, options.rate)
    except ValueError as error:
        raise UsageError(str(error)) from error
    except NoRunError as error:
        raise CommandError(str(error)) from error
    _print(console, runs, arn, options)
    return 0


def stop_backfill(access: Access, console: Console, options: argparse.Namespace) -> int:
    """End the run that is going on, if somebody agrees, and print how it stands."""
    runs = runs_of(access)
    try:
        arn = runs.running()
    except NoRunError as error:
        raise CommandError(str(error)) from error
    run = runs.look(arn)
    question = f"Stop the backfill after {run.batches_done} of {run.batches_total} batches? It can be applied again."
    if not is_agreed(question, "the backfill would be stopped: say --yes", options):
        console.print("Nothing was stopped.", highlight=False)
        return 0
    runs.stop(arn)
    _print(console, runs, arn, options)
    return 0


def _print(console: Console, runs: BackfillRuns, arn: str, options: argparse.Namespace) -> None:
    run = runs.look(arn)
    if options.json:
        print(run.model_dump_json(indent=2))
    else:
        print_run(console, run)
