"""The `darkroom` command."""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

from darkroom.command_line import run
from darkroom.commands import (
    backfill,
    build,
    capacity,
    completion,
    demo,
    doctor,
    enhance,
    forget,
    local,
    missing,
    page,
    replay,
    rerun,
    show,
    status,
    upload,
)  # fmt: skip
from darkroom.commands import list as list_  # the command's name is a builtin's

COMMANDS = (
    enhance, upload, page, status, list_, show, rerun, replay, missing, backfill, forget, doctor, capacity, demo, local,
    build, completion,
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status, as darkroom.command_line says."""
    options = parser().parse_args(arguments)
    return run(options, f"darkroom {options.command}", options.run)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    root = argparse.ArgumentParser(
        prog="darkroom",
        description="Enhances photos on this machine, and operates the Darkroom pipeline on AWS.",
        epilog="`darkroom COMMAND --help` shows what a command takes, with examples.",
    )
    root.add_argument("--version", action="version", version=f"darkroom {version('darkroom')}")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(commands)
    return root


if __name__ == "__main__":
    sys.exit(main())
