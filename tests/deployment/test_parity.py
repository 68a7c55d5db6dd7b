"""Terraform and deploy.sh make the same: every resource of one is in the other, and alike in everything but names."""

import pytest

from tests.deployment.conftest import Deployed

KINDS = (
    "alarms",
    "buckets",
    "dashboards",
    "functions",
    "keys",
    "logs",
    "machines",
    "policies",
    "queries",
    "queues",
    "roles",
    "rules",
    "tables",
    "topics",
)


@pytest.mark.parametrize("kind", KINDS)
def test_both_make_the_same(scripted: Deployed, terraformed: Deployed, kind: str) -> None:
    assert scripted.fresh[kind] == terraformed.fresh[kind]


def test_nothing_is_left_uncompared(scripted: Deployed, terraformed: Deployed) -> None:
    assert tuple(scripted.fresh) == tuple(terraformed.fresh) == KINDS
