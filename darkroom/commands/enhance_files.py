"""`darkroom enhance`: files and folders of this machine, through the code that the Lambda runs."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from darkroom.command_errors import CommandError, UsageError
from darkroom.commands.enhance_report import CopyExistsError, Outcome, counts
from darkroom.commands.local_words import refusal
from darkroom.commands.photo_files import LocalPhoto, find_photos
from darkroom.commands.worker_pool import results
from functions.enhance.codec.encode import final_format
from functions.enhance.codec.origin import origin_of
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from functions.shared.errors import PermanentImageError
from functions.shared.imaging.images import open_image
from functions.validate.inspect_photo import Limits, inspect_photo


class PhotosFailedError(CommandError):
    """Some photos could not be enhanced; the report has said which."""


class Report(Protocol):
    """Prints outcomes; progress goes to its console."""

    console: Console

    def add(self, outcome: Outcome) -> None:
        """Take an outcome as soon as it is there."""

    def finish(self, outcomes: Sequence[Outcome]) -> None:
        """Take all outcomes at the end."""


@dataclass(frozen=True)
class Job:
    """What holds for all photos of one command."""

    out: Path
    force: bool
    limits: Limits
    control: Control


def enhance_all(named: Sequence[Path], job: Job, report: Report, *, processes: int, skip_existing: bool) -> None:
    """Enhance photos and folders as the job says, reporting what was done to each.

    Raises UsageError before anything is written, and PhotosFailedError after the report: where a photo failed, or was
    skipped because its copy exists and nobody said that it may.
    """
    _require_folder(job.out)
    photos = find_photos(named, job.out)
    job.out.mkdir(parents=True, exist_ok=True)
    outcomes = []
    columns = (TextColumn("Enhancing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = report.console
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        bar = progress.add_task("", total=len(photos))
        for outcome in results(partial(enhance_file, job=job), photos, processes=processes, crashed=_crashed):
            outcomes.append(outcome)
            progress.advance(bar)
            report.add(outcome)
    report.finish(outcomes)
    _require_success(outcomes, skip_existing=skip_existing)


def _require_folder(out: Path) -> None:
    """Raise UsageError where a file is in the place of the folder for the copies, or of one above it."""
    for path in (out, *out.parents):
        if path.exists() and not path.is_dir():
            raise UsageError(f"--out {out}: {path} is a file; name a folder")


def _require_success(outcomes: Sequence[Outcome], *, skip_existing: bool) -> None:
    failed, existing = counts(outcomes)["failed"], sum(outcome.copy_exists for outcome in outcomes)
    if failed:
        raise PhotosFailedError(f"{failed} of {_files(len(outcomes))} failed")
    if existing and not skip_existing:
        raise PhotosFailedError(
            f"{existing} of {_files(len(outcomes))} skipped because the copy exists: "
            "--force replaces such copies, --skip-existing keeps them"
        )


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def enhance_file(photo: LocalPhoto, job: Job) -> Outcome:
    """Enhance one photo. Raises nothing: whatever goes wrong with this one, the others follow."""
    name = str(photo.source)
    try:
        with photo.source.open("rb") as source:
            return _enhance(photo, source, job)
    except CopyExistsError as error:
        return Outcome(name, "skipped", str(error), error=CopyExistsError.__name__)
    except PermanentImageError as error:
        detail = refusal(error, limits_are_flags=True)
        return Outcome(name, "failed" if photo.is_expected else "skipped", detail, error=type(error).__name__)
    except Exception as error:  # noqa: BLE001 - the report says it
        return Outcome(name, "failed", str(error), error=type(error).__name__)


def _enhance(photo: LocalPhoto, source: BinaryIO, job: Job) -> Outcome:
    status, limits = os.fstat(source.fileno()), job.limits
    facts = inspect_photo(source, size_bytes=status.st_size, limits=limits)
    with open_image(source, max_pixels=limits.max_pixels, max_frames=limits.max_frames) as image:
        expected = final_format(origin_of(image, source))
    # Before the work: a folder that is done but for a few photos takes little more than those few.
    _refuse_existing(job.out / photo.copy_name(facts.format, expected), job)
    enhanced = enhance_photo(source, max_pixels=limits.max_pixels, max_frames=limits.max_frames, control=job.control)
    target = job.out / photo.copy_name(facts.format, enhanced.format)
    _write(enhanced.body, target, status, job)
    return Outcome(str(photo.source), "enhanced", str(enhanced.enhancement["summary"]), copy=str(target))


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
        raise CopyExistsError(f"{target} exists; --force replaces it")


def _crashed(photo: LocalPhoto) -> Outcome:
    # It was alone at work when its process died: fewer at a time would not help.
    return Outcome(str(photo.source), "failed", "the process at work on it died, of too little memory perhaps")
