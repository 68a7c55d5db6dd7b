"""The lists of permissions in docs/deploy.md: every action exists, every list says on what."""

import re
from functools import cache

import botocore.session
import pytest

from tests.definitions import ROOT
from tests.permissions import ACTIONS, IMPLIED

PAGE = (ROOT / "docs" / "deploy.md").read_text()
MODELS = {"states": "stepfunctions"}
SESSION = botocore.session.get_session()
# Actions that are the name of no API call of their own.
ACTIONS_ALONE = {
    "s3:DeleteObjectVersion",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionTagging",
    "iam:PassRole",
    "logs:CreateLogDelivery",
}


def rows(chapter: str) -> list[list[str]]:
    """Return the cells of a chapter's table, without its head."""
    text = PAGE.partition(f"\n## {chapter}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def actions(cell: str) -> list[str]:
    return re.findall(r"`([a-z0-9]+:[A-Za-z0-9*]+)`", cell)


_deployer = rows("What the deployer may have to do")
_people = rows("What users and operators may have to do")
DEPLOYER = {f"{service.strip('`')}:{name}" for service, names, _ in _deployer for name in names.split(", ")}
PEOPLE = {who: set(actions(cell)) for who, cell, _ in _people}


def exists(action: str) -> bool:
    """Tell whether the service has a call of that name, or S3 asks for it under another."""
    service, _, name = action.partition(":")
    renamed = {other for others in ACTIONS.values() for other in others}
    return name in operations(MODELS.get(service, service)) or action in renamed | ACTIONS_ALONE


@cache
def operations(service: str) -> frozenset[str]:
    return frozenset(SESSION.get_service_model(service).operation_names)


@pytest.mark.parametrize("action", sorted(DEPLOYER.union(*PEOPLE.values())))
def test_an_action_exists(action: str) -> None:
    assert exists(action)


def test_a_misspelt_action_is_found() -> None:
    assert not exists("lambda:CreateFunktion")


def test_every_list_says_on_what_and_names_nothing_twice() -> None:
    for _, names, where in [*_deployer, *_people]:
        assert where
        found = actions(names) or names.split(", ")
        assert len(found) == len(set(found)), names
    assert len(DEPLOYER) > 100


def test_the_lists_are_of_these_people() -> None:
    assert set(PEOPLE) == {"uploads", "downloads", "replays", "backfills"}


def test_every_implied_permission_names_its_source() -> None:
    assert all(source.startswith("https://docs.aws.amazon.com/") for _, source in IMPLIED.values())
