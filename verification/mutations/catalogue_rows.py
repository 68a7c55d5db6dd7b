"""How the catalogue of a Python module is written: a row for each of its sites, in source order."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from verification.mutations.mutation import Mutation, Position, Suite
from verification.mutations.operators import GUARDING, Site, sites


@dataclass(frozen=True)
class Excluded:
    """Why no suite needs to kill a mutation."""

    reason: str


@dataclass(frozen=True)
class Row:
    """A site: its operator, and the suite that kills the mutation, or why none does."""

    operator: str
    suite: Suite | Excluded
    name: str = ""


@dataclass(frozen=True)
class ModuleCatalogue:
    """All guarding sites of a module: rows by scope, the ordinals of an operator in their order."""

    file: str
    rows: Mapping[str, Sequence[Row]]

    def positions(self) -> Iterator[tuple[Position, Row]]:
        """Yield each row with its position."""
        for scope, rows in self.rows.items():
            counts: Counter[str] = Counter()
            for row in rows:
                yield Position(self.file, scope, row.operator, counts[row.operator]), row
                counts[row.operator] += 1

    def mutations(self) -> Iterator[Mutation]:
        """Yield the mutations that a suite kills."""
        for position, row in self.positions():
            if not isinstance(row.suite, Excluded):
                yield Mutation(row.name or described(position), (position,), row.suite)


def described(position: Position) -> str:
    """Return a mutation's name where it has none of its own."""
    return f"{Path(position.file).stem}, {position.scope}: {position.operator} #{position.ordinal}"


def guarding_sites(source: str) -> list[Site]:
    """Return the sites that a complete catalogue of a module lists."""
    return [site for site in sites(ast.parse(source)) if site.operator in GUARDING]
