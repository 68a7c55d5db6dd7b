"""What `darkroom enhance` says of its photos: lines for people, or one JSON document for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from rich.console import Console
from rich.text import Text

from darkroom.command_errors import CommandError
from darkroom.commands.fitting import Sentence
from darkroom.terminal_text import shown
from functions.shared.printable import as_utf8

Status = Literal["enhanced", "failed", "skipped"]


class CopyExistsError(CommandError):
    """The copy's place is taken, and --force was not given."""


@dataclass(frozen=True)
class Outcome:
    """What came of a file. `copy` is the path of its copy; `detail` says what was done, or why nothing was.

    Skipped is a file whose copy exists, and a file of a folder that is no photo.
    """

    photo: str
    status: Status
    detail: str
    copy: str = ""
    error: str = ""

    @property
    def copy_exists(self) -> bool:
        """Whether it was skipped because its copy exists."""
        return self.error == CopyExistsError.__name__

    @property
    def line(self) -> str:
        """The outcome on one line."""
        if self.status == "enhanced":
            return f"{self.photo} -> {self.copy}: {self.detail}"
        if self.copy_exists:
            return f"{self.photo}: skipped, {self.detail}"
        return f"{self.photo}: {self.error}: {self.detail}" if self.error else f"{self.photo}: {self.detail}"


class LineReport:
    """Prints a line per photo as it is done, what was not done at the end, and then how many there were of each."""

    def __init__(self, console: Console, *, skip_existing: bool) -> None:
        self.console = console
        self._skip_existing = skip_existing

    def add(self, outcome: Outcome) -> None:
        """Print what was enhanced; all else is easier to find at the end."""
        if outcome.status == "enhanced":
            self._print(outcome)

    def finish(self, outcomes: Sequence[Outcome]) -> None:
        """Print what was not done, and the counts."""
        failed = [outcome for outcome in outcomes if outcome.status == "failed"]
        existing = [outcome for outcome in outcomes if outcome.copy_exists and not self._skip_existing]
        for outcome in existing:
            self._print(outcome, "yellow")
        for outcome in failed:
            self._print(outcome, "red")
        self.console.print(_counted(outcomes), highlight=False)

    def _print(self, outcome: Outcome, style: str | None = None) -> None:
        words = Text.from_markup(shown(as_utf8(outcome.line)), style=style or "")
        self.console.print(Sentence(words), highlight=False, soft_wrap=True)


class JsonReport:
    """Prints one JSON document when all is done, and nothing else on stdout; progress goes to stderr."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)

    def add(self, outcome: Outcome) -> None:
        """Print nothing yet."""

    def finish(self, outcomes: Sequence[Outcome]) -> None:
        """Print the document: the counts, and each photo with its outcome."""
        photos = [
            {name: as_utf8(value) for name, value in asdict(outcome).items() if value}
            for outcome in sorted(outcomes, key=lambda outcome: outcome.photo)
        ]
        print(json.dumps({**counts(outcomes), "photos": photos}, indent=2))


def counts(outcomes: Sequence[Outcome]) -> dict[Status, int]:
    """Return how many files there are of each status."""
    statuses: tuple[Status, ...] = ("enhanced", "failed", "skipped")
    return {status: sum(outcome.status == status for outcome in outcomes) for status in statuses}


def _counted(outcomes: Sequence[Outcome]) -> str:
    found = counts(outcomes)
    parts = [f"{found['enhanced']} enhanced", f"{found['failed']} failed"]
    existing = sum(outcome.copy_exists for outcome in outcomes)
    if existing:
        parts.append(f"{existing} skipped because {'its copy exists' if existing == 1 else 'their copies exist'}")
    if found["skipped"] > existing:
        parts.append(f"{found['skipped'] - existing} skipped that Darkroom does not read")
    return ", ".join(parts)
