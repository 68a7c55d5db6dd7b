"""A guard: some words of the sources that keep a promise, and the table that turns red without them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class GuardGoneError(Exception):
    """The sources do not hold a guard's words just once; the message names the guard's file and words."""


@dataclass(frozen=True)
class Text:
    """Words in a file, and what stands there without the guard."""

    file: str
    words: str
    without: str = ""

    def taken_from(self, source: str) -> str:
        """Return the source without the guard; raises GuardGoneError."""
        if source.count(self.words) != 1:
            raise GuardGoneError(f"{self.file} has {source.count(self.words)} times: {self.words}")
        return source.replace(self.words, self.without)


@dataclass(frozen=True)
class Member:
    """A member of a JSON document, such as the first Catch of a state."""

    file: str
    path: tuple[str | int, ...]

    def taken_from(self, source: str) -> str:
        """Return the document without the member; raises GuardGoneError."""
        document = json.loads(source)
        owner: Any = document
        try:
            for step in self.path[:-1]:
                owner = owner[step]
            del owner[self.path[-1]]
        except (KeyError, IndexError) as error:
            raise GuardGoneError(f"{self.file} has no {self.path}") from error
        return json.dumps(document, indent=2)


Change = Text | Member


@dataclass(frozen=True)
class Matrix:
    """Cases of the fault matrix, by their names."""

    cases: tuple[str, ...]


@dataclass(frozen=True)
class Histories:
    """The stories, and so many random histories."""

    count: int = 60


STORIES = Histories()


@dataclass(frozen=True)
class Hostile:
    """Files of the hostile corpus, by their names."""

    files: tuple[str, ...]


@dataclass(frozen=True)
class SmallLoad:
    """A small load."""


Table = Matrix | Histories | Hostile | SmallLoad


@dataclass(frozen=True)
class Guard:
    """One guard; what makes it up is taken away together."""

    name: str
    changes: tuple[Change, ...]
    table: Table


def worded(name: str, file: str, words: str, without: str, table: Table = STORIES) -> Guard:
    """Return the guard that some words of one file make."""
    return Guard(name, (Text(file, words, without),), table)


def changed_files(guard: Guard, root: Path) -> dict[str, str]:
    """Return the text of each file of the guard without it; raises GuardGoneError."""
    found: dict[str, str] = {}
    for change in guard.changes:
        source = found.get(change.file) or (root / change.file).read_text()
        found[change.file] = change.taken_from(source)
    return found
