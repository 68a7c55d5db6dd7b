"""A re-run from the count and the question to the result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from darkroom.command_line import EXIT_INTERRUPTED
from darkroom.commands.access import explain
from darkroom.commands.filters import filter_of
from darkroom.commands.fitting import Sentence
from darkroom.commands.pace import Pace
from darkroom.commands.question import is_agreed
from darkroom.terminal_text import shown
from functions.operate.photo_story import uploaded_key
from functions.operate.polling import Polling
from functions.operate.rerun_choice import choice
from functions.operate.rerun_outcome import RerunOutcome, RerunReport
from functions.operate.rerun_photos import Rerunner
from functions.operate.rerun_request import How, RerunRequest
from functions.operate.rerun_wait import Waiter

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from darkroom.commands.access import Access
    from functions.operate.photo_record import PhotoRecord

COLOURS = {"completed": "green", "started": "green", "failed": "red", "not started": "red", "refused": "yellow"}
Sink = Callable[[RerunOutcome], None]


def rerun_all(access: Access, console: Console, options: argparse.Namespace) -> int:
    """Run again what is meant, print what came of it, and return the exit status."""
    # First, so that a missing Region is said to be missing: who asks would be known without one.
    project = access.project.name
    request = _request(access, options)
    show: Sink = (lambda _: None) if options.json else (lambda outcome: _print(console, outcome))
    outcomes: dict[str, RerunOutcome] = {}

    def note(outcome: RerunOutcome) -> None:
        outcomes[outcome.key] = outcome
        show(outcome)

    interrupted = False
    chosen = choice(_meant(access, options), request, options.limit)
    for outcome in chosen.refusals:
        note(outcome)
    if chosen.keys and not _is_agreed(len(chosen.keys), len(chosen.refusals), options):
        console.print("Nothing was run.", highlight=False)
        return 0
    try:
        _run_and_wait(access, options, request, chosen.keys, note)
    except KeyboardInterrupt:
        interrupted = True
    photos = list(outcomes.values())
    report = RerunReport(project=project, named=bool(options.photos), photos=photos, interrupted=interrupted)
    _print_end(report, console, as_json=options.json)
    return EXIT_INTERRUPTED if interrupted else report.exit_status


def _request(access: Access, options: argparse.Namespace) -> RerunRequest:
    return RerunRequest(
        how=How(options.how),
        force=options.force,
        preset=options.preset,
        strength=options.strength,
        reason=options.reason,
        by="" if options.dry_run else access.client("sts").get_caller_identity()["Arn"],
    )


def _meant(access: Access, options: argparse.Namespace) -> Iterator[tuple[str, PhotoRecord | None]]:
    if not options.photos:
        yield from ((record.key, record) for record in filter_of(options, ("FAILED",)).find(access.records))
        return
    keys = [_key_of(access, photo) for photo in dict.fromkeys(options.photos)]
    found = access.records.get_many(keys)
    yield from ((key, found.get(key)) for key in dict.fromkeys(keys))


def _key_of(access: Access, photo: str) -> str:
    return uploaded_key(access.executions.input(photo)) or photo if photo.startswith("arn:") else photo


def _is_agreed(count: int, refused: int, options: argparse.Namespace) -> bool:
    """Return whether photos are to be run; asks where there are several. Raises NotAskedError."""
    if options.dry_run or (count == 1 and options.photos):
        return True
    rest = f" ({refused} are refused)" if refused else ""
    advice = f"{count} photos would be run again: look with --dry-run, then say --yes"
    return is_agreed(f"Run {count} photos again{rest}?", advice, options)


def _run_and_wait(
    access: Access, options: argparse.Namespace, request: RerunRequest, keys: list[str], note: Sink
) -> None:
    rerunner = Rerunner(access.records, access.executions, request, explain, dry_run=options.dry_run)
    started = []
    for outcome in rerunner.run_all(keys, Pace(options.rate).wait):
        note(outcome)
        started += [outcome] if outcome.outcome == "started" else []
    if options.wait:
        polling = Polling(time.monotonic, time.sleep, options.wait_minutes * 60)
        waiter = Waiter(access.records, access.executions, polling)
        for outcome in waiter.results(started):
            note(outcome)


def _print(console: Console, outcome: RerunOutcome) -> None:
    colour = COLOURS.get(outcome.outcome, "yellow")
    done = f" ({outcome.act}, {shown(outcome.reason)})" if outcome.outcome in {"started", "would start"} else ""
    why = shown(outcome.why or (outcome.reason if outcome.outcome == "refused" else ""))
    line = f"{shown(outcome.key)}: [{colour}]{outcome.outcome}[/]{done}{': ' if why else ''}{why}"
    console.print(Sentence(Text.from_markup(line)), highlight=False, soft_wrap=True)


def _print_end(report: RerunReport, console: Console, *, as_json: bool) -> None:
    if as_json:
        print(report.model_dump_json(indent=2))
        return
    counts = ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items())
    console.print(counts or "No photo fits.", highlight=False)
    if report.interrupted:
        console.print("Interrupted: say the same again for the rest; none is started twice.", highlight=False)
