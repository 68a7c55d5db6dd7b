"""A mutation: one or more changes of the sources, and the suite that must fail with them."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

from verification.mutations.operators import Site, sites


class MutationNotFoundError(Exception):
    """A mutation does not apply to the sources as they are; the message names its file and place."""


@dataclass(frozen=True)
class Position:
    """A site of an operator in a Python file; verification/mutations/operators.py says how its ordinal is counted."""

    file: str
    scope: str
    operator: str
    ordinal: int = 0

    @classmethod
    def of(cls, file: str, site: Site) -> Position:
        """Return the position of a site of a file."""
        return cls(file, site.scope, site.operator, site.ordinal)


@dataclass(frozen=True)
class Member:
    """A member of a JSON document, such as the first Catch of a state: dropped, or set to another value."""

    file: str
    path: tuple[str | int, ...]
    value: str | None = None


Change = Position | Member


@dataclass(frozen=True)
class FaultInjection:
    """Cases of the fault injection, by their names."""

    cases: tuple[str, ...]


@dataclass(frozen=True)
class Histories:
    """The regression scenarios, and some random histories."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files, from the root of the repository, the shorter one first."""
        return tuple(f"verification/histories/test_{name}.py" for name in ("regressions", "stateful"))


@dataclass(frozen=True)
class UnitTests:
    """Modules of tests/unit, or of another folder of tests/ where they name it."""

    modules: tuple[str, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The files, from the root of the repository."""
        return tuple(f"tests/{module}.py" if "/" in module else f"tests/unit/{module}.py" for module in self.modules)


@dataclass(frozen=True)
class MaliciousFiles:
    """Files of the corpus, by their names."""

    files: tuple[str, ...]


@dataclass(frozen=True)
class SmallLoad:
    """A small load."""


Suite = FaultInjection | Histories | UnitTests | MaliciousFiles | SmallLoad


@dataclass(frozen=True)
class Mutation:
    """Changes that are applied together, and the suite that must kill them."""

    name: str
    changes: tuple[Change, ...]
    suite: Suite


def mutated_files(mutation: Mutation, root: Path) -> dict[str, str]:
    """Return the mutated text of each file that a mutation changes; raises MutationNotFoundError."""
    files = dict.fromkeys(change.file for change in mutation.changes)
    return {file: _mutated(file, mutation, (root / file).read_text()) for file in files}


def _mutated(file: str, mutation: Mutation, source: str) -> str:
    positions = [change for change in mutation.changes if isinstance(change, Position) and change.file == file]
    members = [change for change in mutation.changes if isinstance(change, Member) and change.file == file]
    return mutated_python(source, *positions) if positions else mutated_json(source, *members)


def mutated_python(source: str, *positions: Position) -> str:
    """Return Python source with the operators applied; raises MutationNotFoundError."""
    tree = ast.parse(source)
    found = {(site.scope, site.operator, site.ordinal): site for site in sites(tree)}
    for position in positions:
        place = position.scope, position.operator, position.ordinal
        if place not in found:
            raise MutationNotFoundError(f"{position.file} has no {place}: see python -m verification.mutations --list.")
        found[place].apply()
    return ast.unparse(tree)


def mutated_json(source: str, *members: Member) -> str:
    """Return a JSON document with members dropped or set; raises MutationNotFoundError."""
    document = json.loads(source)
    for member in members:
        try:
            _change(document, member)
        except (KeyError, IndexError) as error:
            raise MutationNotFoundError(f"{member.file} has no {member.path}.") from error
    return json.dumps(document, indent=2)


def _change(document: Any, member: Member) -> None:
    *outer, last = member.path
    owner = reduce(getitem, outer, document)
    if owner[last] == member.value:
        raise MutationNotFoundError(f"{member.file} has {member.value} at {member.path} already.")
    if member.value is None:
        del owner[last]
    else:
        owner[last] = member.value
