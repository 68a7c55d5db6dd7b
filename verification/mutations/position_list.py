"""`python -m verification.mutations --list`: every position in the sources, beside what the catalogue says of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from darkroom.packaging.repository import ROOT
from verification.mutations.catalogue import MODULES, MUTATIONS
from verification.mutations.catalogue_rows import Excluded, guarding_sites
from verification.mutations.mutation import Position
from verification.mutations.operators import sites

if TYPE_CHECKING:
    from rich.console import Console

CODE_CHARACTERS = 70


def print_positions(console: Console, files: Sequence[str]) -> None:
    """Print file, line, scope, operator, ordinal and code of each position, what the catalogue calls it, or NEW."""
    for line in listed(files):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def listed(files: Sequence[str]) -> Iterator[str]:
    """Yield the lines: of a module with a complete catalogue its guarding sites, of another those in the catalogue.

    A file that is named is listed with every site that it has.
    """
    known = dict(_known())
    for file in files or dict.fromkeys(position.file for position in known):
        source = (ROOT / file).read_text()
        guarding = {Position.of(file, site) for site in guarding_sites(source)}
        is_complete = any(module.file == file for module in MODULES)
        for site in sites(ast.parse(source)):
            position = Position.of(file, site)
            state = known.get(position, "NEW" if is_complete and position in guarding else "")
            if state or files:
                line, code = getattr(site.slot.node, "lineno", 0), site.code.replace("\n", " ")[:CODE_CHARACTERS]
                yield f"{file}:{line} | {site.scope} | {site.operator} #{site.ordinal} | {code} | {state or '-'}"


def _known() -> Iterator[tuple[Position, str]]:
    for module in MODULES:
        for position, row in module.positions():
            yield position, f"excluded: {row.suite.reason}" if isinstance(row.suite, Excluded) else ""
    for mutation in MUTATIONS:
        for change in mutation.changes:
            if isinstance(change, Position):
                yield change, mutation.name
