"""ValidateImage: claims the record, then checks that the upload is a photo, of a sane size, and new."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.shared.alarm_metrics import counting_expected_errors
from functions.shared.aws import client
from functions.shared.contracts import Contract, Execution, Image, UploadEvent, read_upload_event, refuse_folder_marker
from functions.shared.controls import read_asked
from functions.shared.records.ledger import Ledger
from functions.shared.records.ownership import claimant_of
from functions.shared.records.table import RecordTable
from functions.shared.settings import load
from functions.shared.storage import RangedObject, UploadedObject, head
from functions.shared.upload_tags import refuse_forgotten
from functions.shared.user_metadata import user_id_of
from functions.validate.inspect_photo import Limits, inspect_photo
from functions.validate.settings import Settings

logger = Logger()


class Request(Contract):
    """Input of ValidateImage: the event as it came, for it may be no upload at all."""

    event: dict[str, Any]
    execution: Execution


@cache
def settings() -> Settings:
    """Return the settings of the environment, read at the first invocation."""
    return load(Settings)


@cache
def ledger() -> Ledger:
    """Return the ledger that the environment names."""
    return Ledger(RecordTable(client("dynamodb"), settings().table_name), settings().lease_seconds)


def claim(event: UploadEvent, execution: Execution) -> tuple[UploadedObject, str]:
    """Claim the upload's record for this execution; return the object and its user.

    The object's head is read first, so that a record names its user even if the photo turns out to be broken.
    """
    uploaded = event.detail.object
    found = head(client("s3"), event.detail.bucket.name, event.key, uploaded.version_id, uploaded.etag)
    # Once more, for an event that does not say the size.
    refuse_folder_marker(event.key, found.size_bytes)
    refuse_forgotten(client("s3"), event)
    user_id = user_id_of(found.user_metadata) or event.detail.requester
    ledger().claim(claimant_of(event, execution, user_id=user_id))
    return found, user_id


def validate(request: Request) -> Image:
    """Return what the next steps need to know of a photo that is sound and new; raises as errors.py says."""
    event = read_upload_event(request.event)
    found, user_id = claim(event, request.execution)
    # After the claim, so that the refusal is in the record; before the reads, which it makes needless.
    asked = read_asked({**found.user_metadata, **event.rerun.settings})
    limits = Limits(settings().max_bytes, settings().max_pixels, settings().max_frames)
    facts = inspect_photo(RangedObject(client("s3"), found), size_bytes=found.size_bytes, limits=limits)
    return Image(
        image_id=event.key,
        bucket=found.bucket,
        key=found.key,
        version_id=found.version_id,
        etag=found.etag,
        sequencer=event.detail.object.sequencer,
        user_id=user_id,
        uploaded_at=event.time,
        bytes=found.size_bytes,
        format=facts.format,
        width=facts.width,
        height=facts.height,
        preset=asked.preset,
        strength=asked.strength,
    )


@counting_expected_errors
@logger.inject_lambda_context(correlation_id_path="execution.Id")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Validate one upload.

    in:  {"event": {<S3's "Object Created" event>}, "execution": {"Id": "arn:..", "StartTime": "..", ..}}
    out: {"image_id": "a.jpg", "bucket": "..", "key": "a.jpg", "format": "JPEG", "width": 4000, "height": 3000, ..}
    """
    image = validate(Request.model_validate(event))
    logger.info("Photo is valid.", extra={"format": image.format, "bytes": image.bytes, "width": image.width})
    return image.model_dump(mode="json")
