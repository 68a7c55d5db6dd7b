"""`darkroom status`: how a deployment stands, and what to do about it."""

import argparse

from rich.console import Console

from darkroom.command_errors import UsageError
from darkroom.commands.arguments import Commands, add_command, add_operating_arguments, span

EXAMPLES = """\
  darkroom status
  darkroom status --since 24h --watch
  darkroom status --json"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(commands, "status", "what needs a look in a deployment, and what helps", EXAMPLES)
    text = "say only what changed in the last 90s, 15m, 24h or 7d (default: all that needs a look)"
    parser.add_argument("--since", type=span, metavar="SPAN", help=text)
    parser.add_argument("--watch", action="store_true", help="show it anew every few seconds, until Ctrl-C")
    add_operating_arguments(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> int:
    from darkroom.commands.access import access_of  # noqa: PLC0415 - boto3 takes its time to import
    from darkroom.commands.status_screen import show_once, watch  # noqa: PLC0415

    if options.watch and options.json:
        raise UsageError("--watch is for people: call `darkroom status --json` again and again instead")
    with access_of(options) as access:
        show = watch if options.watch else show_once
        return show(access, console, options.since, as_json=options.json)
