"""`darkroom local`: the pipeline stays up on this machine, for other programs."""

import argparse

from rich.console import Console

from darkroom.commands.arguments import Commands, add_command, port
from darkroom.packaging.repository import BUILD, require_checkout

EXAMPLES = """\
  darkroom local
  darkroom local --port 4567 --keep"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(commands, "local", "keep the pipeline running on this machine, for the aws command", EXAMPLES)
    parser.add_argument("--port", type=port, default=4566, help="where it listens (default: %(default)s)")
    parser.add_argument("--keep", action="store_true", help="keep the messages of earlier runs on this port")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> None:
    require_checkout("local")
    from darkroom.commands.keep_running import keep_running  # noqa: PLC0415 - as in demo

    # A folder per port: two at once share nothing.
    inbox = BUILD / "local" / str(options.port) / "inbox"
    keep_running(inbox, options.port, console, keep_messages=options.keep)
