"""Photos as the API answers them: one of many, and one with all that is known of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import AwareDatetime

from functions.operate.api.api_context import ApiContext
from functions.operate.attention import explanation
from functions.operate.execution_facts import ExecutionStatus
from functions.operate.execution_story import Visit
from functions.operate.photo_list import ListedPhoto, listed
from functions.operate.photo_record import PhotoRecord
from functions.operate.report_model import ReportModel
from functions.operate.stored_pictures import StoredPicture, smallest_rendition
from functions.shared.errors import InvalidMetadataError
from functions.shared.remedies import RerunHelps, remedy_of

THUMBNAIL_EDGE_PIXELS = 320


class Thumbnail(ReportModel):
    """A small picture: where it is, and its size in pixels where that is known."""

    url: str
    width: int | None = None
    height: int | None = None


class Photo(ListedPhoto):
    """A photo among others. `explanation` says in a sentence how it stands, and `advice` what to do if it failed.

    The size in pixels is the copy's.
    """

    uploaded_at: AwareDatetime | None
    explanation: str
    advice: str
    format: str
    width: int | None
    height: int | None
    thumbnail: Thumbnail | None


class Number(ReportModel):
    """Something that was measured or done, with its unit."""

    name: str
    value: str


class Done(ReportModel):
    """What was done to a photo, in a sentence and in numbers."""

    sentence: str
    numbers: list[Number]


class ShownExecution(ReportModel):
    """An execution, how often it was redriven, and its page in the console of AWS."""

    arn: str
    status: ExecutionStatus
    started_at: AwareDatetime
    stopped_at: AwareDatetime | None
    redrives: int
    is_running: bool
    console_url: str


class ShownPicture(ReportModel):
    """A picture at two sizes: `large`, of at most 1,600 pixels, and `full`, which is the original or a JPEG of it.

    The addresses are empty where there is none, and `why_not` says why.
    """

    large: str = ""
    full: str = ""
    full_is: str = ""
    width: int | None = None
    height: int | None = None
    why_not: str = ""


class Pictures(ReportModel):
    """A photo before and after; None where there is no copy."""

    before: ShownPicture
    after: ShownPicture | None


class Download(ReportModel):
    """A file to save: its link, and whether it is the original, the copy or a rendition.

    The name is the file's, or says which rendition it is.
    """

    name: str
    url: str
    kind: str


class PhotoDetails(ReportModel):
    """All that is known of one photo."""

    photo: Photo
    standing: str
    advice: str
    rerun_helps: RerunHelps | None
    record: PhotoRecord
    done: Done
    dropped: list[str]
    execution: ShownExecution | None
    visits: list[Visit]
    pictures: Pictures
    downloads: list[Download]


def photos_of(records: list[PhotoRecord], context: ApiContext, now: datetime) -> list[Photo]:
    """Return records as photos among others."""
    lease_seconds = context.project.lease_seconds
    return [
        Photo(
            **line.model_dump(),
            uploaded_at=record.uploaded_at,
            explanation=explanation(record, now, lease_seconds),
            advice=remedy_of(record.error).advice if record.status == "FAILED" else "",
            format=record.format,
            width=record.width,
            height=record.height,
            thumbnail=_thumbnail(record, context),
        )
        for line, record in zip(listed(records, now, lease_seconds), records, strict=True)
    ]


def picture_url(path: str, record: PhotoRecord, **asked: Any) -> str:
    """Return the address of a picture that the API makes; it names the state of the photo, for browsers to keep it."""
    return f"/api/{path}?{urlencode({'key': record.key, 'v': record.state, **asked})}"


def has_picture(record: PhotoRecord) -> bool:
    """Return whether the upload may be a picture, as far as its record tells."""
    if record.status != "FAILED" or record.error == InvalidMetadataError.__name__:
        return bool(record.bucket)
    return bool(record.bucket) and remedy_of(record.error).rerun_helps is not RerunHelps.NO


def _thumbnail(record: PhotoRecord, context: ApiContext) -> Thumbnail | None:
    made = smallest_rendition(record, THUMBNAIL_EDGE_PIXELS)
    if record.status == "COMPLETED" and made:
        url = context.links.shown(StoredPicture(context.copies_bucket, made["key"], None, record.state))
        return Thumbnail(url=url, width=made["width"], height=made["height"])
    return Thumbnail(url=picture_url("photos/preview", record)) if has_picture(record) else None
