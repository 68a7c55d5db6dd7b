"""Which of the photos that are meant a re-run looks at: those that their records alone do not refuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from functions.operate.photo_record import PhotoRecord
from functions.operate.rerun_outcome import RerunOutcome, refused_outcome
from functions.operate.rerun_request import RerunRequest
from functions.operate.rerun_verdict import refusal


class Choice(NamedTuple):
    """The keys of the photos to look at, what the records alone refuse, and how many a limit leaves for later."""

    keys: list[str]
    refusals: list[RerunOutcome]
    left: int


def choice(meant: Iterable[tuple[str, PhotoRecord | None]], request: RerunRequest, limit: int | None = None) -> Choice:
    """Return which of the photos that are meant, each a key with its record, are looked at, at most `limit`."""
    keys, refusals = [], []
    for key, record in meant:
        verdict = refusal(record, request)
        if verdict:
            refusals.append(refused_outcome(key, verdict))
        else:
            keys.append(key)
    chosen = keys[:limit]
    return Choice(chosen, refusals, len(keys) - len(chosen))
