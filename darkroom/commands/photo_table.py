"""Photos in a table, as JSON, or as keys alone."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from rich.table import Table

from darkroom.commands.display import shown
from darkroom.commands.filters import filter_of
from functions.operate.photo_list import ListReport, listed
from functions.operate.spans import span

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from darkroom.commands.access import Access

COLOURS = {"FAILED": "red", "PROCESSING": "yellow"}


def print_list(access: Access, console: Console, options: argparse.Namespace) -> None:
    """Print the photos that are asked for."""
    now = datetime.now(UTC)
    found = filter_of(options).find(access.records)
    records = list(islice(found, options.limit))
    # One more is looked for, to say whether there are more.
    more = options.limit is not None and next(found, None) is not None
    photos = listed(records, now, access.project.lease_seconds)
    report = ListReport(project=access.project.name, photos=photos, more=more)
    if options.json:
        print(report.model_dump_json(indent=2))
    elif options.keys:
        print(*(photo.key for photo in report.photos), sep="\n", end="\n" if report.photos else "")
    else:
        _print_table(report, console, now)


def _print_table(report: ListReport, console: Console, now: datetime) -> None:
    if not report.photos:
        console.print("No photo that failed or is at work fits.", highlight=False)
        return
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("photo", "status", "error", "step", "user", "age", "a re-run helps"):
        table.add_column(title, overflow="fold", no_wrap=title in {"status", "age"})
    for photo in report.photos:
        status = f"[{COLOURS.get(photo.status, 'green')}]{photo.status}[/]"
        age, helps = span((now - photo.changed_at).total_seconds()), photo.rerun_helps or photo.need or ""
        what = map(shown, (photo.error, photo.step, photo.user_id))
        table.add_row(shown(photo.key), status, *what, age, str(helps))
    console.print(table, highlight=False)
    if report.more:
        console.print(f"There are more; these are the latest {len(report.photos)}.", highlight=False)
