"""Whether a role may do what it must: its policies, held against the one that it should have."""

from typing import Any

import pytest

from functions.operate.doctor.granted import excess, lacking

PUT: dict[str, Any] = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:b/enhanced/*"}
VIA_S3 = {"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        ([policy(PUT)], []),
        ([policy(), policy(PUT)], []),
        ([policy({**PUT, "Action": ["s3:GetObject", "S3:putobject"]})], []),
        ([policy({**PUT, "Action": "s3:Put*", "Resource": "arn:b/*"})], []),
        ([{"Statement": PUT}], []),
        ([], ["s3:PutObject on arn:b/enhanced/*"]),
        ([policy({**PUT, "Action": "s3:GetObject"})], ["s3:PutObject on arn:b/enhanced/*"]),
        ([policy({**PUT, "Resource": "arn:b/enhanced/a/*"})], ["s3:PutObject on arn:b/enhanced/*"]),
        ([policy({**PUT, "Condition": VIA_S3})], ["s3:PutObject on arn:b/enhanced/*"]),
        (
            [policy(PUT, {**PUT, "Effect": "Deny", "Action": "s3:*"})],
            ["s3:PutObject on arn:b/enhanced/*, which a policy of its own denies"],
        ),
        (
            [policy(PUT, {**PUT, "Effect": "Deny", "Resource": "arn:b/enhanced/a.jpg"})],
            ["s3:PutObject on arn:b/enhanced/*, which a policy of its own denies"],
        ),
        ([policy(PUT, {**PUT, "Effect": "Deny", "Resource": "arn:c/*"})], []),
        ([policy(PUT, {**PUT, "Effect": "Deny", "Action": "s3:GetObject"})], []),
    ],
)
def test_what_a_role_may_not_do_is_named(found: list[dict[str, Any]], missing: list[str]) -> None:
    assert list(lacking(policy(PUT), found)) == missing


@pytest.mark.parametrize("values", ["s3.eu-central-1.amazonaws.com", ["s3.eu-central-1.amazonaws.com"]])
def test_a_condition_is_the_same_as_one_value_and_as_a_list_of_it(values: object) -> None:
    wanted = policy({**PUT, "Condition": VIA_S3})
    found = policy({**PUT, "Condition": {"StringEquals": {"kms:ViaService": values}}})
    assert list(lacking(wanted, [found])) == []
    other = policy({**PUT, "Condition": {"StringEquals": {"kms:ViaService": "sqs.eu-central-1.amazonaws.com"}}})
    assert list(lacking(wanted, [other])) == ["s3:PutObject on arn:b/enhanced/*"]


@pytest.mark.parametrize(
    ("found", "beyond"),
    [
        ([policy(PUT)], []),
        ([policy({**PUT, "Resource": "arn:b/enhanced/a/*"})], []),
        ([policy({**PUT, "Effect": "Deny", "Action": "s3:*", "Resource": "*"})], []),
        ([policy({**PUT, "Action": "s3:*"})], ["s3:* on arn:b/enhanced/*"]),
        ([policy(PUT), policy({**PUT, "Resource": "*"})], ["s3:PutObject on *"]),
        ([policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})], ["* on *"]),
    ],
)
def test_what_a_role_may_beyond_its_policy_is_named(found: list[dict[str, Any]], beyond: list[str]) -> None:
    assert list(excess(policy(PUT), found)) == beyond
