"""Reads one photo's story, shows it once or until it is over, and writes its page."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import TYPE_CHECKING

from rich.live import Live

from darkroom.commands.access import explain
from darkroom.commands.photo_screen import screen
from functions.operate.calls import CALL_ERRORS
from functions.operate.log_queries import log_excerpt
from functions.operate.photo_story import (
    PhotoStory,
    Sources,
    UnknownPhotoError,
    execution_photo_story,
    photo_story,
)
from functions.operate.story_page import PageDetails, story_page

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from rich.console import Console

    from darkroom.commands.access import Access

FOLLOW_SECONDS = 1.0
FOLLOW_LIMIT_SECONDS = 86_400  # as long as an execution may take


def show_once(access: Access, console: Console, options: argparse.Namespace) -> int:
    """Print a photo's story; return the exit status."""
    story = _with_logs(access, _story(access, options), options)
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
                story = _with_logs(access, story, options)
                live.update(screen(story, access.flags), refresh=True)
                _write_page(access, story, options.html)
                return story.exit_status
            sleep(FOLLOW_SECONDS)
            # A call that fails is made again: the photo goes on meanwhile.
            with suppress(*CALL_ERRORS, UnknownPhotoError):
                story = _story(access, options)


def _story(access: Access, options: argparse.Namespace) -> PhotoStory:
    sources = Sources(access.project, access.records, access.executions)
    tell = execution_photo_story if options.photo.startswith("arn:") else photo_story
    story = tell(options.photo, sources, datetime.now(UTC))
    if not options.input or story.execution is None:
        return story
    return story.model_copy(update={"input": access.executions.input(story.execution.arn)})


def _with_logs(access: Access, story: PhotoStory, options: argparse.Namespace) -> PhotoStory:
    """Return the story with what the functions logged, if that is asked."""
    if not options.logs or story.execution is None:
        return story
    arn, now = story.execution.arn, datetime.now(UTC)
    excerpt = log_excerpt(access.client("logs"), access.executions.definition(arn), arn, story.visits, now)
    return story.model_copy(update={"logs": excerpt.lines, "logs_are_cut": excerpt.is_cut})


def _write_page(access: Access, story: PhotoStory, file: Path | None) -> None:
    if file:
        file.write_text(story_page(story, _details(access, story)), encoding="utf-8")


def _details(access: Access, story: PhotoStory) -> PageDetails:
    from functions.operate.photo_pictures import pictures  # noqa: PLC0415 - Pillow takes its time to import

    shown = list(pictures(access.client, access.project, story.record, explain)) if story.record else []
    if story.execution is None:
        return PageDetails(datetime.now(UTC), pictures=shown)
    executions, arn = access.executions, story.execution.arn
    return PageDetails(
        at=datetime.now(UTC),
        definition=executions.definition(arn),
        steps=executions.steps(arn),
        pictures=shown,
        input=executions.input(arn),
        output=executions.output(arn),
    )
