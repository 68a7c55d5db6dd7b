"""Forgetting from what will be deleted, by way of the question, to what was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from darkroom.commands.access import explain
from darkroom.commands.display import shown
from darkroom.commands.question import is_agreed
from functions.operate.calls import CALL_ERRORS
from functions.operate.forget_outcome import REMAINS, ForgetOutcome, ForgetPlan, ForgetReport, outcome_of, unread
from functions.operate.forget_photos import Forgetter
from functions.operate.project import environment_of, upload_bucket
from functions.operate.stored_versions import Versions

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from darkroom.commands.access import Access

COLOURS = {"forgotten": "green", "refused": "yellow", "not forgotten": "red", "half forgotten": "red"}
EXIT_INTERRUPTED = 130
Found = ForgetPlan | ForgetOutcome
"""What there is of a photo, or the outcome of one that could not be looked at."""


def forget_all(access: Access, console: Console, options: argparse.Namespace) -> int:
    """Forget the photos that are named, say what came of each, and return the exit status."""
    forgetter = _forgetter(access, takes_originals=options.originals)
    found = [_look(forgetter, key) for key in dict.fromkeys(options.photos)]
    plans = [plan for plan in found if isinstance(plan, ForgetPlan) and not plan.refusal and not plan.is_empty]
    if not options.json:
        _print_plans(console, plans, options)
    if options.dry_run:
        return _finish(access, console, options, [_dry(plan) for plan in found], interrupted=False)
    if plans and not is_agreed(_question(plans), _advice(plans), options):
        console.print("Nothing was deleted.", highlight=False)
        return 0
    outcomes: dict[str, ForgetOutcome] = {}
    interrupted = False
    try:
        for outcome in _forgotten(forgetter, found):
            outcomes[outcome.key] = outcome
            if not options.json:
                _print(console, outcome)
    except KeyboardInterrupt:
        interrupted = True
    return _finish(access, console, options, list(outcomes.values()), interrupted=interrupted)


def _forgetter(access: Access, *, takes_originals: bool) -> Forgetter:
    s3 = access.client("s3")
    copies = environment_of(access.client, access.project, "enhance")["ENHANCED_BUCKET_NAME"]
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


def _question(plans: list[ForgetPlan]) -> str:
    return f"Delete {_sum(plans)}? This cannot be undone."


def _advice(plans: list[ForgetPlan]) -> str:
    return f"{_sum(plans)} would be deleted: look with --dry-run, then say --yes"


def _sum(plans: list[ForgetPlan]) -> str:
    outcomes = [outcome_of(plan, "would forget") for plan in plans]
    copies = sum(len(outcome.copies) for outcome in outcomes)
    parts = [_counted(sum(outcome.has_record for outcome in outcomes), "record"), _counted(copies, "copy", "copies")]
    versions = sum(outcome.original_versions for outcome in outcomes)
    if versions:
        originals = sum(outcome.original == "deleted" for outcome in outcomes)
        parts.append(f"{_counted(originals, 'original')} ({_counted(versions, 'version')})")
    return f"{', '.join(parts)} of {_counted(len(plans), 'photo')}"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def _print_plans(console: Console, plans: list[ForgetPlan], options: argparse.Namespace) -> None:
    for plan in plans:
        outcome = outcome_of(plan, "would forget")
        _line(console, shown(plan.key))
        if outcome.has_record:
            _line(console, "  its record")
        for copy in outcome.copies:
            _line(console, f"  {shown(copy)}")
        if outcome.original == "deleted":
            _line(console, f"  the original, {_counted(outcome.original_versions, 'version')}")
        elif outcome.original == "kept":
            _line(console, "  The original stays, tagged darkroom-status=forgotten.")
    if plans and not options.yes:
        _line(console, "\nOther places still hold:")
        for place in REMAINS:
            _line(console, f"  {place}")
        _line(console, "")


def _line(console: Console, text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True)


def _print(console: Console, outcome: ForgetOutcome) -> None:
    why = f": {shown(outcome.why)}" if outcome.why else ""
    _line(console, f"{shown(outcome.key)}: [{COLOURS.get(outcome.outcome, 'yellow')}]{outcome.outcome}[/]{why}")


def _finish(
    access: Access, console: Console, options: argparse.Namespace, photos: list[ForgetOutcome], *, interrupted: bool
) -> int:
    report = ForgetReport(project=access.project.name, photos=photos, remains=list(REMAINS), interrupted=interrupted)
    if options.json:
        print(report.model_dump_json(indent=2))
    else:
        if options.dry_run:
            for outcome in photos:
                _print(console, outcome)
        _line(console, ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items()))
        if interrupted:
            _line(console, "Interrupted: say the same again for the rest.")
    return EXIT_INTERRUPTED if interrupted else report.exit_status
