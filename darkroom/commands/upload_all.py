"""An upload from the first file to the links."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from darkroom.command_line import EXIT_INTERRUPTED
from darkroom.commands.access import explain
from darkroom.commands.fitting import Sentence
from darkroom.commands.upload_check import checked, key_of, limits_of
from darkroom.terminal_text import shown
from functions.operate.polling import Polling
from functions.operate.project import copies_bucket, environment_of, upload_bucket
from functions.operate.upload_outcome import ARRIVED, UploadOutcome, UploadReport
from functions.operate.upload_photos import Uploader
from functions.operate.upload_wait import UploadWaiter
from functions.shared.user_metadata import USER_ID

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from darkroom.commands.access import Access
    from darkroom.commands.photo_files import LocalPhoto

COLOURS = {
    "uploaded": "green",
    "completed": "green",
    "refused": "red",
    "not uploaded": "red",
    "failed": "red",
}
LINK_SECONDS = 3600


def upload_all(access: Access, console: Console, found: Sequence[LocalPhoto], options: argparse.Namespace) -> int:
    """Upload photos, say what came of each, and return the exit status."""
    photos = [(photo, key_of(photo, options.prefix)) for photo in found]
    bucket = upload_bucket(access.client, access.project)
    outcomes: dict[str | int, UploadOutcome] = {}
    interrupted = False
    try:
        for outcome in _steps(access, bucket, photos, options):
            # A photo's result takes the place of that of its upload; what did not arrive has a place of its own.
            outcomes[outcome.key if outcome.outcome in ARRIVED else len(outcomes)] = outcome
            if not options.json:
                _print(console, outcome)
    except KeyboardInterrupt:
        interrupted = True
    report = UploadReport(
        project=access.project.name,
        bucket=bucket,
        photos=list(outcomes.values()),
        link_seconds=LINK_SECONDS,
        interrupted=interrupted,
    )
    if options.json:
        print(report.model_dump_json(indent=2))
    else:
        _print_end(console, report)
    return EXIT_INTERRUPTED if interrupted else report.exit_status


def _steps(
    access: Access, bucket: str, photos: Sequence[tuple[LocalPhoto, str]], options: argparse.Namespace
) -> Iterator[UploadOutcome]:
    """Yield what came of each file, and then, where they are waited for, of each photo."""
    client = access.client("s3")
    uploader = Uploader(client, bucket, explain, _metadata(options), force=options.force)
    limits = limits_of(environment_of(access.client, access.project, "validate"))
    arrived = []
    with _progress("Uploading", len(photos)) as advance:
        for outcome in uploader.upload_all(checked(photos, limits)):
            advance()
            yield outcome
            arrived += [outcome] if outcome.outcome in ARRIVED else []
    if options.wait and arrived:
        polling = Polling(time.monotonic, time.sleep, options.wait_minutes * 60)
        link = _linker(access)
        with _progress("Enhancing", len(arrived)) as advance:
            for outcome in UploadWaiter(access.records, client, bucket, polling).results(arrived):
                advance()
                yield link(outcome)


def _metadata(options: argparse.Namespace) -> dict[str, str]:
    asked = {USER_ID: options.user_id, "preset": options.preset, "strength": options.strength}
    return {name: str(value) for name, value in asked.items() if value is not None}


def _linker(access: Access) -> Callable[[UploadOutcome], UploadOutcome]:
    """Return what gives a photo that is completed its link, signed with the operator's credentials."""
    bucket = copies_bucket(access.client, access.project)

    def link(outcome: UploadOutcome) -> UploadOutcome:
        if not outcome.enhanced_key:
            return outcome
        where = {"Bucket": bucket, "Key": outcome.enhanced_key}
        url = access.client("s3").generate_presigned_url("get_object", Params=where, ExpiresIn=LINK_SECONDS)
        return outcome.model_copy(update={"link": url})

    return link


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show progress on stderr, if that is a terminal; yield what counts one file more."""
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Lines that go to a file must not go to the terminal instead.
    redirect, disable = sys.stdout.isatty(), not console.is_terminal
    with Progress(*columns, console=console, disable=disable, transient=True, redirect_stdout=redirect) as progress:
        bar = progress.add_task("", total=total)
        yield lambda: progress.advance(bar)


def _print(console: Console, outcome: UploadOutcome) -> None:
    what = outcome.result or outcome.outcome
    subject = outcome.key if outcome.result else outcome.file
    where = f" as {outcome.key}" if not outcome.result and outcome.outcome in ARRIVED else ""
    why = f": {outcome.why}" if outcome.why else ""
    line = f"{shown(subject)}: [{COLOURS.get(what, 'yellow')}]{what}[/]{shown(where + why)}"
    console.print(Sentence(Text.from_markup(line)), highlight=False, soft_wrap=True)


def _print_end(console: Console, report: UploadReport) -> None:
    counts = ", ".join(f"{count} {what}" for what, count in report.counts.items())
    console.print(counts or "Nothing was uploaded.", highlight=False)
    if report.interrupted:
        console.print("Interrupted: say the same again for the rest; nothing is uploaded twice.", highlight=False)
    links = [photo for photo in report.photos if photo.link]
    if links:
        console.print(
            f"\nThe enhanced copies; the links work for {LINK_SECONDS // 60} minutes at most:", highlight=False
        )
    for photo in links:
        console.print(f"{shown(photo.key)}\n  {shown(photo.link)}", highlight=False, soft_wrap=True)
