"""docs/deploy.md: every setting is described, every link leads somewhere, what is priced is what a deployment has."""

import json
import re
from dataclasses import fields

from darkroom.deployment.settings import Settings
from functions.operate.capacity.measurements import measurements
from functions.operate.capacity.monthly_cost import OWN_METRICS
from functions.shared import errors
from functions.shared.errors import Fault
from tests.contract.test_errors import raised_by
from tests.definitions import FUNCTIONS, ROOT, printed_metrics
from verification.load.measure_costs import alarm_metrics

DEPLOY = (ROOT / "docs" / "deploy.md").read_text()


def test_every_setting_is_described() -> None:
    table = DEPLOY.partition("\n## Settings\n")[2].partition("\n## ")[0]
    described = set(re.findall(r"\b[a-z]+(?:_[a-z]+)*\b", table))
    assert {item.name for item in fields(Settings)} <= described


def chain(machine: str, first: str) -> list[str]:
    """Return the states from one on while nothing fails."""
    states = json.loads((ROOT / "statemachine" / f"{machine}.asl.json").read_text())["States"]
    passed, name = [], first
    while name:
        passed.append(name)
        state = states[name]
        name = state.get("Next", "")
    return passed


def test_the_transitions_that_were_measured_are_those_of_the_definitions() -> None:
    start, measured = 1, measurements()
    assert {use.transitions for use in measured.succeeded} == {start + len(chain("pipeline", "ValidateImage"))}
    failure = chain("pipeline", "RecordFailure")
    # What follows it, a redrive resumes at.
    failed = len(["ValidateImage"]) + failure.index("FailUnlessRedriven") + 1
    # The pipeline has recorded and announced it, which the backstop's first state finds.
    backstop = start + len(["RecordFailure", "Skipped"])
    assert measured.failed.transitions == start + failed + backstop


def test_the_alarms_that_are_priced_are_those_of_a_deployment() -> None:
    # CloudWatch charges for each metric that an alarm looks at.
    assert measurements().alarm_metrics == alarm_metrics()


def test_the_functions_own_metrics_are_counted() -> None:
    folders = {function: ROOT / "functions" / function for function in FUNCTIONS}
    # Powertools adds the function's name as a dimension, so what every function counts is a metric for each.
    own = [name for folder in folders.values() for name in printed_metrics(folder)]
    by_kind = [fault for fault in Fault if fault is not Fault.NOBODY]
    expecting = [function for function in FUNCTIONS if any(map(is_expected, raised_by(function)))]
    series = {"PhotosFinished": 1, "PhotosFailed": len(by_kind), "ExpectedErrors": len(expecting), "UploadToMessage": 1}
    assert sorted(printed_metrics(ROOT / "functions" / "shared")) == sorted(series)
    assert len(own) + sum(series.values()) == OWN_METRICS
    assert 0 < measurements().own_metrics <= OWN_METRICS


def is_expected(error: str) -> bool:
    return getattr(errors, error).fault is not Fault.SERVICE


def test_the_links_lead_somewhere() -> None:
    for name in ("docs/deploy.md", "docs/runbook.md", "terraform/README.md", "deploy/README.md"):
        page = ROOT / name
        for link in re.findall(r"\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)", page.read_text()):
            assert not link or (page.parent / link).exists(), f"{name}: {link}"
