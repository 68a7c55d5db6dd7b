"""What all commands share: how they end, and how they say what went wrong."""

import argparse
from collections.abc import Callable

from rich.console import Console
from rich.markup import escape

from darkroom.command_errors import CommandError, UsageError

Command = Callable[[argparse.Namespace, Console], None]


def run(options: argparse.Namespace, name: str, command: Command) -> int:
    """Call a command; returns the exit status: 0, 1 for what failed, 2 for wrong usage, 130 when interrupted."""
    try:
        command(options, Console())
    except KeyboardInterrupt:
        return 130
    except (CommandError, OSError) as error:
        message = f"[bold red]{name}:[/] {escape(str(error))}"
        Console(stderr=True).print(message, highlight=False, soft_wrap=True)
        return 2 if isinstance(error, UsageError) else 1
    return 0
