"""`darkroom build`: the functions' zips."""

import argparse

from rich.console import Console
from rich.markup import escape

from darkroom.commands.arguments import Commands, add_command
from darkroom.packaging.dependencies import PLATFORMS
from darkroom.packaging.repository import ROOT, require_checkout
from darkroom.packaging.zips import Target, build

EXAMPLES = """\
  darkroom build
  darkroom build lambda --architecture x86_64"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(commands, "build", "make the functions' zips", EXAMPLES)
    parser.add_argument("target", nargs="?", choices=("host", "lambda"), help="this machine or AWS (default: both)")
    parser.add_argument("--architecture", choices=sorted(PLATFORMS), help="of AWS (default: function.json's)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> None:
    require_checkout("build")
    targets: tuple[Target, ...] = (options.target,) if options.target else ("lambda", "host")
    for target in targets:
        for path in build(target, architecture=options.architecture).values():
            size_megabytes = path.stat().st_size / 1e6
            console.print(f"{size_megabytes:6.1f} MB  {escape(str(path.relative_to(ROOT)))}", highlight=False)
