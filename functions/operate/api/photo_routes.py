"""Routes that read: photos a page at a time, some by their keys, one with all that is known, its graph."""

from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from functions.operate.api.api_context import Context
from functions.operate.api.page_cursor import read_cursor, written_cursor
from functions.operate.api.photo_answers import Photo, PhotoDetails, photos_of
from functions.operate.api.photo_details import photo_details
from functions.operate.execution_story import story
from functions.operate.graph import svg
from functions.operate.photo_filter import PhotoFilter
from functions.operate.photo_pages import photo_page
from functions.operate.photo_story import UnknownPhotoError
from functions.operate.record_queries import MAX_KEYS
from functions.operate.report_model import ReportModel

router = Router()  # type: ignore[no-untyped-call] # Powertools leaves some of its functions untyped
ALL_STATUSES = ("PROCESSING", "COMPLETED", "FAILED")
Key = Annotated[str, Query(min_length=1, max_length=1024)]
# The drawing brings its own colours; nothing in it may load or run.
GRAPH_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


class WantedPhotos(ReportModel):
    """Which photos are asked for, and how many; the cursor is that of the page before."""

    status: Literal["", "FAILED", "PROCESSING", "COMPLETED"] = ""
    user: str = ""
    prefix: str = ""
    cursor: str = ""
    limit: int = Field(default=50, ge=1, le=100)


class PhotosAnswer(ReportModel):
    """A page of photos; `cursor` asks for the next, None where nothing is left."""

    photos: list[Photo]
    cursor: str | None
    looked_back_to: date | None


class WantedKeys(ReportModel):
    """The keys of some photos."""

    keys: list[Annotated[str, Field(min_length=1, max_length=1024)]] = Field(max_length=MAX_KEYS)


class LookupAnswer(ReportModel):
    """Photos by their keys, and the keys that have no record."""

    photos: list[Photo]
    missing: list[str]


@router.get("/photos", summary="Photos, the newest first, a page at a time")
def list_photos(
    context: Context,
    asked: Annotated[WantedPhotos, Query()],
) -> PhotosAnswer:
    """Return the next photos; there may be none on this page and more on the next."""
    statuses = (asked.status,) if asked.status else ALL_STATUSES
    wanted = PhotoFilter(statuses=statuses, user=asked.user, prefix=asked.prefix)
    now = datetime.now(UTC)
    page = photo_page(context.records, wanted, asked.limit, read_cursor(asked.cursor, wanted), now)
    return PhotosAnswer(
        photos=photos_of(page.photos, context, now),
        cursor=written_cursor(page.cursor),
        looked_back_to=page.looked_back_to,
    )


@router.post("/photos/lookup", summary="Some photos by their keys")
def look_up(context: Context, wanted: WantedKeys) -> LookupAnswer:
    """Return how photos stand, all with one request."""
    found = context.records.get_many(wanted.keys)
    photos = photos_of(list(found.values()), context, datetime.now(UTC))
    return LookupAnswer(photos=photos, missing=[key for key in dict.fromkeys(wanted.keys) if key not in found])


@router.get("/photo", summary="One photo with all that is known of it")
def show_photo(context: Context, key: Key) -> PhotoDetails:
    """Return a photo: its record, its execution, its pictures."""
    return photo_details(key, context, datetime.now(UTC))


@router.get("/photo/graph.svg", summary="A photo's execution as a drawing (SVG)")
def draw(context: Context, key: Key) -> Response[str]:
    """Return the states of a photo's execution with the way taken."""
    record = context.records.get(key)
    if record is None or context.executions.facts(record.execution_arn) is None:
        raise UnknownPhotoError(f"there is no execution of {key!r} to draw: Step Functions keeps them for 90 days")
    visits = story(context.executions.steps(record.execution_arn))
    drawing = svg(context.executions.definition(record.execution_arn), visits)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": GRAPH_POLICY}
    return Response(HTTPStatus.OK, "image/svg+xml", drawing, headers)
