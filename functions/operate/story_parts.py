"""Parts of a photo's page. What strangers wrote, such as a key or an error, is text in it and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from functions.operate.execution_history import Step
from functions.operate.execution_logs import LogLine
from functions.operate.markup import text
from functions.operate.story_style import STYLE
from functions.shared.printable import printable

if TYPE_CHECKING:
    from functions.operate.photo_story import PhotoStory

MAX_CHARACTERS = 50_000
"""Of one document that is shown on demand."""
COLOURS = {"done": "good", "failed": "bad", "at work": "busy"}
FORGOTTEN = "Step Functions has forgotten its execution, as it does after 90 days."


def page(title: str, body: str) -> str:
    """Return a whole page."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{text(title)}</title>'
    # Even if something strange got in, it would load and run nothing.
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    guard = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    whole = f"<head>{head}{guard}<style>{STYLE}</style></head>\n<body>\n{body}\n</body>"
    return f'<!doctype html>\n<html lang="en">{whole}</html>\n'


def data(title: str, document: Any) -> str:
    """Return a document that is shown on demand; nothing where there is none."""
    if document is None:
        return ""
    written = json.dumps(document, indent=2, ensure_ascii=False)
    rest = len(written) - MAX_CHARACTERS
    cut = f"\n… and {rest:,} characters more" if rest > 0 else ""
    lines = "\n".join(map(printable, written[:MAX_CHARACTERS].splitlines()))
    return f"<details><summary>{title}</summary><pre>{escape(lines)}{cut}</pre></details>"


def facts(story: PhotoStory) -> str:
    """Return what is known of the photo and of its execution."""
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in _facts(story))}</dl>"


def _facts(story: PhotoStory) -> Iterator[tuple[str, str]]:
    record, execution = story.record, story.execution
    if record:
        yield "User", text(record.user_id)
        if record.uploaded_at:
            yield "Uploaded", f"{record.uploaded_at:%Y-%m-%d %H:%M:%S} UTC"
        yield "Attempt", str(record.attempt)
        if record.enhanced_key:
            yield "Copy", text(record.enhanced_key)
        if record.rerun:
            asked = ", ".join(f"{name} {value}" for name, value in record.rerun.items() if value)
            yield "Run again", text(asked)
    if execution is None:
        yield "Execution", FORGOTTEN
        return
    yield "Execution", f"{execution.status}{redrives(execution.redrive_count)}"
    yield "", f'<code>{text(execution.arn)}</code><br><a href="{escape(story.console_url)}">its page in the console</a>'


def redrives(count: int) -> str:
    """Return how often an execution was redriven, in words behind its status; empty for never."""
    return f", redriven {'once' if count == 1 else f'{count} times'}" if count else ""


def rows(steps: Sequence[Step]) -> str:
    """Return the visited states as a table, input and output on demand."""
    titles = '<th>state</th><th class="number">attempts</th><th class="number">seconds</th><th>result</th>'
    return f"<table><tr>{titles}</tr>{''.join(map(_row, steps))}</table>"


def _row(step: Step) -> str:
    redrive = '<tr><td colspan="4" class="dim">Redrive: the failed step runs again</td></tr>' if step.redriven else ""
    seconds = "" if step.seconds is None else f"{step.seconds:.2f}"
    message = f"<br>{text(step.message)}" if step.message else ""
    result = f'<span class="{COLOURS[step.outcome]}">{text(step.result)}</span>{message}'
    documents = data("input", _document(step.input)) + data("output", _document(step.output))
    on_demand = f'<div class="demand">{documents}</div>' if documents else ""
    return (
        f'{redrive}<tr><td>{text(step.state)}</td><td class="number">{step.attempts or "-"}</td>'
        f'<td class="number">{seconds}</td><td class="what">{result}{on_demand}</td></tr>'
    )


def _document(written_as_json: str) -> Any:
    try:
        return json.loads(written_as_json) if written_as_json else None
    except ValueError:
        return written_as_json


def logs(lines: Iterable[LogLine]) -> str:
    """Return the lines that functions logged."""
    return f"<pre>{escape(chr(10).join(map(written, lines)))}</pre>"


def written(line: LogLine) -> str:
    """Return a line of a log as it is shown, safe in a terminal; one that may be another execution's has a mark."""
    doubt = "" if line.is_certain else " ?"
    moment = f"{line.at:%H:%M:%S}.{line.at.microsecond // 1000:03}"
    return printable(" ".join(filter(None, (moment, line.function + doubt, line.level, line.text))))
