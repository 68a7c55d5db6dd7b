"""Seam: a bucket says that it notifies EventBridge, which moto does but never says."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.responses import ActionResult
from moto.s3.responses import S3Response

from darkroom.local.seams import original, replaced


@contextmanager
def installed() -> Iterator[None]:
    """Answer GetBucketNotificationConfiguration in full."""
    get = original(S3Response, "get_bucket_notification")

    def get_in_full(response: S3Response) -> Any:
        configuration = response.backend.get_bucket_notification_configuration(response.bucket_name)
        if configuration is None or configuration.event_bridge is None:
            return get(response)
        serialized = response.serialized

        def with_event_bridge(result: ActionResult) -> Any:
            return serialized(ActionResult({**dict(result.result), "EventBridgeConfiguration": {}}))  # type: ignore[call-overload]

        with replaced(response, "serialized", with_event_bridge):
            return get(response)

    with replaced(S3Response, "get_bucket_notification", get_in_full):
        yield
