"""A probe from the first canary to the last thing that it takes away."""

from __future__ import annotations

from collections.abc import Callable

from darkroom.commands.access import explain
from darkroom.probe.probe_steps import Canaries, CanaryError
from darkroom.probe.removal import remove_all
from darkroom.probe.site import Site
from darkroom.probe.waiting import NeverSeenError
from functions.operate.calls import CALL_ERRORS
from functions.operate.doctor.findings import CheckResult, Fault, check_result

Step = tuple[str, set[str], str, Callable[[], str]]
LOOK = "look at the checks above and at `darkroom show {}`"
REMOVE = "remove it by hand, or run the probe again, which looks for what is left"
NEEDED = "it needs the step before"


def probe(site: Site, show: Callable[[CheckResult], None]) -> list[CheckResult]:
    """Return what each step showed, and show it at once; however it ends, remove everything and show what is left."""
    results: list[CheckResult] = []

    def note(result: CheckResult) -> None:
        results.append(result)
        show(result)

    # An earlier probe may have been killed: what it left is not to be taken for this one's.
    for _ in remove_all(site):
        pass
    try:
        _take(site, note, results)
    finally:
        note(_removed(list(remove_all(site))))
    return results


def _take(site: Site, note: Callable[[CheckResult], None], results: list[CheckResult]) -> None:
    for name, needs, about, step in _steps(Canaries(site)):
        bad = {result.name for result in results if result.status != "good"}
        note(_skipped(name, about) if needs & bad else _taken(site, name, about, step))


def _steps(canaries: Canaries) -> list[Step]:
    return [
        ("probe: upload", set(), "a photo goes through to its record", canaries.upload),
        ("probe: message", {"probe: upload"}, "subscribers hear of it", canaries.message),
        ("probe: link", {"probe: message"}, "the link in the message opens", canaries.link),
        ("probe: broken", {"probe: upload"}, "a file that is no photo fails, and says so", canaries.broken),
        ("probe: redrive", {"probe: broken"}, "a redrive enters the failed step again", canaries.redrive),
        ("probe: replay", {"probe: upload"}, "an undelivered event is replayed", canaries.replay),
        ("probe: alarm", set(), "an alarm arrives at the operations topic", canaries.alarm),
    ]


def _taken(site: Site, name: str, about: str, step: Callable[[], str]) -> CheckResult:
    try:
        return check_result(name, about, [], notes=[step()])
    except (CanaryError, NeverSeenError) as error:
        fault = Fault(subject="the canary:", finding=str(error), remedy=LOOK.format(site.photo_key))
        return check_result(name, about, [fault])
    except CALL_ERRORS as error:
        return check_result(name, about, [], [explain(error)])


def _skipped(name: str, about: str) -> CheckResult:
    return check_result(name, about, [], [NEEDED])


def _removed(left: list[str]) -> CheckResult:
    faults = [Fault(subject=what.partition(":")[0], finding=f"is left ({what})", remedy=REMOVE) for what in left]
    return check_result("probe: removed", "all that the probe made is gone", faults)
