"""What `darkroom forget` says before and after, as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from darkroom.commands.fitting import Sentence
from darkroom.terminal_text import shown
from functions.operate.forget_outcome import REMAINS, ForgetOutcome, ForgetPlan, outcome_of

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

COLOURS = {"forgotten": "green", "refused": "yellow", "not forgotten": "red", "half forgotten": "red"}


def question(plans: list[ForgetPlan]) -> str:
    """Return the question before the photos are forgotten, with the counts."""
    return f"Delete {_sum(plans)}? This cannot be undone."


def advice(plans: list[ForgetPlan]) -> str:
    """Return what to do where nobody can be asked."""
    return f"{_sum(plans)} would be deleted: look with --dry-run, then say --yes"


def _sum(plans: list[ForgetPlan]) -> str:
    outcomes = [outcome_of(plan, "would forget") for plan in plans]
    copies = sum(len(outcome.copies) for outcome in outcomes)
    parts = [_counted(sum(outcome.has_record for outcome in outcomes), "record"), _counted(copies, "copy", "copies")]
    versions = sum(outcome.original_versions for outcome in outcomes)
    if versions:
        originals = sum(outcome.original == "deleted" for outcome in outcomes)
        parts.append(f"{_counted(originals, 'original')} ({_counted(versions, 'version')})")
    return f"{', '.join(parts)} of {_counted(len(plans), 'photo')}"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def print_plans(console: Console, plans: list[ForgetPlan], options: argparse.Namespace) -> None:
    """Say what will be deleted, and what other places still hold."""
    for plan in plans:
        outcome = outcome_of(plan, "would forget")
        line(console, shown(plan.key))
        if outcome.has_record:
            line(console, "  its record")
        for copy in outcome.copies:
            line(console, f"  {shown(copy)}")
        if outcome.original == "deleted":
            line(console, f"  the original, {_counted(outcome.original_versions, 'version')}")
        elif outcome.original == "kept":
            line(console, "  The original stays, tagged darkroom-status=forgotten.")
    if plans and not options.yes:
        line(console, "")
        line(console, "Other places still hold:")
        for place in REMAINS:
            line(console, f"  {place}")
        line(console, "")


def line(console: Console, text: str) -> None:
    """Print a line, whose indentation is kept where it wraps."""
    indent = len(text) - len(text.lstrip(" "))
    console.print(Sentence(Text.from_markup(text[indent:]), indent), highlight=False, soft_wrap=True)


def print_outcome(console: Console, outcome: ForgetOutcome) -> None:
    """Say what came of a photo."""
    why = f": {shown(outcome.why)}" if outcome.why else ""
    line(console, f"{shown(outcome.key)}: [{COLOURS.get(outcome.outcome, 'yellow')}]{outcome.outcome}[/]{why}")
