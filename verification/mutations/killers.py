"""The test that killed each mutation of a source tree the last time: it runs first, and mostly alone."""

from __future__ import annotations

import json
from pathlib import Path

from verification.mutations.catalogue import MUTATIONS
from verification.mutations.mutation import Histories, Mutation, UnitTests
from verification.mutations.source_tree import Tests

FILE = Path(__file__).with_name("killers.json")


def in_source_tree(mutation: Mutation) -> bool:
    """Tell whether a mutation is killed by tests, and not by what runs against a deployment."""
    return bool(paths_of(mutation))


def paths_of(mutation: Mutation) -> Tests:
    """Return the files of a mutation's tests; none where its suite runs against a deployment."""
    return mutation.suite.paths if isinstance(mutation.suite, (Histories, UnitTests)) else ()


def named_killers() -> dict[str, str]:
    """Return the test by the mutation's name."""
    killers: dict[str, str] = json.loads(FILE.read_text())
    return killers


def name_killer(mutation: Mutation, test: str) -> None:
    """Write down the test that has killed a mutation; forget mutations that there are no more."""
    killers = named_killers() | {mutation.name: test}
    kept = {each.name: killers[each.name] for each in MUTATIONS if each.name in killers and in_source_tree(each)}
    FILE.write_text(json.dumps(kept, indent=2) + "\n")
