"""The policy of an upload by form: what S3 refuses before it stores anything. moto stores whatever comes.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# Fields that need no condition.
FREE_FIELDS = frozenset({"policy", "x-amz-signature", "signature", "awsaccesskeyid", "file"})
IGNORED = "x-ignore-"


class PostRefusedError(Exception):
    """An upload that S3 refuses, with its status and error code."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class PostPolicy:
    """A policy document: until when it holds, and its conditions as (operator, field, values)."""

    expiration: datetime
    conditions: tuple[tuple[Any, ...], ...]

    def check(self, fields: Mapping[str, str], size_bytes: int, now: datetime) -> None:
        """Raise PostRefusedError unless the policy still holds and every condition is met.

        Fields are named in lower case, and the bucket is one of them.
        """
        if now >= self.expiration:
            raise _denied("Policy expired.")
        for condition in self.conditions:
            _check(condition, fields, size_bytes)
        named = {str(field).removeprefix("$").lower() for operator, field, *_ in self.conditions if operator in MATCHES}
        extra = [field for field in fields if field not in named | FREE_FIELDS | {"bucket"}]
        extra = [field for field in extra if not field.startswith(IGNORED)]
        if extra:
            raise _denied(f"Extra input fields: {', '.join(extra)}")


MATCHES: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda found, wanted: found == wanted,
    "starts-with": lambda found, wanted: found.startswith(wanted),
}
RANGE = "content-length-range"


def read_policy(encoded: str) -> PostPolicy:
    """Return the policy in a form's field; raises PostRefusedError where it is none."""
    try:
        document = json.loads(base64.b64decode(encoded, validate=True))
        expiration = datetime.fromisoformat(document["expiration"])
        conditions = tuple(part for condition in document["conditions"] for part in _conditions(condition))
    except (KeyError, TypeError, ValueError) as error:
        raise PostRefusedError(400, "InvalidPolicyDocument", f"Invalid Policy: {error}") from error
    return PostPolicy(expiration if expiration.tzinfo else expiration.replace(tzinfo=UTC), conditions)


def _conditions(condition: dict[str, Any] | list[Any]) -> list[tuple[Any, ...]]:
    if isinstance(condition, dict):
        return [("eq", f"${field}", value) for field, value in condition.items()]
    operator, *rest = condition
    if len(rest) != 2 or str(operator).lower() not in {*MATCHES, RANGE}:
        raise ValueError(f"Invalid Condition: {json.dumps(condition)}")
    if str(operator).lower() == RANGE:
        rest = [int(limit) for limit in rest]
    return [(str(operator).lower(), *rest)]


def _check(condition: tuple[Any, ...], fields: Mapping[str, str], size_bytes: int) -> None:
    operator, first, second = condition
    if operator == RANGE:
        _check_size(first, second, size_bytes)
    elif not MATCHES[operator](fields.get(str(first).removeprefix("$").lower(), ""), str(second)):
        raise _denied(f"Policy Condition failed: {json.dumps(list(condition))}")


def _check_size(least_bytes: int, most_bytes: int, size_bytes: int) -> None:
    if size_bytes > most_bytes:
        raise PostRefusedError(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
    if size_bytes < least_bytes:
        message = "Your proposed upload is smaller than the minimum allowed size"
        raise PostRefusedError(400, "EntityTooSmall", message)


def _denied(why: str) -> PostRefusedError:
    return PostRefusedError(403, "AccessDenied", f"Invalid according to Policy: {why}")
