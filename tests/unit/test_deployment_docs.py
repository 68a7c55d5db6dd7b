"""docs/deploy.md: every setting is described, every sum is right, every command is one that the tests run."""

import json
import re
from dataclasses import fields

from darkroom.deployment.monitoring import alarm_documents
from darkroom.deployment.names import Names
from darkroom.deployment.settings import Settings
from functions.shared import errors
from functions.shared.errors import Fault
from tests.contract.test_errors import raised_by
from tests.definitions import FUNCTIONS, ROOT, printed_metrics

DEPLOY = (ROOT / "docs" / "deploy.md").read_text()


def test_every_setting_is_described() -> None:
    table = DEPLOY.partition("\n## Settings\n")[2].partition("\n## ")[0]
    described = set(re.findall(r"\b[a-z]+(?:_[a-z]+)*\b", table))
    assert {item.name for item in fields(Settings)} <= described


def test_the_costs_add_up() -> None:
    table = DEPLOY.partition("\n## What a million photos cost\n")[2]
    costs = [float(cost) for cost in re.findall(r"^\| .* \| (\d+\.\d\d) \|$", table, re.MULTILINE)]
    [total] = re.findall(r"\*\*(\d+)\*\*", table)
    assert len(costs) > 8
    assert round(sum(costs)) == int(total)
    assert f"about {round(int(total), -1)} dollars" in (ROOT / "README.md").read_text()


def test_the_readme_says_what_a_thousand_photos_a_month_cost() -> None:
    fixed = DEPLOY.partition("\nFixed per month:")[2].partition("Storage")[0]
    # The key and the dashboard are named without cents, as are the counts; the sums in brackets have them.
    [key, dashboard] = map(int, re.findall(r"the key (\d+),.* a dashboard (\d+)", fixed)[0])
    [million] = map(int, re.findall(r"\*\*(\d+)\*\*", DEPLOY))
    month = key + dashboard + sum(map(float, re.findall(r"\((\d+\.\d\d)\)", fixed))) + million * 1_000 / 1_000_000
    assert f"1,000 photos a month cost about {round(month)} dollars" in (ROOT / "README.md").read_text()


def chain(machine: str, first: str, *, notified: bool = False) -> list[str]:
    """Return the states from one on while nothing fails; `notified` says what a choice decides."""
    states = json.loads((ROOT / "statemachine" / f"{machine}.asl.json").read_text())["States"]
    passed, name = [], first
    while name:
        passed.append(name)
        state = states[name]
        name = state["Choices"][0]["Next"] if notified and state["Type"] == "Choice" else state.get("Next", "")
    return passed


def test_the_transitions_are_counted_from_the_definitions() -> None:
    start = 1
    photo = start + len(chain("pipeline", "ValidateImage"))
    assert re.search(rf"n . {photo} transitions", DEPLOY)
    failure = chain("pipeline", "RecordFailure")
    # What follows it, a redrive resumes at.
    more = failure.index("FailUnlessRedriven") + 1
    backstop = start + len(chain("backstop", "RecordFailure", notified=True))
    assert (
        f"A failed photo takes {more} more transitions than the steps that it got through, and {backstop} of" in DEPLOY
    )


def test_the_alarms_are_counted_and_priced() -> None:
    names = Names(Settings("us-east-1", "darkroom", "darkroom-uploads"), "111122223333")
    alarms = alarm_documents(names).values()
    # CloudWatch charges for each metric that an alarm looks at.
    metrics = sum(sum("MetricStat" in query for query in alarm.get("Metrics", [])) or 1 for alarm in alarms)
    priced = f"{len(alarms)} alarms on {metrics} metrics, 0.10 for each of these ({metrics * 0.1:.2f})"
    assert priced in DEPLOY


def test_the_functions_own_metrics_are_counted_and_priced() -> None:
    folders = {function: ROOT / "functions" / function for function in FUNCTIONS}
    # Powertools adds the function's name as a dimension, so what every function counts is a metric for each.
    own = [name for folder in folders.values() for name in printed_metrics(folder)]
    by_kind = [fault for fault in Fault if fault is not Fault.NOBODY]
    expecting = [function for function in FUNCTIONS if any(map(is_expected, raised_by(function)))]
    series = {"PhotosFinished": 1, "PhotosFailed": len(by_kind), "ExpectedErrors": len(expecting)}
    assert sorted(printed_metrics(ROOT / "functions" / "shared")) == sorted(series)
    count = len(own) + sum(series.values())
    assert f"{count} metrics of Darkroom's own 0.30 each ({count * 0.3:.2f})" in DEPLOY


def is_expected(error: str) -> bool:
    return getattr(errors, error).fault is not Fault.SERVICE


def test_the_links_lead_somewhere() -> None:
    for name in ("docs/deploy.md", "docs/runbook.md", "terraform/README.md", "deploy/README.md"):
        page = ROOT / name
        for link in re.findall(r"\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)", page.read_text()):
            assert not link or (page.parent / link).exists(), f"{name}: {link}"
