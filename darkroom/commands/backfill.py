"""`darkroom backfill`: photos that the pipeline has never seen, or that are to be made anew."""

import argparse
from pathlib import Path

from rich.console import Console

from darkroom.commands.arguments import (
    Commands,
    add_command,
    add_operating_arguments,
    add_wait,
    positive,
    span,
)
from functions.operate.backfill.reprocess import Reprocess
from functions.operate.spans import written_span

EXAMPLES = """\
  darkroom backfill plan --out plan.json
  darkroom backfill plan --prefix holiday/ --reprocess failed --out plan.json
  darkroom backfill apply plan.json --rate 20 --max-cost 50 --wait
  darkroom backfill show plan.json --json
  darkroom backfill pace --rate 5
  darkroom backfill stop --yes"""
SETTLED_AFTER_SECONDS = 600


def add_to(commands: Commands) -> None:
    """Add the command, what can be done with it, and the arguments."""
    parser = add_command(commands, "backfill", "plan and work off photos that were there before, or again", EXAMPLES)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_plan(actions)
    _add_apply(actions)
    _add_show(actions)
    _add_pace(actions)
    _add_stop(actions)


def add_survey_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what says which uploads are looked at."""
    parser.add_argument("--prefix", default="", help="only keys that begin so")
    text = f"leave younger uploads to their own event (default: {written_span(SETTLED_AFTER_SECONDS)})"
    parser.add_argument("--settled-after", type=span, default=SETTLED_AFTER_SECONDS, metavar="SPAN", help=text)


def _add_plan(actions: Commands) -> None:
    parser = actions.add_parser(
        "plan", help="count and price photos, and write the plan", description=_run_plan.__doc__
    )
    add_survey_arguments(parser)
    text = "uploads without a record; those that failed as well; or all, made anew (default: %(default)s)"
    parser.add_argument(
        "--reprocess", choices=[each.value for each in Reprocess], default=Reprocess.MISSING.value, help=text
    )
    parser.add_argument("--out", type=Path, metavar="PLAN", help="the file to write (default: none, only counts)")
    add_operating_arguments(parser)
    parser.set_defaults(run=_run_plan)


def _add_apply(actions: Commands) -> None:
    parser = actions.add_parser("apply", help="start the photos of a plan", description=_run_apply.__doc__)
    parser.add_argument("plan", type=Path, metavar="PLAN", help="a file of `darkroom backfill plan`")
    text = "photos a second (default: as many as leave live uploads half of the first quota)"
    parser.add_argument("--rate", type=positive, metavar="N", help=text)
    text = "start nothing if it costs more"
    parser.add_argument("--max-cost", type=positive, metavar="DOLLARS", help=text)
    parser.add_argument("--yes", action="store_true", help="ask no question")
    add_wait(parser)
    add_operating_arguments(parser)
    parser.set_defaults(run=_run_apply)


def _add_show(actions: Commands) -> None:
    parser = actions.add_parser("show", help="what became of the planned photos", description=_run_show.__doc__)
    text = "the plan whose photos are meant (default: what the latest run had left of it)"
    parser.add_argument("plan", nargs="?", type=Path, metavar="PLAN", help=text)
    add_operating_arguments(parser)
    parser.set_defaults(run=_run_show)


def _add_pace(actions: Commands) -> None:
    parser = actions.add_parser("pace", help="change the rate of the run", description=_run_pace.__doc__)
    parser.add_argument("--rate", type=positive, required=True, metavar="N", help="photos a second")
    add_operating_arguments(parser)
    parser.set_defaults(run=_run_pace)


def _add_stop(actions: Commands) -> None:
    parser = actions.add_parser("stop", help="start no more photos", description=_run_stop.__doc__)
    parser.add_argument("--yes", action="store_true", help="ask no question")
    add_operating_arguments(parser)
    parser.set_defaults(run=_run_stop)


def _run_plan(options: argparse.Namespace, console: Console) -> int:
    """List uploads, hold them against their records, say what a backfill of them takes, and write the plan."""
    from darkroom.commands.access import access_of  # noqa: PLC0415 - boto3 takes its time to import
    from darkroom.commands.backfill_survey import plan_backfill  # noqa: PLC0415

    with access_of(options) as access:
        return plan_backfill(access, console, options)


def _run_apply(options: argparse.Namespace, console: Console) -> int:
    """Start what is left of a plan. It can be stopped, and applied again: no photo is started twice."""
    from darkroom.commands.access import access_of  # noqa: PLC0415
    from darkroom.commands.backfill_run import apply_plan  # noqa: PLC0415

    with access_of(options) as access:
        return apply_plan(access, console, options)


def _run_show(options: argparse.Namespace, console: Console) -> int:
    """Say how many of exactly the planned photos are done, failed, were skipped, are at work or wait."""
    from darkroom.commands.access import access_of  # noqa: PLC0415
    from darkroom.commands.backfill_run import show_backfill  # noqa: PLC0415

    with access_of(options) as access:
        return show_backfill(access, console, options)


def _run_pace(options: argparse.Namespace, console: Console) -> int:
    """Change how many photos the run that is going on starts each second."""
    from darkroom.commands.access import access_of  # noqa: PLC0415
    from darkroom.commands.backfill_control import change_pace  # noqa: PLC0415

    with access_of(options) as access:
        return change_pace(access, console, options)


def _run_stop(options: argparse.Namespace, console: Console) -> int:
    """End the run that is going on; photos that were started go on. The plan can be applied again."""
    from darkroom.commands.access import access_of  # noqa: PLC0415
    from darkroom.commands.backfill_control import stop_backfill  # noqa: PLC0415

    with access_of(options) as access:
        return stop_backfill(access, console, options)
