"""Seam: a bucket that refuses plain HTTP serves the embedded AWS, whose one port stands for HTTPS.

moto reads no conditions in a bucket's policy: to it, "refuse what is not encrypted on the way" refuses everything.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from darkroom.local.seams import replaced

PLAIN_HTTP = {"Bool": {"aws:SecureTransport": "false"}}


@contextmanager
def installed() -> Iterator[None]:
    """Leave the statements about plain HTTP out when a bucket's policy is asked."""
    with replaced(FakeBucket, "get_permission", _permission):
        yield


def _permission(bucket: FakeBucket, action: str, resource: str) -> Any:
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(bucket.policy)
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    applying = [statement for statement in statements if statement.get("Condition") != PLAIN_HTTP]
    return IAMPolicy(json.dumps({**policy, "Statement": applying})).is_action_permitted(action, resource)
