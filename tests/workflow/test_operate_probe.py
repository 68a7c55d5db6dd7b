"""`darkroom doctor --probe` against a deployment: it shows what works, finds what does not, and takes all away."""

import io
import json
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from darkroom.__main__ import main
from darkroom.aws_session import AwsOptions
from darkroom.commands.access import Access
from darkroom.commands.examination import plan_of
from darkroom.local.http.faults import Call
from darkroom.probe.probe_steps import Canaries
from darkroom.probe.probing import probe
from darkroom.probe.removal import remove_all
from darkroom.probe.site import PREFIX, Site
from functions.operate.doctor.findings import CheckResult
from functions.operate.schemas import schema_of
from tests.permissions import allowed_actions, needed
from tests.workflow.operated import PROJECT, empty_queue, flags
from tests.workflow.test_operate_docs import BLOCK, PAGE, PROBE, settled
from verification.harness.harness import Harness

PROBER = "prober"
# Needed only where events of others wait in the dead-letter queue, as in the test of what is left over.
WHERE_OTHERS_WAIT = {"sqs:ChangeMessageVisibility"}
pytestmark = pytest.mark.usefixtures("operator", "clean_table")


@pytest.fixture
def site(operated: Harness) -> Site:
    access = Access(PROJECT, AwsOptions(None, operated.aws.region, operated.aws.endpoint_url))
    return Site(access, plan_of(access), limit_seconds=60)


def needed_by(calls: Iterable[Call]) -> set[str]:
    """Return the actions that a probe's calls need; what it deletes, it deletes by version."""
    renamed = {"s3:DeleteObject": "s3:DeleteObjectVersion"}
    return {renamed.get(action, action) for action in needed(calls)}


def left_over(harness: Harness) -> dict[str, list[Any]]:
    """Return what is still there of a probe, by kind."""
    aws, bucket = harness.aws, harness.deployment.bucket
    # By prefix: moto cannot list all, where other tests left keys that XML cannot hold.
    listed = [
        aws.client("s3").list_object_versions(Bucket=bucket, Prefix=f"{way}{PREFIX}") for way in ("", "enhanced/")
    ]
    items = aws.client("dynamodb").scan(TableName=harness.deployment.table)["Items"]
    subscriptions = aws.client("sns").list_subscriptions()["Subscriptions"]
    alarms = aws.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
    found = {
        "objects": [version["Key"] for versions in listed for version in versions.get("Versions", [])],
        "records": [item["ImageId"]["S"] for item in items if item["ImageId"]["S"].startswith(PREFIX)],
        "queues": aws.client("sqs").list_queues(QueueNamePrefix=f"{PROJECT}-probe-").get("QueueUrls", []),
        "subscriptions": [each for each in subscriptions if f"{PROJECT}-probe-" in each["Endpoint"]],
        "alarms": [alarm["AlarmName"] for alarm in alarms if "probe" in alarm["StateReason"]],
    }
    return {kind: things for kind, things in found.items() if things}


@pytest.fixture(scope="module")
def probed(operated: Harness) -> tuple[int, str, str]:
    """Return the exit status and the output of a probe that found all well, made by a caller of its own."""
    out, err = io.StringIO(), io.StringIO()
    where = flags(operated.aws)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("AWS_ACCESS_KEY_ID", PROBER)
        patch.setenv("AWS_SECRET_ACCESS_KEY", PROBER)
        status = main(["doctor", "--probe", "--yes", "--json", *where])
    return status, out.getvalue(), err.getvalue()


def test_a_probe_shows_that_all_works_and_leaves_nothing(operated: Harness, probed: tuple[int, str, str]) -> None:
    status, out, err = probed
    document = json.loads(out)
    Draft202012Validator(schema_of("doctor")).validate(document)
    results = [CheckResult.model_validate(result) for result in document["probe"]]
    assert {result.name: result.status for result in results} == {
        f"probe: {name}": "good"
        for name in ("upload", "message", "link", "broken", "redrive", "replay", "alarm", "removed")
    }
    assert status == 0
    assert "ValidateImage was entered again" in err
    assert left_over(operated) == {}
    queue = operated.aws.client("sqs").get_queue_attributes(
        QueueUrl=operated.deployment.dead_letter_queue_url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert queue["Attributes"] == {"ApproximateNumberOfMessages": "0"}


def test_the_page_about_operating_shows_what_a_probe_prints(probed: tuple[int, str, str]) -> None:
    [block] = [block for block in BLOCK.findall(PAGE.read_text()) if PROBE in block]
    command, _, shown = block.partition("\n")
    assert command == "$ darkroom doctor --probe --yes"
    printed = probed[2].replace(PROJECT, "darkroom")
    assert settled(printed[printed.index("probe: upload") :]).strip() in settled(shown)


@pytest.mark.usefixtures("probed")
def test_the_policies_of_operators_and_of_the_probe_allow_together_what_a_probe_calls(operated: Harness) -> None:
    calls = [call for call in operated.aws.calls if call.caller == PROBER]
    allowed = allowed_actions("probe") | allowed_actions("operator")
    assert needed_by(calls) - {"sts:GetCallerIdentity"} - allowed == set()


@pytest.mark.usefixtures("probed")
def test_the_policy_of_the_probe_allows_nothing_that_no_probe_calls(operated: Harness) -> None:
    calls = [call for call in operated.aws.calls if call.caller == PROBER]
    assert allowed_actions("probe") - needed_by(calls) == WHERE_OTHERS_WAIT


def test_a_probe_that_is_interrupted_removes_what_it_made_and_says_what_it_could_not(
    operated: Harness, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: Canaries) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(Canaries, "message", interrupted)
    shown: list[CheckResult] = []
    with (
        operated.aws.faults.refuse("s3", "DeleteObject", caller="operator", error_code="AccessDenied", status=403),
        pytest.raises(KeyboardInterrupt),
    ):
        probe(site, shown.append)
    assert [result.name for result in shown] == ["probe: upload", "probe: removed"]
    sentences = [fault.sentence for fault in shown[-1].faults]
    assert all("these credentials may not call DeleteObject" in sentence for sentence in sentences)
    assert left_over(operated).keys() == {"objects"}
    # As if it had been killed in the midst of a replay, too.
    queue, sqs = operated.deployment.dead_letter_queue_url, operated.aws.client("sqs")
    for key in (f"{PREFIX}1/canary.jpg", "holiday/beach.jpg"):
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"detail": {"object": {"key": key}}}))
    # A later probe finds what is left by its name.
    before = len(operated.aws.calls)
    assert list(remove_all(Site(site.access, site.plan))) == []
    assert needed(operated.aws.calls[before:]) >= WHERE_OTHERS_WAIT
    assert left_over(operated) == {}
    [other] = empty_queue(sqs, queue)
    assert "holiday/beach.jpg" in other


def test_a_canary_that_starts_nothing_is_a_fault_and_what_needs_it_is_not_known(
    operated: Harness, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("darkroom.probe.removal.STARTING_SECONDS", 0)
    quick = Site(site.access, site.plan, limit_seconds=0.5)
    operated.aws.client("events").disable_rule(Name=operated.deployment.rule_name)
    try:
        results = {result.name: result for result in probe(quick, lambda _: None)}
    finally:
        operated.aws.client("events").enable_rule(Name=operated.deployment.rule_name)
    [fault] = results["probe: upload"].faults
    assert "canary.jpg did not come within" in fault.sentence
    assert {name for name, result in results.items() if result.status == "not known"} == {
        f"probe: {name}" for name in ("message", "link", "broken", "redrive", "replay")
    }
    assert left_over(operated) == {}


def test_a_probe_is_not_begun_where_nobody_can_agree(operated: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    where = flags(operated.aws)
    assert main(["doctor", "--probe", *where]) == 2
    assert "say --yes" in capsys.readouterr().err
    assert left_over(operated) == {}
