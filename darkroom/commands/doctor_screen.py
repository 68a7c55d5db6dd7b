"""What the doctor found, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.text import Text

from darkroom.commands.examination import examined
from darkroom.commands.question import ask, require_answerer
from darkroom.probe.probing import probe as probe_all
from darkroom.probe.site import Site
from functions.operate.doctor.announcing_checks import read_subscriptions
from functions.shared.printable import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from darkroom.commands.access import Access
    from functions.operate.doctor.findings import CheckResult, DoctorReport
    from functions.operate.doctor.plan import Plan

STYLES = {"good": "green", "fault": "bold red", "not known": "yellow"}
NAME_WIDTH = 20
WARNING = (
    "The probe sends three messages about two canary photos, and that of an alarm, through this deployment: of its {} "
    "subscriptions, those without a filter get them. It removes what it made, but for two executions and a replay, "
    "which Step Functions keeps for 90 days."
)


def examine(access: Access, console: Console, *, probe: bool, yes: bool, as_json: bool) -> int:
    """Print what was found; return the exit status. Raises UsageError where a probe is wanted and nobody can agree."""
    if probe:
        advice = "a probe sends messages to subscribers: say --yes where nobody can be asked"
        require_answerer(advice, yes=yes, as_json=as_json)
    report, plan = examined(access)
    # With --json, what goes on is said beside the document.
    progress = Console(stderr=True) if as_json else console
    if not as_json or probe:
        progress.print(screen(report), soft_wrap=True)
    if probe and plan and (yes or _is_agreed(access, plan)):
        report = report.model_copy(update={"probe": _probed(access, plan, progress)})
    if as_json:
        print(report.model_dump_json(indent=2))
    else:
        console.print(_sum(report), soft_wrap=True)
    return report.exit_status


def screen(report: DoctorReport) -> RenderableType:
    """Return the checks as they are shown: a line for each, and what it found below it."""
    lines = (line for check in report.checks for line in check_lines(check))
    return Group(Text(f"{report.project} in {report.region}\n", style="bold"), *lines)


def check_lines(check: CheckResult) -> Iterator[Text]:
    """Yield a check's result, its faults, what is not known, and its notes."""
    status = Text(f"{check.status:11}", style=STYLES[check.status])
    yield Text.assemble(f"{check.name:{NAME_WIDTH}}", status, check.about)
    # Indented by hand: what is to be copied must not be wrapped.
    yield from (Text(f"  {printable(fault.sentence)}", style="red") for fault in check.faults)
    yield from (Text(f"  Not known: {printable(unknown)}", style="yellow") for unknown in check.unknown)
    yield from (Text(f"  {printable(note)}", style="dim") for note in check.notes)


def _probed(access: Access, plan: Plan, progress: Console) -> list[CheckResult]:
    progress.print()
    return probe_all(Site(access, plan), lambda result: progress.print(*check_lines(result), sep="\n", soft_wrap=True))


def _is_agreed(access: Access, plan: Plan) -> bool:
    """Say who will hear of the probe, and ask."""
    heard = sum(len(read_subscriptions(access.client, plan, topic) or []) for topic in ("results", "operations"))
    return ask(f"\n{WARNING.format(heard)} Send it?")


def _sum(report: DoctorReport) -> Text:
    unknown = sum(bool(check.unknown) for check in [*report.checks, *report.probe])
    if report.faults:
        return Text(f"\n{len(report.faults)} found.", style="bold red")
    if unknown:
        return Text(f"\nNo fault was found; {unknown} could not be checked in full.", style="yellow")
    return Text("\nAll is as it should be.", style="green")
