"""`darkroom missing`: uploads that have no record."""

import argparse

from rich.console import Console

from darkroom.commands.arguments import Commands, add_command, add_operating_arguments, span
from darkroom.commands.backfill import add_survey_arguments

EXAMPLES = """\
  darkroom missing
  darkroom missing --prefix holiday/ --since 7d
  darkroom missing --json | jq -r '.photos[].key'"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(
        commands, "missing", "list uploads without a record, whose events were lost or are under way", EXAMPLES
    )
    add_survey_arguments(parser)
    parser.add_argument("--since", type=span, metavar="SPAN", help="uploaded in the last 90s, 15m, 24h or 7d")
    add_operating_arguments(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> int:
    from darkroom.commands.access import access_of  # noqa: PLC0415 - boto3 takes its time to import
    from darkroom.commands.backfill_survey import list_missing  # noqa: PLC0415

    with access_of(options) as access:
        return list_missing(access, console, options)
