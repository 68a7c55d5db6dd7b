"""One photo as the API answers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from functions.operate.api.api_context import ApiContext
from functions.operate.api.photo_answers import (
    Done,
    Download,
    Number,
    PhotoDetails,
    Pictures,
    ShownExecution,
    ShownPicture,
    has_picture,
    photos_of,
    picture_url,
)
from functions.operate.api.problems import known
from functions.operate.browser_pictures import SHOWN_BY_BROWSERS
from functions.operate.calls import CALL_ERRORS
from functions.operate.execution_facts import ExecutionFacts
from functions.operate.photo_record import PhotoRecord
from functions.operate.photo_story import photo_story
from functions.operate.stored_pictures import StoredPicture, copy_of, upload_of
from functions.shared.execution_arn import console_url
from functions.shared.imaging.formats import BY_NAME

SUMMARY, PERCENT = "summary", "_percent"


def photo_details(key: str, context: ApiContext, now: datetime) -> PhotoDetails:
    """Return all that is known of a photo. Raises UnknownPhotoError, UnknownRecordError, and botocore's errors."""
    story = photo_story(key, context.sources, now)
    record = known(story.record, key)
    [photo] = photos_of([record], context, now)
    return PhotoDetails(
        photo=photo,
        standing=story.standing,
        advice=story.advice,
        rerun_helps=story.rerun_helps,
        record=record,
        done=_done(record),
        dropped=record.dropped,
        execution=_execution(story.execution),
        visits=story.visits,
        pictures=Pictures(before=_before(record, context), after=_after(record, context)),
        downloads=list(_downloads(record, context)),
    )


def _done(record: PhotoRecord) -> Done:
    made = record.enhancement if record.status == "COMPLETED" else {}
    numbers = [_number(name, value) for name, value in made.items() if name != SUMMARY]
    return Done(sentence=str(made.get(SUMMARY, "")), numbers=numbers)


def _number(name: str, value: object) -> Number:
    words = name.removesuffix(PERCENT).replace("_", " ")
    return Number(name=words, value=f"{value} %" if name.endswith(PERCENT) else str(value))


def _execution(facts: ExecutionFacts | None) -> ShownExecution | None:
    if facts is None:
        return None
    return ShownExecution(
        arn=facts.arn,
        status=facts.status,
        started_at=facts.started_at,
        stopped_at=facts.stopped_at,
        redrives=facts.redrive_count,
        is_running=facts.is_running,
        console_url=console_url(facts.arn),
    )


def _before(record: PhotoRecord, context: ApiContext) -> ShownPicture:
    if not has_picture(record):
        return ShownPicture(why_not=record.message or "its record names no upload")
    upload = upload_of(record)
    try:
        is_shown = context.pictures.shown_format(upload)
    except CALL_ERRORS as error:
        return ShownPicture(why_not=context.explain(error))
    made = picture_url("photo/picture", record, which="before", size="full")
    full = context.links.shown(upload) if is_shown else made
    return _picture(record, "before", full, is_original=bool(is_shown))


def _after(record: PhotoRecord, context: ApiContext) -> ShownPicture | None:
    copy = copy_of(record, context.copies_bucket)
    if copy is None:
        return None
    is_shown = record.format in SHOWN_BY_BROWSERS
    made = picture_url("photo/picture", record, which="after", size="full")
    full = context.links.shown(copy) if is_shown else made
    return _picture(record, "after", full, is_original=is_shown)


def _picture(record: PhotoRecord, which: str, full: str, *, is_original: bool) -> ShownPicture:
    return ShownPicture(
        large=picture_url("photo/picture", record, which=which, size="large"),
        full=full,
        full_is="original" if is_original else "jpeg",
        width=record.width,
        height=record.height,
    )


def _downloads(record: PhotoRecord, context: ApiContext) -> Iterator[Download]:
    if record.bucket:
        yield _download("original", upload_of(record), context)
    copy = copy_of(record, context.copies_bucket)
    if copy:
        yield _download("copy", copy, context)
        for name, made in record.renditions.items():
            rendition = _download("rendition", replace(copy, key=str(made["key"])), context)
            # Their files may all have the same name, each in a folder of its own.
            yield rendition.model_copy(update={"name": _rendition_name(name, made)})


def _download(kind: str, stored: StoredPicture, context: ApiContext) -> Download:
    name = stored.key.rstrip("/").rpartition("/")[2] or "photo"
    return Download(name=name, url=context.links.download(stored, name), kind=kind)


def _rendition_name(name: str, made: Mapping[str, Any]) -> str:
    known = BY_NAME.get(str(made.get("format", "")))
    return f"Rendition {name} ({known.spelled})" if known else f"Rendition {name}"
