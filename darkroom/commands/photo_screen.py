"""One photo's story as a person reads it."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from darkroom.commands.display import execution_table, shown
from darkroom.commands.status_screen import rerun_line
from functions.operate.calls import CALL_ERRORS
from functions.operate.photo_story import PhotoStory, Sources, photo_story
from functions.operate.story_page import story_page
from functions.shared.printable import printable
from functions.shared.remedies import RerunHelps

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from darkroom.commands.access import Access

FOLLOW_SECONDS = 1.0
FOLLOW_LIMIT_SECONDS = 86_400  # as long as an execution may take
COLOURS = {"COMPLETED": "green", "SUCCEEDED": "green", "FAILED": "red", "ABORTED": "red", "TIMED_OUT": "red"}


def show_once(access: Access, console: Console, options: argparse.Namespace) -> int:
    """Print a photo's story; return the exit status."""
    story = _story(access, options)
    _write_page(access, story, options.html)
    if options.json:
        print(story.model_dump_json(indent=2))
    else:
        console.print(screen(story, access.flags), soft_wrap=True)
    return story.exit_status


def follow(access: Access, console: Console, options: argparse.Namespace) -> int:
    """Show a photo's story until its execution has ended; return the exit status."""
    deadline = monotonic() + FOLLOW_LIMIT_SECONDS
    story = _story(access, options)
    with Live(console=console, auto_refresh=False) as live:
        while True:
            live.update(screen(story, access.flags), refresh=True)
            if story.is_over or monotonic() > deadline:
                _write_page(access, story, options.html)
                return story.exit_status
            sleep(FOLLOW_SECONDS)
            # A call that fails is made again: the photo goes on meanwhile.
            with suppress(*CALL_ERRORS):
                story = _story(access, options)


def screen(story: PhotoStory, flags: Sequence[str]) -> RenderableType:
    """Return a story as it is shown; `flags` lead the command in it to the same deployment."""
    return Group(*_heading(story), *_execution(story), *_advice(story, flags), *_input(story))


def _story(access: Access, options: argparse.Namespace) -> PhotoStory:
    sources = Sources(access.project, access.records, access.executions)
    return photo_story(options.photo, sources, datetime.now(UTC), with_input=options.input)


def _write_page(access: Access, story: PhotoStory, file: Path | None) -> None:
    if file:
        definition = access.executions.definition(story.execution.arn) if story.execution else {}
        file.write_text(story_page(story, definition), encoding="utf-8")


def _heading(story: PhotoStory) -> Iterator[RenderableType]:
    record = story.record
    status = f"[bold {COLOURS.get(record.status, 'yellow')}]{record.status}[/]" if record else "[bold]no record[/]"
    yield Text.from_markup(f"[bold]{shown(story.key)}[/]  {status}")
    yield Text(printable(story.standing))
    if record:
        uploaded = f", uploaded {record.uploaded_at:%Y-%m-%d %H:%M:%S} UTC" if record.uploaded_at else ""
        yield Text(f"User {printable(record.user_id)}{uploaded}, attempt {record.attempt}")
        if record.enhanced_key:
            yield Text(f"Its copy: {printable(record.enhanced_key)}")
        if record.rerun:
            asked = ", ".join(f"{name} {value}" for name, value in record.rerun.items() if name != "of" and value)
            yield Text(f"Run again: {printable(asked) or 'as it was'}")


def _execution(story: PhotoStory) -> Iterator[RenderableType]:
    execution = story.execution
    if execution is None:
        yield Text("\nStep Functions has forgotten its execution, as it does after 90 days.")
        return
    if story.visits:
        yield Text()
        yield execution_table(story.visits)
    status = f"[bold {COLOURS.get(execution.status, 'yellow')}]{execution.status}[/]"
    times = {0: "", 1: ", redriven once"}
    redriven = times.get(execution.redrive_count, f", redriven {execution.redrive_count} times")
    yield Text.from_markup(f"\nExecution {status}{redriven}")
    yield Text(f"{execution.arn}\n{story.console_url}")
    if story.record and story.record.execution_arn != execution.arn:
        yield Text(f"Another execution has the record since: {story.record.execution_arn}")


def _advice(story: PhotoStory, flags: Sequence[str]) -> Iterator[RenderableType]:
    if not story.need:
        return
    if story.advice:
        yield Text(f"\nWhat to do: {story.advice}.")
    if story.rerun_helps is RerunHelps.NO:
        yield Text("A re-run would fail again.")
    else:
        yield Text(rerun_line(story.key, story.record.execution_arn if story.record else "", flags))


def _input(story: PhotoStory) -> Iterator[RenderableType]:
    if story.input is not None:
        yield Text(f"\nIts input:\n{json.dumps(story.input, indent=2)}")
