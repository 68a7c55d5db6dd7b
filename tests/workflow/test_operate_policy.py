"""The operators' policy: it allows every call that their commands make, and nothing that none of them makes."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest

from darkroom.__main__ import main, parser
from darkroom.commands.access import access_of
from darkroom.commands.page_serve import context_of
from darkroom.deployment.names import Names
from darkroom.deployment.operator_policies import ERASING, operator_policy, policy_documents
from darkroom.deployment.settings import Settings
from darkroom.local.http.faults import Call
from darkroom.page.server import serving
from functions.operate.doctor.granted import grants
from tests.page_client import opened
from tests.permissions import allowed_actions, needed
from tests.photos import jpeg
from tests.workflow.operated import PROJECT, broken, empty_queue, held_backfill, new_keys
from verification.harness.harness import Harness

CALLER = "operator-by-policy"
KEY = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000"
# What S3 asks for where a call names a version, which the gateway does not record: `forget` and `show` do.
OF_VERSIONS = {
    "s3:GetObjectVersion", "s3:GetObjectVersionTagging", "s3:PutObjectVersionTagging", "s3:DeleteObjectVersion",
}  # fmt: skip
# What an upload in parts asks for when it fails, and HeadObject for what it says of S3's locks.
IN_FAILURE = {"s3:AbortMultipartUpload", "s3:GetObjectRetention", "s3:GetObjectLegalHold"}
# Needs no permission.
FREE = {"sts:GetCallerIdentity"}
MAX_POLICY_CHARACTERS = 6144


@pytest.fixture(scope="module")
def calls(operated: Harness, tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    """Return the calls of an operator who has called every command."""
    [photo, undelivered] = broken(operated, new_keys(operated, 2))
    aws, queue = operated.aws, operated.deployment.dead_letter_queue_url
    [arn] = operated.executions_for(undelivered)
    event = aws.client("stepfunctions").describe_execution(executionArn=arn)["input"]
    target = {"TARGET_ARN": {"DataType": "String", "StringValue": operated.deployment.state_machine_arn}}
    aws.client("sqs").send_message(QueueUrl=queue, MessageBody=event, MessageAttributes=target)
    # One that is no event, so that something is put back.
    aws.client("sqs").send_message(QueueUrl=queue, MessageBody="no event")
    where = ("--region", aws.region, "--endpoint-url", aws.endpoint_url)
    named = ("--project", PROJECT, *where)
    folder = tmp_path_factory.mktemp("operator")
    (folder / "sea.jpg").write_bytes(jpeg())
    # In parts, and decoded in a moment: a JPEG may be followed by anything.
    (folder / "large.jpg").write_bytes(jpeg() + bytes(9 * 2**20))
    key, upload = "policy/sea.jpg", ["upload", str(folder / "sea.jpg"), "--prefix", "policy", "--wait", *named]
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, CALLER)
        main(["status", *named])
        main(["list", *named])
        main(["show", photo, *named])
        main(["rerun", photo, "--force", "--reason", "to see its calls", "--wait", *named])
        main(["rerun", photo, "--force", "--how", "new", "--wait", *named])
        main(["replay", queue, *where])
        main(["doctor", *named])
        main(upload)
        main(["upload", str(folder / "large.jpg"), "--wait", *named])
        main(["list", "--status", "ALL", "--add-older", *named])
        main(["list", "--status", "ALL", *named])
        main(["show", key, "--logs", "--html", str(folder / "sea.html"), *named])
        _backfill(operated, key, folder / "plan.json", named)
        page(("page", *named), key)
        main(["forget", key, "--yes", *named])
        main([*upload, "--force"])
        main(["forget", key, "--originals", "--yes", *named])
    empty_queue(aws.client("sqs"), queue)
    return [call for call in aws.calls if call.caller == CALLER]


def _backfill(operated: Harness, key: str, plan: Path, named: tuple[str, ...]) -> None:
    """Plan, apply, look at, pace and stop a backfill; the policy's prefix keeps it to one photo."""
    planned = ["backfill", "plan", "--prefix", key, "--reprocess", "all", "--out", str(plan), *named]
    events, rule = operated.aws.client("events"), operated.deployment.rule_name
    events.disable_rule(Name=rule)
    operated.upload(jpeg(), f"{key}.lost.jpg")
    events.enable_rule(Name=rule)
    main(["missing", "--prefix", key, "--settled-after", "1s", *named])
    main(planned)
    with held_backfill(operated) as wait:
        main(["backfill", "apply", str(plan), "--yes", *named])
        wait()
        main(["backfill", "pace", "--rate", "2", *named])
        main(["backfill", "stop", "--yes", *named])
    main(["backfill", "show", *named])
    main(["backfill", "apply", str(plan), "--yes", "--wait", *named])


def page(arguments: Sequence[str], key: str) -> None:
    """Use the page, each of its routes, as the command serves it."""
    with access_of(parser().parse_args(arguments)) as access, serving(context_of(access), 0, lambda _: None) as guard:
        browser = opened(guard)
        for path in ("deployment", "status", "photos", "photos?status=FAILED"):
            assert browser.get(f"/api/{path}").status == 200
        found = browser.get("/api/photo", key=key)
        assert found.status == 200, found.body
        for path in ("photos/preview", "photo/picture?which=before", "photo/graph.svg"):
            assert browser.get(f"/api/{path}{'&' if '?' in path else '?'}{urlencode({'key': key})}").status == 200
        for path in ("photos/lookup", "reruns/verdicts", "reruns"):
            assert browser.post(f"/api/{path}", {"keys": [key]}).status == 200
        assert browser.post("/api/uploads", {"files": [{"name": "a.jpg", "size_bytes": 1}]}).status == 200


def test_every_call_is_allowed(calls: list[Call]) -> None:
    assert sorted(needed(calls) - FREE - allowed_actions("operator")) == []


def test_every_action_is_used(calls: list[Call]) -> None:
    assert sorted(allowed_actions("operator") - needed(calls) - OF_VERSIONS - IN_FAILURE) == []


def names(*, wanted: bool = True, erases: bool = False) -> Names:
    plain = Settings("eu-central-1", "gallery", "gallery-uploads")
    settings = replace(plain, operator_policy=wanted, operator_erases_originals=erases)
    return Names(settings, "111122223333", KEY)


@pytest.mark.parametrize("erases", [False, True])
def test_originals_are_erased_only_where_the_settings_say_so(erases: bool) -> None:
    policy = operator_policy(names(erases=erases), "operator")
    assert (ERASING in {statement["Sid"] for statement in policy["Statement"]}) is erases
    deletable = {grant.resource for grant in grants(policy) if grant.action == "s3:DeleteObjectVersion"}
    copies = "arn:aws:s3:::gallery-uploads/enhanced/*"
    assert deletable == ({copies, "arn:aws:s3:::gallery-uploads/*"} if erases else {copies})


def test_the_policies_are_made_on_demand_and_are_not_too_long() -> None:
    assert policy_documents(names(wanted=False)) == {}
    made = policy_documents(names(erases=True))
    for name in ("operator", "probe"):
        # AWS does not count white space. The longest names take some 30 characters more in each of 50 places.
        assert len("".join(made[f"policies/{name}/create"]["PolicyDocument"].split())) < MAX_POLICY_CHARACTERS - 1500


def test_only_what_knows_no_resource_is_allowed_on_all() -> None:
    for name in ("operator", "probe"):
        policy = operator_policy(names(), name)
        wide = {grant.action for grant in grants(policy) if grant.resource == "*"}
        assert wide <= {
            "cloudwatch:DescribeAlarms",
            "cloudwatch:GetMetricStatistics",
            "lambda:GetAccountSettings",
            "logs:DescribeLogGroups",
            "logs:GetQueryResults",
            "sqs:ListQueues",
        }
        assert "${" not in json.dumps(policy)
