"""`darkroom demo`: a photo goes through the whole pipeline on this machine."""

import argparse
from pathlib import Path

from rich.console import Console

from darkroom.commands.arguments import Commands, add_command, readable_file
from darkroom.packaging.repository import BUILD, ROOT, require_checkout

SAMPLE = ROOT / "examples" / "mountain.jpg"
EXAMPLES = """\
  darkroom demo
  darkroom demo ~/Pictures/beach.jpg"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(commands, "demo", "send a photo through the whole pipeline on this machine", EXAMPLES)
    parser.add_argument("photo", nargs="?", type=readable_file, default=SAMPLE, help="your own photo")
    parser.add_argument("--folder", type=Path, default=BUILD / "demo", help="for messages and pictures (build/demo)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> None:
    require_checkout("demo")
    # moto takes a second to import, and the other commands do without it.
    from darkroom.commands.demonstration import demonstrate  # noqa: PLC0415

    demonstrate(options.photo, options.folder, console)
