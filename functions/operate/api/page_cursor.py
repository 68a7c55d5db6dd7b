"""The cursor of a page of photos, as text that means nothing to whoever passes it on."""

from __future__ import annotations

import base64

from pydantic import ValidationError

from functions.operate.api.problems import InvalidRequestError
from functions.operate.photo_filter import PhotoFilter
from functions.operate.photo_pages import Cursor


def written_cursor(cursor: Cursor | None) -> str | None:
    """Return the cursor as text, None where there is none."""
    if cursor is None:
        return None
    return base64.urlsafe_b64encode(cursor.model_dump_json(exclude_none=True).encode()).decode().rstrip("=")


def read_cursor(text: str, wanted: PhotoFilter) -> Cursor | None:
    """Return the cursor in a text, None for none. Raises InvalidRequestError for anything else."""
    if not text:
        return None
    try:
        cursor = Cursor.model_validate_json(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValidationError, ValueError) as error:
        raise InvalidRequestError("cursor: it is none of this API; leave it out to begin with the newest") from error
    if bool(cursor.uploads) is not wanted.is_of_all_uploads or bool(cursor.attention) is wanted.is_of_all_uploads:
        raise InvalidRequestError("cursor: it is of another status; leave it out to begin with the newest")
    return cursor
