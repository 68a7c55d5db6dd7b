"""The bucket looked through: for the plan of a backfill, and for what is missing."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from rich.console import Console

from darkroom.command_errors import UsageError
from darkroom.commands.backfill_screen import estimate_of, print_missing, print_plan
from functions.operate.backfill.backfill_reports import BackfillPlan, MissingReport
from functions.operate.backfill.bucket_survey import Survey, named
from functions.operate.backfill.bucket_uploads import BucketUploads
from functions.operate.backfill.plan_file import file_writer
from functions.operate.backfill.reprocess import Reprocess
from functions.operate.project import upload_bucket
from functions.shared.contracts import OUTPUT_PREFIX

if TYPE_CHECKING:
    import argparse

    from darkroom.commands.access import Access

T = TypeVar("T")


class _Counter(Protocol):
    def __call__(self, things: Iterable[T]) -> Iterator[T]:
        """Yield things as they come, counted."""


def plan_backfill(access: Access, console: Console, options: argparse.Namespace) -> int:
    """Plan a backfill, write the plan if a file is named, and print what it takes."""
    survey = _survey(access, options, Reprocess(options.reprocess))
    with _counted("planned") as count:
        photos = count(survey.photos(options.prefix))
        if options.out:
            file_writer(options.out)(photos)
        for _ in photos:  # without a file, all of them are only counted
            pass
    estimate, _ = estimate_of(access, survey.taken.total(), survey.bytes_taken, None)
    plan = BackfillPlan(
        project=access.project.name,
        bucket=survey.uploads.bucket,
        prefix=options.prefix,
        reprocess=survey.reprocess,
        file=str(options.out or ""),
        estimate=estimate,
        taken=dict(survey.taken),
        left=dict(survey.left),
        other_versions=survey.other_versions,
    )
    if options.json:
        print(plan.model_dump_json(indent=2))
    else:
        print_plan(console, plan, shlex.join(["darkroom", "backfill", "apply", plan.file, *access.flags]))
    return 0


def list_missing(access: Access, console: Console, options: argparse.Namespace) -> int:
    """Print the uploads that have no record of theirs; return the exit status."""
    survey = _survey(access, options, Reprocess.MISSING, options.since)
    with _counted("missing") as count:
        found = [named(upload, standing) for upload, _, standing in count(survey.taken_uploads(options.prefix))]
    prefix = ["--prefix", options.prefix] if options.prefix else []
    command = shlex.join(["darkroom", "backfill", "plan", *prefix, "--out", "plan.json", *access.flags])
    report = MissingReport(
        project=access.project.name,
        bucket=survey.uploads.bucket,
        photos=found,
        left=dict(survey.left),
        plan=command if found else "",
    )
    if options.json:
        print(report.model_dump_json(indent=2))
    else:
        print_missing(console, report)
    return report.exit_status


def _survey(access: Access, options: argparse.Namespace, reprocess: Reprocess, since: int | None = None) -> Survey:
    if options.prefix.startswith(OUTPUT_PREFIX):
        raise UsageError(f"{OUTPUT_PREFIX} holds what Darkroom made: give a --prefix of uploads")
    uploads = BucketUploads(access.client("s3"), upload_bucket(access.client, access.project))
    return Survey(
        uploads,
        access.records,
        access.project,
        reprocess,
        settled_after=timedelta(seconds=options.settled_after),
        since=timedelta(seconds=since) if since else None,
    )


@contextmanager
def _counted(what: str) -> Iterator[_Counter]:
    """Show on stderr how many there are so far, if that is a terminal."""
    console = Console(stderr=True)
    with console.status("Looking at the bucket …") as status:

        def count(things: Iterable[T]) -> Iterator[T]:
            for number, thing in enumerate(things, start=1):
                if number % 1000 == 0:
                    status.update(f"Looking at the bucket: {number:,} {what} so far …")
                yield thing

        yield count
