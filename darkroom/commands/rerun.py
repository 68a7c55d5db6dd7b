"""`darkroom rerun`: photos are run again, those that a re-run helps."""

import argparse

from rich.console import Console

from darkroom.command_errors import UsageError
from darkroom.commands.arguments import (
    Commands,
    add_command,
    add_filters,
    add_operating_arguments,
    add_wait,
    count,
    positive,
    strength,
)
from functions.shared.controls import MAX_REASON_CHARACTERS, PRESETS

EXAMPLES = """\
  darkroom rerun holiday/beach.jpg
  darkroom rerun --error TransientServiceError --step EnhanceImage --dry-run
  darkroom rerun --status FAILED --since 24h --yes --wait
  darkroom rerun holiday/map.png --preset photo --strength 60 --reason "asked by mail" """
DEFAULT_RATE = 5.0  # below what an account may ask of Step Functions each second, in any Region


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(commands, "rerun", "run photos again, those that a re-run helps", EXAMPLES.rstrip())
    parser.add_argument("photos", nargs="*", metavar="KEY_OR_EXECUTION", help="keys, or ARNs of their executions")
    add_filters(parser, "FAILED")
    _add_manner(parser)
    _add_pace(parser)
    add_operating_arguments(parser)
    parser.set_defaults(run=_run)


def _add_manner(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how")
    text = "redrive resumes at the failed step, new begins anew (default: auto, whichever fits)"
    group.add_argument("--how", choices=("auto", "redrive", "new"), default="auto", help=text)
    group.add_argument("--force", action="store_true", help="also what is COMPLETED, or would fail again")
    group.add_argument("--preset", choices=PRESETS, help="in place of the upload's")
    group.add_argument("--strength", type=strength, metavar="PERCENT", help="0 to 100, in place of the upload's")
    group.add_argument("--reason", type=_reason, default="", metavar="TEXT", help="is kept in the record")


def _add_pace(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("many photos")
    group.add_argument("--dry-run", action="store_true", help="only say what would be done with each")
    group.add_argument("--yes", action="store_true", help="ask no question")
    group.add_argument("--limit", type=count, metavar="N", help="at most so many photos (default: all)")
    text = "at most so many photos a second (default: %(default)g)"
    group.add_argument("--rate", type=positive, default=DEFAULT_RATE, metavar="N", help=text)
    add_wait(group)


def _run(options: argparse.Namespace, console: Console) -> int:
    if not options.photos and not any(_filters(options)):
        raise UsageError("name photos, or say which by a filter: --status FAILED means all that failed")
    if options.photos and any(_filters(options)):
        raise UsageError("name photos, or give filters, not both")
    from darkroom.commands.access import access_of  # noqa: PLC0415 - boto3 takes its time to import
    from darkroom.commands.rerun_all import rerun_all  # noqa: PLC0415

    with access_of(options, *options.photos) as access:
        return rerun_all(access, console, options)


def _filters(options: argparse.Namespace) -> list[object]:
    return [options.status, options.error, options.step, options.user, options.prefix, options.since]


def _reason(text: str) -> str:
    if len(text) > MAX_REASON_CHARACTERS:
        raise argparse.ArgumentTypeError(f"the reason has {len(text)} characters; {MAX_REASON_CHARACTERS} are kept")
    return text
