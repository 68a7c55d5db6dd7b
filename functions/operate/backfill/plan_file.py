"""The plan file: a JSON array of batches of photos, one batch a line, which `backfill.asl.json` reads as it is.

Written and read a batch at a time: a plan of a million photos has some 600 MB.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from pydantic import ValidationError

from functions.operate.backfill.planned_photo import PlannedPhoto

BATCH_PHOTOS = 25
"""One execution of the Map starts so many: at the slowest pace that is two minutes, and it may take five."""
# Step Functions takes 256 KiB, into which the rest of an item has to go too.
MAX_BATCH_BYTES = 200_000


class UnreadablePlanError(Exception):
    """A file is no plan of photos; the message names it and the remedy."""


def batches(photos: Iterable[PlannedPhoto]) -> Iterator[list[PlannedPhoto]]:
    """Yield the photos in order, in batches of BATCH_PHOTOS at most that stay below MAX_BATCH_BYTES."""
    batch: list[PlannedPhoto] = []
    filled = 0
    for photo in photos:
        size = len(_line([photo]).encode())
        if batch and (len(batch) == BATCH_PHOTOS or filled + size > MAX_BATCH_BYTES):
            yield batch
            batch, filled = [], 0
        batch.append(photo)
        filled += size
    if batch:
        yield batch


def write_plan(file: TextIO, photos: Iterable[PlannedPhoto]) -> None:
    """Write a plan, as the photos come."""
    file.write("[")
    for number, batch in enumerate(batches(photos)):
        file.write(f"{',' if number else ''}\n{_line(batch)}")
    file.write("\n]\n")


def read_plan(path: Path) -> Iterator[PlannedPhoto]:
    """Yield the photos of a plan in order. Raises UnreadablePlanError, OSError."""
    with path.open(encoding="utf-8") as file:
        yield from parsed(file, str(path))


def parsed(lines: Iterable[str], source: str) -> Iterator[PlannedPhoto]:
    """Yield the photos of a plan's lines. Raises UnreadablePlanError, which names the source."""
    texts = (line.strip().rstrip(",") for line in lines)
    try:
        if next(texts) != "[":
            raise ValueError("it does not begin with a line [")  # noqa: TRY301 - one way out for all that may be wrong
        for text in texts:
            if text == "]":
                return
            yield from (PlannedPhoto.model_validate(photo) for photo in json.loads(text))
        raise ValueError("it breaks off")  # noqa: TRY301
    except (ValueError, ValidationError, TypeError, StopIteration) as error:
        raise UnreadablePlanError(
            f"{source} is no plan ({_first_line(error)}): make one with `backfill plan`"
        ) from error


def grouped(photos: Iterable[PlannedPhoto], count: int) -> Iterator[list[PlannedPhoto]]:
    """Yield photos in lists of so many."""
    rest = iter(photos)
    for first in rest:
        yield list(chain([first], islice(rest, count - 1)))


def file_writer(path: Path) -> Callable[[Iterable[PlannedPhoto]], None]:
    """Return what writes a plan to a file: whole, or not at all."""

    def write(photos: Iterable[PlannedPhoto]) -> None:
        part = path.with_name(f"{path.name}.part")
        try:
            with part.open("w", encoding="utf-8") as file:
                write_plan(file, photos)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    return write


def _line(batch: list[PlannedPhoto]) -> str:
    return json.dumps([photo.model_dump() for photo in batch], ensure_ascii=False, separators=(",", ":"))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or "it is empty"
