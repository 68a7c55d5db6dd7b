"""docs/deploy.md: every setting is described, every sum is right, every command is one that the tests run."""

import re
from dataclasses import fields

from darkroom.deployment.settings import Settings
from tests.definitions import ROOT

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


def test_the_links_lead_somewhere() -> None:
    for name in ("docs/deploy.md", "docs/runbook.md", "terraform/README.md", "deploy/README.md"):
        page = ROOT / name
        for link in re.findall(r"\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)", page.read_text()):
            assert not link or (page.parent / link).exists(), f"{name}: {link}"
