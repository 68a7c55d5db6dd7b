"""Routes that answer with pictures that every browser shows."""

import base64
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.operate.api.api_context import ApiContext, Context
from functions.operate.api.photo_routes import Key
from functions.operate.api.problems import known
from functions.operate.browser_pictures import FULL_EDGE_PIXELS
from functions.operate.stored_pictures import StoredPicture, copy_of, upload_of
from functions.shared.errors import ImageNotFoundError

router = Router()  # type: ignore[no-untyped-call] # Powertools leaves some of its functions untyped
PREVIEW_EDGE_PIXELS, LARGE_EDGE_PIXELS = 480, 1600
# The address names the state of the photo; what is asked for without it may be another the next time.
KEPT, NOT_KEPT = "private, max-age=86400, immutable", "no-store"
State = Annotated[str, Query(max_length=200)]


@router.get("/photos/preview", summary="A photo as a small JPEG")
def preview(context: Context, key: Key, v: State = "") -> Response[str]:
    """Return the copy, or the upload where there is no copy, with at most 480 pixels on its longest edge."""
    record = known(context.records.get(key), key)
    picture = copy_of(record, context.copies_bucket) or upload_of(record)
    return _jpeg(context, picture, PREVIEW_EDGE_PIXELS, v)


@router.get("/photo/picture", summary="A photo before or after as a JPEG")
def picture(
    context: Context,
    key: Key,
    which: Annotated[Literal["before", "after"], Query()],
    size: Annotated[Literal["large", "full"], Query()] = "large",
    v: State = "",
) -> Response[str]:
    """Return the upload or the copy, with at most 1,600 pixels on its longest edge, or in full."""
    record = known(context.records.get(key), key)
    wanted = upload_of(record) if which == "before" else copy_of(record, context.copies_bucket)
    if wanted is None:
        raise ImageNotFoundError(f"{key!r} has no enhanced copy")
    return _jpeg(context, wanted, LARGE_EDGE_PIXELS if size == "large" else FULL_EDGE_PIXELS, v)


def _jpeg(context: ApiContext, picture: StoredPicture, edge_pixels: int, v: str) -> Response[str]:
    return jpeg_answer(context.pictures.jpeg(picture, edge_pixels), KEPT if v == picture.state else NOT_KEPT)


def jpeg_answer(content: bytes, cache_control: str) -> Response[str]:
    """Return the answer that holds a JPEG."""
    # Powertools encodes bytes itself, but only behind its validation of answers, which takes them for text.
    body = base64.b64encode(content).decode()
    response = Response(HTTPStatus.OK, "image/jpeg", body, {"Cache-Control": cache_control})
    response.base64_encoded = True
    return response
