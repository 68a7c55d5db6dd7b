"""What went wrong, as the API answers it: a name and a sentence with the remedy, and never a traceback."""

from __future__ import annotations

import traceback
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from functions.operate.api.api_context import CONTEXT
from functions.operate.calls import CALL_ERRORS
from functions.operate.photo_record import PhotoRecord
from functions.operate.photo_story import UnknownPhotoError
from functions.operate.report_model import ReportModel
from functions.shared.errors import DarkroomError, ImageNotFoundError, PermanentImageError, SupersededUploadError

router = Router()  # type: ignore[no-untyped-call] # Powertools leaves some of its functions untyped
MAX_FAULTS = 5


class Problem(ReportModel):
    """An answer that is none: the error's name, and what is wrong and helps, in a sentence."""

    error: str
    message: str


class InvalidRequestError(Exception):
    """A request asks for what cannot be; the message names the field."""


class UnknownRecordError(Exception):
    """A photo has no record."""

    def __init__(self, key: str) -> None:
        super().__init__(f"there is no record of {key!r}: an upload of the last minute may still come")


def known(record: PhotoRecord | None, key: str) -> PhotoRecord:
    """Return a photo's record. Raises UnknownRecordError where there is none."""
    if record is None:
        raise UnknownRecordError(key)
    return record


def problem(status: HTTPStatus, error: str, message: str) -> Response[Any]:
    """Return the answer that says what went wrong."""
    body = Problem(error=error, message=message).model_dump_json()
    return Response(status, content_types.APPLICATION_JSON, body)


def defect(error: BaseException) -> Problem:
    """Return what to say of an error that nobody expected: where it is, and nothing of what it holds."""
    *_, frame = traceback.extract_tb(error.__traceback__) or [None]
    place = f" in {Path(frame.filename).name}, line {frame.lineno}" if frame else ""
    words = f"this is a defect of Darkroom ({type(error).__name__}{place}): please report it, with what you did"
    return Problem(error="DefectError", message=words)


@router.exception_handler(RequestValidationError)  # type: ignore[untyped-decorator]
def invalid(error: RequestValidationError) -> Response[Any]:
    """Answer a request that does not fit its model."""
    if any(fault["loc"][0] == "response" for fault in error.errors()):
        # Powertools raises the same for an answer that does not fit its model.
        return _defect(error)
    faults = [_fault(fault) for fault in error.errors()[:MAX_FAULTS]]
    return problem(HTTPStatus.BAD_REQUEST, InvalidRequestError.__name__, "; ".join(faults))


def _fault(fault: dict[str, Any]) -> str:
    if fault["type"] == "json_invalid":
        return "body: it is no JSON"
    where, *place = map(str, fault["loc"])
    # A query's fields are one model, whose name means nothing to who asks.
    field = place[-1:] if where == "query" else place
    return f"{'.'.join(field) or where}: {fault['msg']}"


@router.exception_handler(Exception)  # type: ignore[untyped-decorator]
def unexpected(error: Exception) -> Response[Any]:
    """Answer for a defect of ours."""
    return _defect(error)


def _defect(error: Exception) -> Response[Any]:
    found = defect(error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, found.error, found.message)


@router.exception_handler(InvalidRequestError)  # type: ignore[untyped-decorator]
def refused(error: InvalidRequestError) -> Response[Any]:
    """Answer a request that is refused."""
    return problem(HTTPStatus.BAD_REQUEST, type(error).__name__, str(error))


@router.exception_handler([UnknownPhotoError, UnknownRecordError, ImageNotFoundError])  # type: ignore[untyped-decorator]
def unknown(error: Exception) -> Response[Any]:
    """Answer a question about a photo that is not there."""
    return problem(HTTPStatus.NOT_FOUND, type(error).__name__, str(error))


@router.exception_handler(NotFoundError)  # type: ignore[untyped-decorator]
def no_route(_error: NotFoundError) -> Response[Any]:
    """Answer a request for what the API does not have."""
    event = router.current_event
    message = f"the API has no {event.http_method} {event.path}: /api/openapi.json lists what it has"
    return problem(HTTPStatus.NOT_FOUND, "NoSuchRouteError", message)


@router.exception_handler([PermanentImageError, SupersededUploadError])  # type: ignore[untyped-decorator]
def no_picture(error: DarkroomError) -> Response[Any]:
    """Answer a request for a picture of what is none, or of what a newer upload has replaced."""
    return problem(HTTPStatus.CONFLICT, type(error).__name__, str(error))


@router.exception_handler(list(CALL_ERRORS))  # type: ignore[untyped-decorator]
def not_answered(error: Exception) -> Response[Any]:
    """Answer for AWS, which refused or cannot be asked."""
    return problem(HTTPStatus.BAD_GATEWAY, type(error).__name__, router.context[CONTEXT].explain(error))
