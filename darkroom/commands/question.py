"""The question before an act on many photos, or one that cannot be undone."""

import argparse
import sys

from rich.console import Console
from rich.markup import escape

from darkroom.command_errors import UsageError


class NotAskedError(UsageError):
    """A question would have to be asked, and nobody is there to answer it."""


def is_agreed(question: str, advice: str, options: argparse.Namespace) -> bool:
    """Return whether a person agrees; `--yes` does. Raises NotAskedError with the advice where nobody can be asked."""
    require_answerer(advice, yes=options.yes, as_json=options.json)
    return options.yes or ask(question)


def require_answerer(advice: str, *, yes: bool, as_json: bool) -> None:
    """Raise NotAskedError with the advice where nobody has agreed and nobody can be asked."""
    if not yes and (as_json or not sys.stdin.isatty()):
        raise NotAskedError(advice)


def ask(question: str) -> bool:
    """Ask a person; return whether they agree."""
    Console(stderr=True).print(escape(f"{question} [y/N] "), end="", highlight=False, soft_wrap=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
