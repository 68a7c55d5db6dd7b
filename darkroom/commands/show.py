"""`darkroom show`: what happened to one photo."""

import argparse
from pathlib import Path

from rich.console import Console

from darkroom.command_errors import UsageError
from darkroom.commands.arguments import Commands, add_command, add_operating_arguments

EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:darkroom-pipeline:c80e8021"
EXAMPLES = f"""\
  darkroom show holiday/beach.jpg
  darkroom show holiday/beach.jpg --follow
  darkroom show holiday/beach.jpg --logs --html beach.html
  darkroom show {EXECUTION} --input --json"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(commands, "show", "show what happened to a photo, and what to do", EXAMPLES)
    parser.add_argument("photo", metavar="KEY_OR_EXECUTION", help="the photo's key, or the ARN of an execution")
    parser.add_argument("--follow", action="store_true", help="go on until the execution has ended")
    parser.add_argument("--input", action="store_true", help="with the event that the execution was started with")
    text = "with what the functions logged for it, as far as CloudWatch Logs still has it"
    parser.add_argument("--logs", action="store_true", help=text)
    text = "also write a page with graph, data and pictures, which needs nothing else"
    parser.add_argument("--html", type=Path, metavar="FILE", help=text)
    add_operating_arguments(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> int:
    from darkroom.commands.access import access_of  # noqa: PLC0415 - boto3 takes its time to import
    from darkroom.commands.photo_show import follow, show_once  # noqa: PLC0415

    if options.follow and options.json:
        raise UsageError("--follow is for people: call `darkroom show --json` again and again instead")
    with access_of(options, options.photo) as access:
        show = follow if options.follow else show_once
        return show(access, console, options)
