"""What all commands share: how they end, and how they say what went wrong."""

import argparse
from collections.abc import Callable

from rich.console import Console

from darkroom.command_errors import CommandError, UsageError
from darkroom.terminal_text import shown_lines

EXIT_INTERRUPTED = 130
Command = Callable[[argparse.Namespace, Console], int | None]
"""Prints what it has to say, and returns the exit status where that is not 0."""


def run(options: argparse.Namespace, name: str, command: Command) -> int:
    """Call a command; returns the exit status.

    That is 0 where all is good, 1 for what failed, 2 for wrong usage, 3 for what is not over or not known, 130 when
    interrupted.
    """
    try:
        return command(options, Console()) or 0
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except (CommandError, OSError) as error:
        message = f"[bold red]{name}:[/] {shown_lines(str(error))}"
        Console(stderr=True).print(message, highlight=False, soft_wrap=True)
        return 2 if isinstance(error, UsageError) else 1
