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


def readable(text: str) -> Path:
    """Read the name of a folder, or of a file that can be opened."""
    return Path(text) if Path(text).is_dir() else readable_file(text)


def readable_file(text: str) -> Path:
    """Read the name of a file that can be opened."""
    path = Path(text)
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise argparse.ArgumentTypeError(f"cannot read {text!r}: {error.strerror}; name a photo file") from error
