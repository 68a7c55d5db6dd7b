"""`darkroom doctor`: whether a deployment is as it should be, and what to do where it is not."""

import argparse

from rich.console import Console

from darkroom.commands.arguments import Commands, add_command, add_operating_arguments

EXAMPLES = """\
  darkroom doctor
  darkroom doctor --json
  darkroom doctor --probe"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(commands, "doctor", "whether a deployment is as it should be, and what to do if not", EXAMPLES)
    text = "also send a canary photo through, from upload to message, and take away all that this made"
    parser.add_argument("--probe", action="store_true", help=text)
    parser.add_argument("--yes", action="store_true", help="do not ask before the probe")
    add_operating_arguments(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> int:
    from darkroom.commands.access import access_of  # noqa: PLC0415 - boto3 takes its time to import
    from darkroom.commands.doctor_screen import examine  # noqa: PLC0415

    with access_of(options) as access:
        return examine(access, console, probe=options.probe, yes=options.yes, as_json=options.json)
