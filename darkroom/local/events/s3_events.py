"""S3's events on EventBridge, shaped as S3 sends them.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

import itertools
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from flask import has_request_context, request
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3 import notifications
from moto.s3.models import S3Backend
from moto.s3.notifications import S3NotificationEvent as Kind

from darkroom.local.events.event_bus import EventBus
from darkroom.local.http.upload_forms import BY_FORM
from darkroom.local.seams import original, replaced

REASONS = {
    Kind.OBJECT_CREATED_PUT_EVENT: "PutObject",
    Kind.OBJECT_CREATED_POST_EVENT: "POST Object",
    Kind.OBJECT_CREATED_COPY_EVENT: "CopyObject",
    Kind.OBJECT_CREATED_COMPLETE_MULTIPART_UPLOAD_EVENT: "CompleteMultipartUpload",
}
# Rising, also from one start of the embedded AWS to the next: S3's are made from the time too.
_sequencers = itertools.count(time.time_ns() >> 8)


@contextmanager
def installed(bus: EventBus) -> Iterator[None]:
    """Send "Object Created" and "Object Deleted" of buckets with EventBridge notifications to `bus`."""
    delete_object = original(S3Backend, "delete_object")

    def created(_account_id: str, bucket: Any, kind: Kind, key: Any) -> None:
        # moto announces a completed multipart upload twice, first as a put; and every event but these two is cut.
        if kind in REASONS and not (kind is Kind.OBJECT_CREATED_PUT_EVENT and key.multipart):
            facts = {"key": key.name, "size": key.size, "etag": key.etag.strip('"')}
            by_form = has_request_context() and BY_FORM in request.environ
            reason = REASONS[Kind.OBJECT_CREATED_POST_EVENT if by_form else kind]
            _publish(bus, bucket, "Object Created", facts | _version(key.version_id), {"reason": reason})

    def delete(
        backend: S3Backend, bucket_name: str, key_name: str, version_id: str | None = None, bypass: bool = False
    ) -> Any:
        bucket = backend.get_bucket(bucket_name)
        deleted, meta = delete_object(backend, bucket_name, key_name, version_id, bypass)
        config = bucket.notification_configuration
        if deleted and config and config.event_bridge is not None:
            marker = version_id is None and "delete-marker" in meta
            kind = "Delete Marker Created" if marker else "Permanently Deleted"
            facts = {"key": key_name} | _version(meta.get("version-id"))
            _publish(bus, bucket, "Object Deleted", facts, {"reason": "DeleteObject", "deletion-type": kind})
        return deleted, meta

    with ExitStack() as seams:
        seams.enter_context(replaced(notifications, "_send_event_bridge_message", created))
        seams.enter_context(replaced(S3Backend, "delete_object", delete))
        yield


def _version(version_id: object) -> dict[str, str]:
    # moto says "null" and S3 says nothing where the bucket has no versioning.
    return {} if version_id in (None, "null") else {"version-id": str(version_id)}


def _publish(bus: EventBus, bucket: Any, detail_type: str, facts: dict[str, Any], why: dict[str, str]) -> None:
    detail = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": facts | {"sequencer": f"{next(_sequencers):018X}"},
        "request-id": secrets.token_hex(8).upper(),
        "requester": DEFAULT_ACCOUNT_ID,
        "source-ip-address": "127.0.0.1",
        **why,
    }
    bus.publish("aws.s3", detail_type, [bucket.arn], detail)
