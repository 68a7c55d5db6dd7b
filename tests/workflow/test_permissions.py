"""A simulation of IAM: what each function called on every kind of route is allowed, and nothing else is.

The embedded AWS enforces no policies; here the calls that it saw are held against the roles' policies, both ways.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import pytest
import requests

from darkroom.local.http.faults import Call
from darkroom.local.resources import role_name
from tests.definitions import FUNCTIONS
from tests.permissions import implying, needed_by_function
from tests.photos import jpeg
from tests.waiting import ANSWER_LIMIT_SECONDS, eventually
from verification.harness.harness import Harness

# Allowed for what happens around a call, seen nowhere as a call of the function: what it is for, and the sign of it.
AROUND = {
    "logs:CreateLogStream": "Lambda writes the function's log with its role",
    "logs:PutLogEvents": "Lambda writes the function's log with its role",
    "xray:PutTraceSegments": "the X-Ray daemon of the sandbox sends traces with the function's role",
    "xray:PutTelemetryRecords": "the X-Ray daemon of the sandbox sends traces with the function's role",
}
# A permission that a service asks for when it handles another call, by that call.
BEHIND = {
    ("kms:Decrypt", "s3"): implying("kms:Decrypt", "s3"),
    ("kms:GenerateDataKey", "s3"): implying("kms:GenerateDataKey", "s3"),
    ("kms:Decrypt", "dynamodb"): {"dynamodb:PutItem", "dynamodb:UpdateItem"},
    ("kms:Decrypt", "sns"): {"sns:Publish"},
    ("kms:GenerateDataKey", "sns"): {"sns:Publish"},
    # Without it, S3 says "forbidden" of an object that is gone.
    ("s3:ListBucket", ""): {"s3:GetObject", "s3:HeadObject"},
}


@dataclass(frozen=True)
class Permission:
    """One action of one statement."""

    action: str
    resources: tuple[str, ...]
    services: tuple[str, ...]

    def allows(self, action: str, resource: str) -> bool:
        """Tell whether it covers an action on a resource."""
        return action == self.action and any(fnmatchcase(resource, pattern) for pattern in self.resources)


def listed(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def permissions(harness: Harness, function: str) -> list[Permission]:
    role = role_name(harness.aws, f"{harness.deployment.project}-{function}")
    document = harness.aws.client("iam").get_role_policy(RoleName=role, PolicyName="least-privilege")["PolicyDocument"]
    found = []
    for statement in document["Statement"]:
        via = listed(statement.get("Condition", {}).get("StringEquals", {}).get("kms:ViaService", ""))
        services = tuple(service.partition(".")[0] for service in via)
        resources = listed(statement["Resource"])
        found += [Permission(action, resources, services) for action in listed(statement["Action"])]
    return found


def resource(harness: Harness, call: Call) -> str:
    if call.service == "s3":
        return f"arn:aws:s3:::{call.path.lstrip('/')}"
    where = f"{harness.aws.region}:{harness.aws.account_id}"
    if call.service == "states":
        return f"arn:aws:states:{where}:execution:{harness.deployment.project}-pipeline:any"
    return {
        "dynamodb": f"arn:aws:dynamodb:{where}:table/{harness.deployment.table}",
        "sns": harness.deployment.topic_arn,
    }[call.service]


@pytest.fixture(scope="module")
def made(harness: Harness) -> list[Call]:
    """Return all calls of functions, once every kind of route has been taken."""
    key = harness.upload(jpeg())
    done = harness.run_of(key)
    requests.get(harness.messages(key)[0]["link"]["url"], timeout=ANSWER_LIMIT_SECONDS).raise_for_status()
    # As a backfill would, whose plan saw no record.
    harness.closed(harness.start({**done.input, "rerun": {"unless_forgotten": True}}))
    harness.run_of(harness.upload(jpeg(), key), 3)
    broken = harness.run_of(harness.upload(b"no photo"))
    harness.closed(harness.start(broken.input))
    with harness.settings("validate", MAX_PIXELS="100"):
        too_large = harness.run_of(harness.upload(jpeg()))
    harness.redriven(too_large)
    absent = {"key": "gone.jpg", "size": 1, "etag": "0", "sequencer": "00"}
    harness.closed(harness.start({**done.input, "detail": {**done.input["detail"], "object": absent}}))
    with harness.faults.deny("enhance", "s3", "PutObject"):
        failed = harness.run_of(harness.upload(jpeg()))
    harness.redriven(failed)
    with harness.faults.hang("enhance", "s3", "PutObject") as fault:
        stopped = harness.upload(jpeg())
        [arn] = eventually(lambda: harness.executions_for(stopped), "the execution")
        eventually(lambda: fault.count, "EnhanceImage to hang")
        harness.backstops(harness.stop(arn))
    return list(harness.aws.calls)


def of_room(harness: Harness, made: list[Call], function: str) -> list[Call]:
    return [call for call in made if call.caller == f"{harness.deployment.project}-{function}"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_call_is_allowed_on_its_resource(harness: Harness, made: list[Call], function: str) -> None:
    allowed = permissions(harness, function)
    calls = of_room(harness, made, function)
    assert calls
    for call in calls:
        for action in needed_by_function(call):
            # S3 asks for the version's permission only of reads in the uploads' bucket, where versions are pinned.
            if action == "s3:GetObjectVersion" and "/enhanced/" in f"/{call.path}":
                continue
            assert any(permission.allows(action, resource(harness, call)) for permission in allowed), (action, call)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_is_allowed_that_is_not_used(harness: Harness, made: list[Call], function: str) -> None:
    calls = of_room(harness, made, function)
    seen = {f"{call.service}:{call.operation}" for call in calls}
    used = {(action, resource(harness, call)) for call in calls for action in needed_by_function(call)}
    for permission in permissions(harness, function):
        if permission.action in AROUND:
            continue
        behind = [BEHIND.get((permission.action, service)) for service in permission.services]
        if any(behind):
            assert all(calls and calls & seen for calls in behind), permission
        else:
            assert any(permission.allows(*use) for use in used), permission
