"""A photo before and after, small enough to stand in a page as data."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from PIL import Image, ImageOps

from functions.operate.calls import CALL_ERRORS
from functions.operate.photo_record import PhotoRecord
from functions.operate.project import Clients, Project, copies_bucket
from functions.operate.screen_colours import on_screen
from functions.operate.stored_pictures import smallest_rendition, upload_of
from functions.shared.aws import GONE, translated
from functions.shared.errors import ImageNotFoundError, ImageTooLargeError
from functions.shared.imaging.images import decoding, open_image

LONGEST_EDGE_PIXELS = 720
MAX_BYTES, MAX_PIXELS = 50_000_000, 100_000_000


@dataclass(frozen=True)
class Picture:
    """One picture; `why_not` says in a sentence why there is none."""

    title: str
    data_url: str = ""
    width: int = 0
    height: int = 0
    why_not: str = ""


def pictures(
    clients: Clients, project: Project, record: PhotoRecord, explain: Callable[[Exception], str]
) -> Iterator[Picture]:
    """Yield the upload and, where there is one, its copy; what cannot be read or shown is said."""
    if record.bucket:
        yield _picture("Before", clients, upload_of(record).request, explain)
    if record.status == "COMPLETED" and record.enhanced_key:
        bucket = copies_bucket(clients, project)
        made = smallest_rendition(record, LONGEST_EDGE_PIXELS)
        key = made["key"] if made else record.enhanced_key
        yield _picture("After", clients, {"Bucket": bucket, "Key": key}, explain)


def _picture(title: str, clients: Clients, asked: dict[str, Any], explain: Callable[[Exception], str]) -> Picture:
    try:
        content, width, height = scaled(stored_content(clients, asked), LONGEST_EDGE_PIXELS)
    except CALL_ERRORS as error:
        return Picture(title, why_not=explain(error))
    return Picture(title, f"data:image/jpeg;base64,{base64.b64encode(content).decode()}", width, height)


def stored_content(clients: Clients, asked: Mapping[str, Any]) -> bytes:
    """Return an object of S3 that GetObject is asked for. Raises ImageTooLargeError, ServiceRefusedError and others."""
    with translated("s3:GetObject"), _gone(asked):
        found = clients("s3").get_object(**asked)
        if found["ContentLength"] > MAX_BYTES:
            raise ImageTooLargeError(f"it has {found['ContentLength'] / 1e6:.0f} MB, too many for a page")
        body: bytes = found["Body"].read()
    return body


@contextmanager
def _gone(asked: Mapping[str, Any]) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in GONE:
            raise
        raise ImageNotFoundError(f"{asked['Key']!r} is no longer in bucket {asked['Bucket']!r} ({code})") from error


def scaled(content: bytes, edge: int = LONGEST_EDGE_PIXELS, *, quality: int = 82) -> tuple[bytes, int, int]:
    """Return a photo as a JPEG, upright, its longest edge at most so many pixels, with its width and height.

    Raises PermanentImageErrors.
    """
    with open_image(io.BytesIO(content), max_pixels=MAX_PIXELS) as image, decoding():
        # Let a JPEG decoder skip what scaling would throw away.
        image.draft("RGB", (edge * 2, edge * 2))
        upright, profile = on_screen(ImageOps.exif_transpose(image))
    small = ImageOps.contain(upright, (edge, edge)) if max(upright.size) > edge else upright
    on_white = Image.new("RGB", small.size, "white")
    on_white.paste(small, mask=small.getchannel("A"))
    file = io.BytesIO()
    on_white.save(file, "JPEG", quality=quality, icc_profile=profile)
    return file.getvalue(), *small.size
