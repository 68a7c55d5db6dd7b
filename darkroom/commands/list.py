"""`darkroom list`: photos that need a look, one line each."""

import argparse

from rich.console import Console

from darkroom.commands.arguments import Commands, add_command, add_filters, add_operating_arguments, count

EXAMPLES = """\
  darkroom list --status FAILED
  darkroom list --error CorruptImageError --since 24h
  darkroom list --user ada --json
  darkroom list --error TransientServiceError --keys | xargs -d '\\n' darkroom rerun --yes"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(commands, "list", "list the photos that failed or are at work, the latest first", EXAMPLES)
    add_filters(parser, "both")
    parser.add_argument("--limit", type=count, metavar="N", help="at most so many photos (default: all)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--keys", action="store_true", help="print keys alone, one a line, for pipes")
    add_operating_arguments(parser, form)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> None:
    from darkroom.commands.access import access_of  # noqa: PLC0415 - boto3 takes its time to import
    from darkroom.commands.photo_table import print_list  # noqa: PLC0415

    with access_of(options) as access:
        print_list(access, console, options)
