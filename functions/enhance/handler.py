"""EnhanceImage: makes the photo better and stores the copy, unless a newer photo's copy is there."""

import io
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.enhance.codec.encode import Encoded
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from functions.enhance.kept_headers import copy_headers, rendition_headers
from functions.enhance.settings import Settings
from functions.enhance.store import Copy, OccupiedKeyError, store
from functions.shared.alarm_metrics import counting_expected_errors
from functions.shared.aws import client
from functions.shared.contracts import Contract, Enhanced, Execution, Image, RenditionCopy
from functions.shared.errors import CopyConflictError
from functions.shared.output_keys import key_hash, new_extension, output_keys, rendition_keys
from functions.shared.settings import load
from functions.shared.storage import PinnedObject, read_whole

logger = Logger()
metrics = Metrics()


class Request(Contract):
    """Input of EnhanceImage."""

    image: Image
    execution: Execution


@cache
def settings() -> Settings:
    """Return the settings of the environment, read at the first invocation."""
    return load(Settings)


def enhance(image: Image) -> Enhanced:
    """Return where the better copy of a valid photo lies and what was done to it; raises as errors.py says."""
    upload = PinnedObject(image.bucket, image.key, image.version_id, image.etag)
    content = read_whole(client("s3"), upload, max_bytes=settings().max_bytes)
    photo = enhance_photo(
        io.BytesIO(content.body),
        max_pixels=settings().max_pixels,
        max_frames=settings().max_frames,
        control=control_of(image),
        renditions=settings().renditions,
    )
    extension = new_extension(image.format, photo.format)
    # The copy first: once a newer upload's is there, no rendition is written either.
    key, etag = keep(photo, image, output_keys(image.key, extension), copy_headers(content.headers, extension))
    headers = rendition_headers(content.headers)
    return Enhanced(
        bucket=settings().enhanced_bucket_name,
        key=key,
        url=object_url(key),
        etag=etag,
        format=photo.format,
        content_type=photo.content_type,
        width=photo.width,
        height=photo.height,
        bytes=len(photo.body),
        enhancement=photo.enhancement,
        dropped=list(photo.dropped),
        missed=list(photo.missed),
        renditions={name: keep_rendition(name, made, image, headers) for name, made in photo.renditions.items()},
    )


def control_of(image: Image) -> Control:
    """Return what the upload asks for, and the settings where it asks for nothing."""
    strength = settings().strength if image.strength is None else image.strength
    return Control(image.preset or settings().preset, strength)


def keep(made: Encoded, image: Image, keys: tuple[str, str], headers: Mapping[str, str]) -> tuple[str, str]:
    """Store a picture under the first of its keys that nothing of another upload occupies; return key and ETag."""
    plain, distinct = keys
    try:
        return plain, put(made, image, plain, headers)
    except OccupiedKeyError:
        return distinct, put_distinct(made, image, distinct, headers)


def put_distinct(made: Encoded, image: Image, key: str, headers: Mapping[str, str]) -> str:
    """Store a picture under the key that is this upload's alone; raises CopyConflictError where that is taken too."""
    try:
        return put(made, image, key, headers)
    except OccupiedKeyError as error:
        raise CopyConflictError(
            f"{key!r} is marked as the copy of another upload, which Darkroom did not write there. Move or delete that "
            "object, then redrive this execution."
        ) from error


def keep_rendition(name: str, made: Encoded, image: Image, headers: Mapping[str, str]) -> RenditionCopy:
    """Store a rendition as the copy is stored, and return where it lies."""
    key, _ = keep(made, image, rendition_keys(image.key, name, made.format), headers)
    return RenditionCopy(
        key=key,
        url=object_url(key),
        format=made.format,
        width=made.width,
        height=made.height,
        bytes=len(made.body),
    )


def put(made: Encoded, image: Image, key: str, headers: Mapping[str, str]) -> str:
    """Store a picture under the ledger's rule, and return its ETag."""
    bucket, upload = settings().enhanced_bucket_name, key_hash(image.key)
    return store(client("s3"), Copy(bucket, key, made.body, made.content_type, upload, image.sequencer, headers))


def object_url(key: str) -> str:
    """Return the copy's plain address, which takes permission to read; S3's own client knows its form."""
    where = {"Bucket": settings().enhanced_bucket_name, "Key": key}
    return client("s3").generate_presigned_url("get_object", Params=where).partition("?")[0]


def measure(image: Image, enhanced: Enhanced, milliseconds: float) -> None:
    """Publish the metrics of one photo."""
    metrics.add_metric("PhotosEnhanced", MetricUnit.Count, 1)
    metrics.add_metric("BytesRead", MetricUnit.Bytes, image.bytes)
    metrics.add_metric("BytesWritten", MetricUnit.Bytes, enhanced.bytes)
    metrics.add_metric("EnhanceDuration", MetricUnit.Milliseconds, milliseconds)
    metrics.flush_metrics()


@counting_expected_errors
@logger.inject_lambda_context(correlation_id_path="execution.Id")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Enhance one photo.

    in:  {"image": {<result of ValidateImage>}, "execution": {"Id": "arn:..", "StartTime": "..", ..}}
    out: {"key": "enhanced/a.jpg", "url": "https://..", "format": "JPEG", "width": 4000, "enhancement": {..}, ..}
    """
    image = Request.model_validate(event).image
    start = time.monotonic()
    enhanced = enhance(image)
    measure(image, enhanced, (time.monotonic() - start) * 1000)
    logger.info("Photo enhanced.", extra={"format": enhanced.format, "bytes": enhanced.bytes})
    return enhanced.model_dump(mode="json")
