"""Whether a role's policies let it do what it should."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

Statement = dict[str, Any]


@dataclass(frozen=True)
class Grant:
    """One action on one resource, under a condition as a policy has it."""

    action: str
    resource: str
    condition: Any


def grants(document: dict[str, Any]) -> Iterator[Grant]:
    """Yield every action on every resource that a policy allows."""
    for statement in document["Statement"]:
        for action in listed(statement.get("Action", "*")):
            for resource in listed(statement.get("Resource", "*")):
                yield Grant(action, resource, statement.get("Condition"))


def lacking(wanted: dict[str, Any], policies: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield in words what of a wanted policy the policies of a role do not allow, or deny."""
    found = [statement for policy in policies for statement in listed(policy["Statement"])]
    for grant in grants(wanted):
        what = f"{grant.action} on {grant.resource}"
        if any(_denies(statement, grant) for statement in found):
            yield f"{what}, which a policy of its own denies"
        elif not any(_allows(statement, grant) for statement in found):
            yield what


def excess(wanted: dict[str, Any], policies: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield in words what the policies of a role allow beyond a wanted policy."""
    found = [statement for policy in policies for statement in listed(policy["Statement"])]
    allowing = [statement for statement in found if statement["Effect"] == "Allow"]
    yield from lacking({"Statement": allowing}, [wanted])


def listed(value: Any) -> list[Any]:
    """Return what a policy has as one value or as a list of them, as a list."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _allows(statement: Statement, grant: Grant) -> bool:
    condition = statement.get("Condition")
    return (
        statement["Effect"] == "Allow"
        and _names(statement, "Action", grant.action)
        and _names(statement, "Resource", grant.resource)
        and (not condition or _same(condition, grant.condition))
    )


def _denies(statement: Statement, grant: Grant) -> bool:
    """Tell whether a statement denies all of a grant or a part; under a condition it may, which is worth a look."""
    resources = listed(statement.get("Resource", []))
    touches = any(fnmatchcase(grant.resource, each) or fnmatchcase(each, grant.resource) for each in resources)
    return statement["Effect"] == "Deny" and touches and _names(statement, "Action", grant.action)


def _names(statement: Statement, what: str, value: str) -> bool:
    return any(fnmatchcase(value.casefold(), each.casefold()) for each in listed(statement.get(what, [])))


def _same(one: Any, other: Any) -> bool:
    """Compare conditions: AWS may answer a list of one value as that value."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return sorted(map(str, listed(one))) == sorted(map(str, listed(other)))
