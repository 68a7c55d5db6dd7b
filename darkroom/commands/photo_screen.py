"""One photo's story as a person reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from darkroom.commands.display import execution_table
from darkroom.commands.fitting import Sentence
from darkroom.commands.status_screen import rerun_line
from darkroom.terminal_text import shown
from functions.operate.photo_story import PhotoStory
from functions.operate.story_parts import FORGOTTEN, redrives, written
from functions.shared.printable import printable
from functions.shared.remedies import RerunHelps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLOURS = {"COMPLETED": "green", "SUCCEEDED": "green", "FAILED": "red", "ABORTED": "red", "TIMED_OUT": "red"}


def screen(story: PhotoStory, flags: Sequence[str]) -> RenderableType:
    """Return a story as it is shown; `flags` lead the command in it to the same deployment."""
    return Group(*_heading(story), *_execution(story), *_advice(story, flags), *_input(story), *_logs(story))


def _heading(story: PhotoStory) -> Iterator[RenderableType]:
    record = story.record
    status = f"[bold {COLOURS.get(record.status, 'yellow')}]{record.status}[/]" if record else "[bold]no record[/]"
    yield Text.from_markup(f"[bold]{shown(story.key)}[/]  {status}")
    yield Sentence(Text(printable(story.standing)))
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
        yield Text(f"\n{FORGOTTEN}")
        return
    if story.visits:
        yield Text()
        yield execution_table(story.visits)
    status = f"[bold {COLOURS.get(execution.status, 'yellow')}]{execution.status}[/]"
    yield Text.from_markup(f"\nExecution {status}{redrives(execution.redrive_count)}")
    yield Text(f"{printable(execution.arn)}\n{printable(story.console_url)}")
    if story.record and story.record.execution_arn != execution.arn:
        yield Text(f"Another execution has the record since: {story.record.execution_arn}")


def _advice(story: PhotoStory, flags: Sequence[str]) -> Iterator[RenderableType]:
    if not story.need:
        return
    if story.advice:
        yield Text()
        yield Sentence(Text(f"What to do: {printable(story.advice)}."))
    if story.rerun_helps is RerunHelps.NO:
        yield Text("A re-run would fail again.")
    else:
        yield Text(rerun_line(story.key, story.record.execution_arn if story.record else "", flags))


def _input(story: PhotoStory) -> Iterator[RenderableType]:
    if story.input is not None:
        yield Text(f"\nIts input:\n{json.dumps(story.input, indent=2)}")


def _logs(story: PhotoStory) -> Iterator[RenderableType]:
    if story.logs is None:
        return
    yield Text("\nWhat the functions logged:")
    yield Text("\n".join(map(written, story.logs)) or "Nothing, or it has been deleted since.")
    if any(not line.is_certain for line in story.logs):
        yield Text("A line with ? names no execution: its function failed at that time, perhaps for another.")
    if story.logs_are_cut:
        yield Text("There may be more: these are the latest of what was logged in the time of each state.")
