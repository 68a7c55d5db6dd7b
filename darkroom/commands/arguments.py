"""How commands declare their arguments: examples below the help, and values that are checked as they are read."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

Commands = Any
"""What ArgumentParser.add_subparsers() returns; argparse keeps its class private."""


def add_command(commands: Commands, name: str, summary: str, examples: str) -> argparse.ArgumentParser:
    """Add a command whose help ends with examples that work when pasted."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return parser


def count(text: str) -> int:
    """Read a whole number of 1 or more."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no count; give 1 or more")
    return int(text)


def port(text: str) -> int:
    """Read the number of a TCP port."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 1 to 65535")
    return int(text)


def readable(text: str) -> Path:
    """Read the name of a folder, or of a file that can be opened."""
    path = _existing(text)
    return path if path.is_dir() else readable_file(text)


def readable_file(text: str) -> Path:
    """Read the name of a file that can be opened."""
    path = _existing(text)
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise argparse.ArgumentTypeError(f"cannot read {text!r}: {error.strerror}; name a photo file") from error


def _existing(text: str) -> Path:
    """Return the path, its tilde expanded where no file has that very name: `make PHOTO=~/a.jpg` passes it on as is."""
    path = Path(text)
    try:
        return path if path.exists() else path.expanduser()
    except RuntimeError:  # there is no such user
        return path
