"""Photos in a table, as JSON, or as keys alone."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from darkroom.commands.filters import filter_of
from darkroom.commands.fitting import FittingTable
from darkroom.terminal_text import shown
from functions.operate.photo_list import ListedPhoto, ListReport, listed
from functions.operate.spans import span
from functions.operate.upload_index import index_older

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from darkroom.commands.access import Access

COLOURS = {"FAILED": "red", "PROCESSING": "yellow"}


def print_list(access: Access, console: Console, options: argparse.Namespace) -> None:
    """Print the photos that are asked for."""
    now = datetime.now(UTC)
    if options.add_older:
        count = sum(1 for _ in index_older(access.records))
        Console(stderr=True).print(f"{count} photos of earlier versions were added.", highlight=False)
    meant = filter_of(options)
    found = meant.find(access.records)
    records = list(islice(found, options.limit))
    # One more is looked for, to say whether there are more.
    more = options.limit is not None and next(found, None) is not None
    photos = listed(records, now, access.project.lease_seconds)
    report = ListReport(project=access.project.name, photos=photos, more=more)
    if options.json:
        print(report.model_dump_json(indent=2))
    elif options.keys:
        print(*(photo.key for photo in report.photos), sep="\n", end="\n" if report.photos else "")
        if report.more:
            Console(stderr=True).print(_more(report), highlight=False)
    elif report.photos:
        console.print(photos_table(report.photos, now), highlight=False)
        if report.more:
            console.print(_more(report), highlight=False)
    else:
        since = span(options.since) if options.since else ""
        whose = f"was uploaded in the last {since}" if meant.is_of_all_uploads else "failed or is at work"
        console.print(f"No photo that {whose} fits.", highlight=False)


def photos_table(photos: Iterable[ListedPhoto], now: datetime) -> FittingTable:
    """Return photos as they are listed at a moment."""
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("photo", "status", "error", "step", "user", "age", "a re-run helps"):
        table.add_column(title, no_wrap=True)
    for photo in photos:
        status = f"[{COLOURS.get(photo.status, 'green')}]{photo.status}[/]"
        age, helps = span((now - photo.changed_at).total_seconds()), photo.rerun_helps or photo.need or ""
        what = map(shown, (photo.error, photo.step, photo.user_id))
        table.add_row(shown(photo.key), status, *what, age, str(helps))
    return FittingTable(table)


def _more(report: ListReport) -> str:
    return f"There are more; these are the latest {len(report.photos)}, as --limit says."
