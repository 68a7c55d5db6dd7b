"""A photo's story as one page that needs nothing else: no script, no link to load, no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from functions.operate.execution_story import story as visits_of
from functions.operate.graph import svg
from functions.operate.markup import text
from functions.operate.photo_story import PhotoStory
from functions.operate.story_parts import data, facts, logs, page, rows

if TYPE_CHECKING:
    from functions.operate.execution_history import Step
    from functions.operate.photo_pictures import Picture

COLOURS = {"COMPLETED": "good", "FAILED": "bad"}


@dataclass(frozen=True)
class PageDetails:
    """What a page shows besides the story, read at a moment.

    `definition` is the one that the execution began with, `steps` are its visits with their input and output.
    """

    at: datetime
    definition: Mapping[str, Any] = field(default_factory=dict)
    steps: Sequence[Step] = ()
    pictures: Sequence[Picture] = ()
    input: Any = None
    output: Any = None


def story_page(story: PhotoStory, details: PageDetails) -> str:
    """Return the page."""
    parts = [
        *_heading(story),
        _sides(story, details),
        f"<h2>The states, in order</h2>{rows(details.steps)}" if details.steps else "",
        f"<h2>What the functions logged</h2>{logs(story.logs)}" if story.logs else "",
        "<h2>More</h2>",
        data("The record", story.record.model_dump(mode="json") if story.record else None),
        data("The input of the execution", details.input),
        data("The output of the execution", details.output),
        f"<footer>{text(story.project)}, as it was on {details.at:%Y-%m-%d at %H:%M:%S} UTC</footer>",
    ]
    return page(f"{story.key}: {_status(story)}", "\n".join(filter(None, parts)))


def _status(story: PhotoStory) -> str:
    return story.record.status if story.record else "no record"


def _heading(story: PhotoStory) -> Iterator[str]:
    status = _status(story)
    yield f'<h1>{text(story.key)} <span class="status {COLOURS.get(status, "busy")}">{status}</span></h1>'
    yield f"<p>{text(story.standing)}</p>"
    if story.advice:
        yield f'<p class="advice"><b>What to do:</b> {text(story.advice)}.</p>'


def _sides(story: PhotoStory, details: PageDetails) -> str:
    drawing = svg(details.definition, visits_of(details.steps)) if details.steps else ""
    drawing = f'<div class="drawing">{drawing}</div>' if drawing else ""
    beside = f"<div>{_pictures(details.pictures)}{facts(story)}</div>"
    return f'<div class="sides">{drawing}{beside}</div>'


def _pictures(pictures: Iterable[Picture]) -> str:
    figures = "".join(
        f"<figure>{_shown(picture)}<figcaption>{picture.title}</figcaption></figure>" for picture in pictures
    )
    return f'<div class="pictures">{figures}</div>' if figures else ""


def _shown(picture: Picture) -> str:
    if picture.why_not:
        return f'<div class="none">Not shown: {text(picture.why_not)}</div>'
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img src="{picture.data_url}" alt="The photo {picture.title.lower()} enhancement" {size}>'
