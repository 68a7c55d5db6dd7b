"""Forgetting from what will be deleted, by way of the question, to what was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from darkroom.command_line import EXIT_INTERRUPTED
from darkroom.commands.access import explain
from darkroom.commands.forget_screen import advice, line, print_outcome, print_plans, question
from darkroom.commands.question import is_agreed
from functions.operate.calls import CALL_ERRORS
from functions.operate.forget_outcome import REMAINS, ForgetOutcome, ForgetPlan, ForgetReport, outcome_of, unread
from functions.operate.forget_photos import Forgetter
from functions.operate.project import copies_bucket, upload_bucket
from functions.operate.stored_versions import Versions

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from darkroom.commands.access import Access

Found = ForgetPlan | ForgetOutcome
"""What there is of a photo, or the outcome of one that could not be looked at."""


def forget_all(access: Access, console: Console, options: argparse.Namespace) -> int:
    """Forget the photos that are named, say what came of each, and return the exit status."""
    forgetter = _forgetter(access, takes_originals=options.originals)
    found = [_look(forgetter, key) for key in dict.fromkeys(options.photos)]
    plans = [plan for plan in found if isinstance(plan, ForgetPlan) and not plan.refusal and not plan.is_empty]
    if not options.json:
        print_plans(console, plans, options)
    if options.dry_run:
        return _finish(access, console, options, [_dry(plan) for plan in found], interrupted=False)
    if plans and not is_agreed(question(plans), advice(plans), options):
        console.print("Nothing was deleted.", highlight=False)
        return 0
    outcomes: dict[str, ForgetOutcome] = {}
    interrupted = False
    try:
        for outcome in _forgotten(forgetter, found):
            outcomes[outcome.key] = outcome
            if not options.json:
                print_outcome(console, outcome)
    except KeyboardInterrupt:
        interrupted = True
    return _finish(access, console, options, list(outcomes.values()), interrupted=interrupted)


def _forgetter(access: Access, *, takes_originals: bool) -> Forgetter:
    s3 = access.client("s3")
    copies = copies_bucket(access.client, access.project)
    return Forgetter(
        access.records,
        access.executions,
        uploads=Versions(s3, upload_bucket(access.client, access.project)),
        copies=Versions(s3, copies),
        explain=explain,
        takes_originals=takes_originals,
    )


def _look(forgetter: Forgetter, key: str) -> Found:
    try:
        return forgetter.plan(key)
    except CALL_ERRORS as error:
        return unread(key, "not forgotten", explain(error))


def _dry(found: Found) -> ForgetOutcome:
    if isinstance(found, ForgetOutcome):
        return found
    if found.refusal:
        return outcome_of(found, "refused", found.refusal)
    return outcome_of(found, "nothing there" if found.is_empty else "would forget")


def _forgotten(forgetter: Forgetter, found: Iterable[Found]) -> Iterator[ForgetOutcome]:
    for plan in found:
        if isinstance(plan, ForgetOutcome):
            yield plan
            continue
        try:
            outcome = forgetter.forget(plan)
        except KeyboardInterrupt:
            yield outcome_of(plan, "half forgotten", "interrupted: say it again")
            raise
        yield outcome


def _finish(
    access: Access, console: Console, options: argparse.Namespace, photos: list[ForgetOutcome], *, interrupted: bool
) -> int:
    report = ForgetReport(project=access.project.name, photos=photos, remains=list(REMAINS), interrupted=interrupted)
    if options.json:
        print(report.model_dump_json(indent=2))
    else:
        if options.dry_run:
            for outcome in photos:
                print_outcome(console, outcome)
        line(console, ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items()))
        if interrupted:
            line(console, "Interrupted: say the same again for the rest.")
    return EXIT_INTERRUPTED if interrupted else report.exit_status
