"""Seam: the conditions of a bucket's policy that Darkroom sets.

moto reads none: to it, "refuse what is not encrypted on the way" and "refuse whoever is not the enhancer" refuse all.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any

from flask import has_request_context, request
from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from darkroom.local.http.faults import Call
from darkroom.local.http.gateway import named
from darkroom.local.seams import replaced

# What S3 asks s3:PutObject for. moto asks for an action by HTTP method, whatever a PUT or POST is about.
WRITES = frozenset({
    "PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload",
})  # fmt: skip


@contextmanager
def installed() -> Iterator[None]:
    """Have the statements of a bucket's policy apply to those calls alone that meet their conditions."""
    with replaced(FakeBucket, "get_permission", _permission):
        yield


def _permission(bucket: FakeBucket, action: str, resource: str) -> Any:
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(bucket.policy)
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    call = named(request.environ) if has_request_context() else Call("", "s3", "", "")
    principal = _principal(bucket, call.caller)
    applying = [_unconditional(statement) for statement in statements if _applies(statement, principal)]
    return IAMPolicy(json.dumps({**policy, "Statement": applying})).is_action_permitted(_action(action, call), resource)


def _action(asked: str, call: Call) -> str:
    if asked not in {"s3:PutObject", "s3:PostObject"} or not call.operation:
        return asked
    return "s3:PutObject" if call.operation in WRITES else f"s3:{call.operation}"


def _principal(bucket: FakeBucket, caller: str) -> str:
    """Return aws:PrincipalArn: a function's role, or a user of that name; it is empty for whoever signs nothing."""
    try:
        return str(lambda_backends[bucket.account_id][bucket.region_name].get_function(caller).role)
    except UnknownFunctionException:
        return f"arn:aws:iam::{bucket.account_id}:user/{caller}" if caller else ""


def _applies(statement: dict[str, Any], principal: str) -> bool:
    conditions = statement.get("Condition", {})
    if conditions == {"Bool": {"aws:SecureTransport": "false"}}:
        # The embedded AWS's one port stands for HTTPS.
        return False
    wanted = conditions.get("ArnNotEquals", {}).get("aws:PrincipalArn", [])
    return not any(fnmatchcase(principal, arn) for arn in ([wanted] if isinstance(wanted, str) else wanted))


def _unconditional(statement: dict[str, Any]) -> dict[str, Any]:
    """Return the statement without the condition that was met; moto refuses at any that it does not know."""
    met = "aws:PrincipalArn" in statement.get("Condition", {}).get("ArnNotEquals", {})
    return {key: value for key, value in statement.items() if not (met and key == "Condition")}
