"""`darkroom list`: photos, one line each."""

import argparse

from rich.console import Console

from darkroom.commands.arguments import Commands, add_command, add_filters, add_operating_arguments, count

EXAMPLES = """\
  darkroom list --status FAILED
  darkroom list --error CorruptImageError --since 24h
  darkroom list --user ada --json
  darkroom list --status ALL --since 7d --limit 20
  darkroom list --error TransientServiceError --keys | xargs -d '\\n' darkroom rerun --yes"""

# Of all photos there may be millions; of those that need a look, few.
DEFAULT_LIMIT, DEFAULT_SINCE_SECONDS = 100, 30 * 86_400


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    summary = "list photos, the latest first: those that failed or are at work, or all"
    parser = add_command(commands, "list", summary, EXAMPLES)
    add_filters(parser, "the first two", "COMPLETED", "ALL")
    text = "at most so many photos (default: all; with COMPLETED and ALL, %d)"
    parser.add_argument("--limit", type=count, metavar="N", help=text % DEFAULT_LIMIT)
    text = "once after an upgrade: have ALL and COMPLETED find older photos too; reads the whole table"
    parser.add_argument("--add-older", action="store_true", help=text)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--keys", action="store_true", help="print keys alone, one a line, for pipes")
    add_operating_arguments(parser, form)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> None:
    from darkroom.commands.access import access_of  # noqa: PLC0415 - boto3 takes its time to import
    from darkroom.commands.photo_table import print_list  # noqa: PLC0415

    if options.status in {"COMPLETED", "ALL"}:
        options.limit = options.limit or DEFAULT_LIMIT
        options.since = options.since or DEFAULT_SINCE_SECONDS
    with access_of(options) as access:
        print_list(access, console, options)
