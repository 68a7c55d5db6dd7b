"""A photo's story as one page that needs nothing else: no script, no link to load, no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from functions.operate.graph import svg
from functions.operate.photo_story import PhotoStory
from functions.shared.printable import printable

STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}"
    "pre{overflow:auto}svg{max-width:100%;height:auto}code{overflow-wrap:anywhere}"
)


def story_page(story: PhotoStory, definition: Mapping[str, Any]) -> str:
    """Return the page; `definition` is the one that the execution began with."""
    status = story.record.status if story.record else "no record"
    parts = [
        f"<h1>{_text(story.key)} <small>{status}</small></h1>",
        f"<p>{_text(story.standing)}</p>",
        f"<p><b>What to do:</b> {_text(story.advice)}.</p>" if story.advice else "",
        svg(definition, story.visits) if story.visits else "",
        _visits(story),
        _execution(story),
        _details("Its record", story.record.model_dump(mode="json") if story.record else None),
        _details("The input of its execution", story.input),
    ]
    title = f"<title>{_text(story.key)}: {status}</title>"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">{title}<style>{STYLE}</style>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n'
        + "\n".join(filter(None, parts))
        + "\n</body></html>\n"
    )


def _visits(story: PhotoStory) -> str:
    titles = "".join(f"<th>{title}</th>" for title in ("state", "attempts", "seconds", "result"))
    rows = "".join(
        f"<tr><td>{_text(visit.state)}{' (redrive)' if visit.redriven else ''}</td><td>{visit.attempts or '-'}</td>"
        f"<td>{'' if visit.seconds is None else format(visit.seconds, '.2f')}</td>"
        f"<td>{_text(visit.result)}{f'<br>{_text(visit.message)}' if visit.message else ''}</td></tr>"
        for visit in story.visits
    )
    return f"<table><tr>{titles}</tr>{rows}</table>" if rows else ""


def _execution(story: PhotoStory) -> str:
    if story.execution is None:
        return "<p>Step Functions has forgotten its execution, as it does after 90 days.</p>"
    link = f'<a href="{escape(story.console_url)}">its page in the console</a>'
    return f"<p>Execution {story.execution.status}: <code>{_text(story.execution.arn)}</code>, {link}</p>"


def _details(title: str, document: Any) -> str:
    if document is None:
        return ""
    return f"<details><summary>{title}</summary><pre>{escape(json.dumps(document, indent=2))}</pre></details>"


def _text(text: str) -> str:
    return escape(printable(text))
