"""`darkroom build`: the functions' zips."""

import argparse

from rich.console import Console
from rich.markup import escape

from darkroom.command_errors import UsageError
from darkroom.commands.arguments import Commands, add_command
from darkroom.packaging.dependencies import ARM64_ALONE
from darkroom.packaging.repository import ROOT, require_checkout
from darkroom.packaging.zips import Target, build

EXAMPLES = """\
  darkroom build
  darkroom build lambda --no-bytecode"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(commands, "build", "make the functions' zips", EXAMPLES)
    parser.add_argument("target", nargs="?", choices=("host", "lambda"), help="this machine or AWS (default: both)")
    parser.add_argument(
        "--no-bytecode",
        action="store_true",
        help="leave out what Python compiles: builds without the Python that the functions run on, and starts slower",
    )
    # Removed, and refused by name: make build ARCHITECTURE=... still passes it on.
    parser.add_argument("--architecture", help=argparse.SUPPRESS)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> None:
    if options.architecture:
        raise UsageError(f"--architecture is no option any more: {ARM64_ALONE}. Leave it out.")
    require_checkout("build")
    targets: tuple[Target, ...] = (options.target,) if options.target else ("lambda", "host")
    for target in targets:
        for path in build(target, bytecode=not options.no_bytecode).values():
            size_megabytes = path.stat().st_size / 1e6
            console.print(f"{size_megabytes:6.1f} MB  {escape(str(path.relative_to(ROOT)))}", highlight=False)
