"""What all commands share: how they end, and how they say what went wrong."""

import argparse

from rich.console import Console
from rich.markup import escape

from darkroom.errors import CommandError, UsageError


def run(options: argparse.Namespace, program: str) -> int:
    """Call options.run; returns the exit status: 0, 1 for what failed, 2 for wrong usage, 130 when interrupted."""
    try:
        options.run(options, Console())
    except KeyboardInterrupt:
        return 130
    except (CommandError, OSError) as error:
        message = f"[bold red]{program} {options.command}:[/] {escape(str(error))}"
        Console(stderr=True).print(message, highlight=False, soft_wrap=True)
        return 2 if isinstance(error, UsageError) else 1
    return 0
