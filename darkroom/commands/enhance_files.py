"""`darkroom enhance`: files and folders of this machine, through the code that the Lambda runs."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from darkroom.command_errors import CommandError
from darkroom.commands.photo_files import LocalPhoto, find_photos
from darkroom.commands.worker_pool import results
from darkroom.packaging.repository import function_definition
from functions.enhance.codec.encode import final_format
from functions.enhance.codec.origin import origin_of
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from functions.shared.errors import PermanentImageError
from functions.shared.imaging.images import open_image
from functions.validate.inspect_photo import Limits, inspect_photo


class OutputExistsError(CommandError):
    """The copy's place is taken, and --force was not given."""


class PhotosFailedError(CommandError):
    """Some photos could not be enhanced; the summary has told which."""


@dataclass(frozen=True)
class Job:
    """What holds for all photos of one command."""

    out: Path
    force: bool
    limits: Limits
    control: Control


@dataclass(frozen=True)
class Outcome:
    """What came of a file, and the line that tells it: what was done, or which error it was and why."""

    status: Literal["enhanced", "failed", "skipped"]
    line: str


def enhance_all(  # noqa: PLR0913 - what the command line can say
    named: Sequence[Path], out: Path, console: Console, *, force: bool, processes: int, control: Control
) -> None:
    """Enhance photos and folders into `out` as `control` says, telling what was done to each.

    Raises UsageError before anything is written, and PhotosFailedError after the summary of what failed.
    """
    photos = find_photos(named, out)
    out.mkdir(parents=True, exist_ok=True)
    work = partial(enhance_file, job=Job(out, force, lambda_limits(), control))
    outcomes = []
    columns = (TextColumn("Enhancing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        bar = progress.add_task("", total=len(photos))
        for outcome in results(work, photos, processes=processes, crashed=_crashed):
            outcomes.append(outcome)
            progress.advance(bar)
            if outcome.status == "enhanced":
                _tell(console, outcome)
    _summarise(console, outcomes)


def lambda_limits() -> Limits:
    """Return the limits of a photo that the deployed function has."""
    environment = function_definition("enhance").environment
    return Limits(*(int(environment[name]) for name in ("MAX_BYTES", "MAX_PIXELS", "MAX_FRAMES")))


def enhance_file(photo: LocalPhoto, job: Job) -> Outcome:
    """Enhance one photo. Raises nothing: whatever goes wrong with this one, the others follow."""
    try:
        with photo.source.open("rb") as source:
            return Outcome("enhanced", f"{photo.source} -> {_enhance(photo, source, job)}")
    except Exception as error:  # noqa: BLE001 - the summary tells it
        is_no_photo = isinstance(error, PermanentImageError) and not photo.is_expected
        line = f"{photo.source}: {type(error).__name__}: {error}"
        return Outcome("skipped" if is_no_photo else "failed", line)


def _enhance(photo: LocalPhoto, source: BinaryIO, job: Job) -> str:
    status, limits = os.fstat(source.fileno()), job.limits
    facts = inspect_photo(source, size_bytes=status.st_size, limits=limits)
    with open_image(source, max_pixels=limits.max_pixels, max_frames=limits.max_frames) as image:
        expected = final_format(origin_of(image, source))
    # Before the work: a folder that is done but for a few photos takes little more than those few.
    _refuse_existing(job.out / photo.copy_name(facts.format, expected), job)
    enhanced = enhance_photo(source, max_pixels=limits.max_pixels, max_frames=limits.max_frames, control=job.control)
    target = job.out / photo.copy_name(facts.format, enhanced.format)
    _write(enhanced.body, target, status, job)
    return f"{target}: {enhanced.enhancement['summary']}"


def _write(body: bytes, target: Path, status: os.stat_result, job: Job) -> None:
    """Put the copy in its place at once, and complete, with the photo's modification time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".darkroom-", dir=target.parent) as scratch:
        draft = Path(scratch, "copy")
        draft.write_bytes(body)
        os.utime(draft, ns=(status.st_atime_ns, status.st_mtime_ns))
        _refuse_existing(target, job)
        draft.replace(target)


def _refuse_existing(target: Path, job: Job) -> None:
    if not job.force and os.path.lexists(target):
        raise OutputExistsError(f"{target} exists; give --force to replace it, or another --out")


def _crashed(photo: LocalPhoto) -> Outcome:
    # It was alone at work when its process died: fewer at a time would not help.
    return Outcome("failed", f"{photo.source}: the process at work on it died, of too little memory perhaps")


def _summarise(console: Console, outcomes: Sequence[Outcome]) -> None:
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    for outcome in failed:
        _tell(console, outcome, style="red")
    counts = {status: sum(outcome.status == status for outcome in outcomes) for status in ("enhanced", "failed")}
    skipped = len(outcomes) - sum(counts.values())
    others = f", {skipped} skipped that Darkroom does not read" if skipped else ""
    console.print(f"{counts['enhanced']} enhanced, {counts['failed']} failed{others}", highlight=False)
    if failed:
        raise PhotosFailedError(f"{len(failed)} of {len(outcomes)} files failed, see above")


def _tell(console: Console, outcome: Outcome, style: str | None = None) -> None:
    # Names of old files may be in no encoding that can be printed.
    line = os.fsencode(outcome.line).decode(errors="replace")
    console.print(escape(line), style=style, highlight=False, soft_wrap=True)
