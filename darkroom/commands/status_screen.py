"""A project's status as a person reads it."""

from __future__ import annotations

import shlex
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from darkroom.commands.access import explain
from darkroom.commands.fitting import INDENT, Sentence
from darkroom.terminal_text import shown
from functions.operate.spans import span
from functions.operate.status_report import StatusReport, status_report
from functions.shared.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from darkroom.commands.access import Access
    from functions.operate.status_report import StatusGroup

WATCH_SECONDS = 5.0


def show_once(access: Access, console: Console, since_seconds: int | None, *, as_json: bool) -> int:
    """Print the status; return the exit status."""
    report = _report(access, since_seconds)
    if as_json:
        print(report.model_dump_json(indent=2))
    else:
        console.print(screen(report, access), soft_wrap=True)
    return report.exit_status


def watch(access: Access, console: Console, since_seconds: int | None, *, as_json: bool) -> int:  # noqa: ARG001
    """Show the status anew until interrupted; what AWS does not answer is said, and asked again.

    A terminal shows one in the place of the other; a file or a pipe gets one after the other.
    """
    with Live(console=console, auto_refresh=False) if console.is_terminal else nullcontext() as live:
        while True:
            shown_now = screen(_report(access, since_seconds), access)
            if live:
                live.update(shown_now, refresh=True)
            else:
                console.print(shown_now, "", soft_wrap=True)
            sleep(WATCH_SECONDS)


def screen(report: StatusReport, access: Access) -> RenderableType:
    """Return a status as it is shown; the commands in it lead to the same deployment."""
    return Group(*_counts(report), *_failures(report, access.flags), *_rest(report, access))


def command_line(arguments: Sequence[str], flags: Sequence[str]) -> str:
    """Return a command of Darkroom as it can be pasted into a shell."""
    return shlex.join(["darkroom", *arguments, *flags])


def rerun_line(key: str, execution_arn: str, flags: Sequence[str]) -> str:
    """Return the command that runs a photo again, by its execution where the key is none to be typed."""
    is_plain = key.isprintable() and not key.startswith("-")
    return command_line(["rerun", key if is_plain else execution_arn], flags)


def _report(access: Access, since_seconds: int | None) -> StatusReport:
    now = datetime.now(UTC)
    since = now - timedelta(seconds=since_seconds) if since_seconds else None
    return status_report(access.project, access.client, explain, now, since)


def _counts(report: StatusReport) -> Iterator[RenderableType]:
    changed = f", changed in the last {span((report.at - report.since).total_seconds())}" if report.since else ""
    yield Text.from_markup(f"[bold]{report.project}[/]{changed}\n")
    yield Text.from_markup(f"FAILED      {_number(report.failed, 'red')}")
    age = ""
    if report.oldest_processing:
        age = f"   the oldest for {span((report.at - report.oldest_processing).total_seconds())}"
    yield Text.from_markup(f"PROCESSING  {_number(report.processing, 'yellow')}{age}")
    window = f"executions in the last {span(report.succeeded_seconds)}, counted by CloudWatch"
    yield Text.from_markup(f"succeeded   {_number(report.succeeded, 'green')}   {window}")


def _number(count: int | None, colour: str) -> str:
    if count is None:
        return "not known"
    return f"[{colour}]{count:,}[/]" if count else "0"


def _failures(report: StatusReport, flags: Sequence[str]) -> Iterator[RenderableType]:
    for group in report.groups:
        title = f"{group.count:,} failed with {shown(group.error)}[/] in {shown(group.step)}"
        yield Text.from_markup(f"\n[bold red]{title}")
        yield from (Sentence(Text(printable(line)), INDENT) for line in _group_lines(group))
        if group.rerun_arguments:
            # Indented by hand: what is to be copied must not be wrapped.
            yield Text(f"  {printable(command_line(group.rerun_arguments, flags))}")


def _group_lines(group: StatusGroup) -> Iterator[str]:
    more = ", …" if group.count > len(group.examples) else ""
    yield f"{', '.join(group.examples)}{more}"
    yield f"It means: {group.meaning}."
    yield f"What to do: {group.advice}."
    if not group.rerun_arguments:
        yield "A re-run would fail again."


def _rest(report: StatusReport, access: Access) -> Iterator[RenderableType]:
    for photo in report.stuck:
        yield Text.from_markup(f"\n[bold red]Stuck:[/] {shown(photo.key)}")
        yield Sentence(Text(printable(photo.why)), INDENT)
        yield Text(f"  {rerun_line(photo.key, photo.execution_arn, access.flags)}")
    for queue in report.dead_letters:
        if queue.messages:
            yield Text.from_markup(f"\n[bold red]{queue.messages} undelivered[/] in {shown(queue.name)}")
            yield Text(f"  {command_line(['replay', queue.url], access.aws_flags)}")
    for alarm in report.alarms:
        yield Text.from_markup(f"\n[bold red]Alarm {shown(alarm.name)}[/] {alarm.since:%Y-%m-%d %H:%M} UTC")
        yield Sentence(Text(f"{printable(alarm.meaning)} See docs/runbook.md#{alarm.chapter}"), INDENT)
    for unknown in report.unknown:
        yield Text()
        yield Sentence(Text.from_markup(f"[yellow]Not known:[/] {shown(unknown)}"))
    if not (report.needs_a_look or report.unknown):
        yield Text("\nNothing needs a look.", style="green")
