"""How executions, records and messages look in a terminal."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table

from darkroom.commands.fitting import FittingTable
from darkroom.pipeline import SentMessage
from darkroom.terminal_text import shown, shown_lines
from functions.operate.execution_history import Step
from functions.operate.execution_story import Visit

# Said by the record's Status already, or of use to machines alone.
QUIET_ATTRIBUTES = {
    "ETag",
    "Sequencer",
    "VersionId",
    "Attention",
    "ExecutionArn",
    "Concluded",
    "UploadedAt",
    "EnhancedImageURL",
}
SIGNATURE = re.compile(r"\?\S*(?:Signature|X-Amz)\S*")


def execution_table(visited: Sequence[Step | Visit]) -> FittingTable:
    """Return the steps of an execution, a rule where it was redriven."""
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("State", no_wrap=True)
    table.add_column("Attempts", justify="right", no_wrap=True)
    table.add_column("Duration", justify="right", no_wrap=True)
    table.add_column("Result")
    for step in visited:
        if step.redriven:
            table.add_section()
            table.add_row("[cyan]Redrive[/]", "", "", "[cyan]the failed step runs again[/]")
        table.add_row(
            step.state, str(step.attempts or "-"), _seconds(step), f"[{_colour(step)}]{shown(step.result)}[/]"
        )
    return FittingTable(table)


def verdict(status: str, cause: str = "") -> str:
    """Return an execution's status in colour, and why it failed."""
    colour = "green" if status == "SUCCEEDED" else "red"
    return f"Execution [bold {colour}]{status}[/]" + (f": {shown(reason(cause))}" if cause else "")


def reason(cause: str) -> str:
    """Return the message inside a cause: Lambda wraps it in JSON, with a stack trace."""
    try:
        return str(json.loads(cause)["errorMessage"])
    except (ValueError, TypeError, KeyError):
        return cause


def record_table(record: Mapping[str, Any]) -> FittingTable:
    """Return the attributes of a record that a person wants to see."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name in sorted(record.keys() - QUIET_ATTRIBUTES, key=lambda name: (name != "ImageId", name != "Status", name)):
        if text := _value(record[name]):
            table.add_row(shown(name), shown(text))
    return FittingTable(table)


def messages_panel(messages: Sequence[SentMessage]) -> RenderableType:
    """Return the messages, each in a frame; links without their signatures, which fill half a screen."""
    return Group(*(_message_panel(message) for message in messages))


def _message_panel(message: SentMessage) -> Panel:
    kind = "E-mail" if message.subject else "Text message"
    text = SIGNATURE.sub("?…", message.text.strip())
    subject = f"[bold]{shown(message.subject)}[/]\n\n" if message.subject else ""
    title = f"{kind} to {shown(message.to)}"
    return Panel(subject + shown_lines(text), title=title, title_align="left", border_style="dim")


def _seconds(step: Step | Visit) -> str:
    return "" if step.seconds is None else f"{step.seconds:.2f} s"


def _colour(step: Step | Visit) -> str:
    return {"at work": "yellow", "done": "green", "failed": "red"}[step.outcome]


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("summary") or ", ".join(f"{name} {_value(part)}" for name, part in value.items()))
    if isinstance(value, list):
        return " ".join(map(_value, value))
    return str(value)


def short_path(path: Path) -> str:
    """Return a path relative to the working directory where that is shorter, safe to print."""
    working = Path.cwd()
    return shown(str(path.relative_to(working) if path.is_relative_to(working) else path))
