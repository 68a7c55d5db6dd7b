"""Events reach state machines as in EventBridge: from every way to make an object, and from executions."""

import io
import json
import threading
import time
import urllib.request
import uuid
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from moto.s3.models import FakeKey

from darkroom.local.http.effects import hang
from darkroom.local.http.faults import Where
from tests.embedded.bare_aws import BareAws, task
from tests.waiting import eventually


def of_bucket(bucket: str, kind: str = "Object Created") -> dict[str, Any]:
    return {"source": ["aws.s3"], "detail-type": [kind], "detail": {"bucket": {"name": [bucket]}}}


def watched(bare: BareAws, pattern: dict[str, Any]) -> str:
    """Return the URL of a queue that gets the events of a pattern."""
    url, arn = bare.queue()
    bare.rule(pattern, arn)
    return url


def bodies(bare: BareAws, url: str, count: int = 1) -> list[dict[str, Any]]:
    return [json.loads(message["Body"]) for message in bare.messages(url, count)]


def test_an_upload_starts_an_execution_with_the_event_as_s3_sends_it(bare: BareAws) -> None:
    bucket, machine = bare.bucket(versioned=True), bare.machine({"A": {"Type": "Succeed"}})
    bare.rule(of_bucket(bucket), machine)
    key = "a folder/ü+%20 photo.jpg"
    put = bare.aws.client("s3").put_object(Bucket=bucket, Key=key, Body=b"12345")
    execution = only_execution(bare, machine)
    event = json.loads(bare.closed(execution["executionArn"])["input"])
    detail = event.pop("detail")
    assert execution["name"].startswith(event.pop("id") + "_")
    assert time.strptime(event.pop("time"), "%Y-%m-%dT%H:%M:%SZ")
    assert event == {
        "version": "0",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": bare.aws.account_id,
        "region": "us-east-1",
        "resources": [f"arn:aws:s3:::{bucket}"],
    }
    assert int(detail["object"].pop("sequencer"), 16)
    assert len(detail.pop("request-id")) == 16
    assert detail == {
        "version": "0",
        "bucket": {"name": bucket},
        "object": {"key": key, "size": 5, "etag": put["ETag"].strip('"'), "version-id": put["VersionId"]},
        "requester": bare.aws.account_id,
        "source-ip-address": "127.0.0.1",
        "reason": "PutObject",
    }


def only_execution(bare: BareAws, machine: str) -> dict[str, Any]:
    def look() -> list[dict[str, Any]]:
        found = bare.aws.client("stepfunctions").list_executions(stateMachineArn=machine)
        return list(found["executions"])

    (execution,) = eventually(look, "an execution")
    return execution


def test_every_way_to_make_an_object_tells_how_once_and_in_order(bare: BareAws) -> None:
    s3, bucket = bare.aws.client("s3"), bare.bucket()
    url = watched(bare, of_bucket(bucket))
    s3.put_object(Bucket=bucket, Key="put", Body=b"1")
    post(s3.generate_presigned_post(bucket, "post"))
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "put"})
    part = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
    s3.upload_fileobj(io.BytesIO(bytes(6 << 20)), bucket, "multipart", Config=part)
    details = [event["detail"] for event in bodies(bare, url, 4)]
    assert {detail["object"]["key"]: detail["reason"] for detail in details} == {
        "put": "PutObject",
        "post": "POST Object",
        "copy": "CopyObject",
        "multipart": "CompleteMultipartUpload",
    }
    assert len(details) == 4
    assert "version-id" not in details[0]["object"]
    sequencers = [int(detail["object"]["sequencer"], 16) for detail in details]
    assert sequencers == sorted(set(sequencers))


def post(form: dict[str, Any]) -> None:
    boundary = uuid.uuid4().hex
    fields = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form["fields"].items()
    ]
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nphoto\r\n'
    body = "".join([*fields, file, f"--{boundary}--\r\n"]).encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    urllib.request.urlopen(urllib.request.Request(form["url"], body, headers)).close()  # noqa: S310


def test_deletions_are_announced_with_their_kind(bare: BareAws) -> None:
    s3 = bare.aws.client("s3")
    for versioned, kind in ((False, "Permanently Deleted"), (True, "Delete Marker Created")):
        bucket = bare.bucket(versioned=versioned)
        url = watched(bare, of_bucket(bucket, "Object Deleted"))
        s3.put_object(Bucket=bucket, Key="photo", Body=b"1")
        s3.delete_object(Bucket=bucket, Key="photo")
        (event,) = bodies(bare, url)
        detail = event["detail"]
        assert (detail["reason"], detail["deletion-type"], detail["object"]["key"]) == ("DeleteObject", kind, "photo")


def test_a_bucket_without_notifications_says_nothing(bare: BareAws) -> None:
    silent, notifying = bare.bucket(notify=False), bare.bucket()
    url = watched(bare, {"source": ["aws.s3"], "detail": {"bucket": {"name": [silent, notifying]}}})
    bare.aws.client("s3").put_object(Bucket=silent, Key="unannounced", Body=b"1")
    bare.aws.client("s3").put_object(Bucket=notifying, Key="announced", Body=b"1")
    (event,) = bodies(bare, url)
    assert event["detail"]["object"]["key"] == "announced"


def test_an_event_comes_after_the_objects_metadata(bare: BareAws, monkeypatch: pytest.MonkeyPatch) -> None:
    set_metadata = FakeKey.set_metadata

    def set_metadata_slowly(*args: Any, **more: Any) -> None:
        time.sleep(0.5)
        set_metadata(*args, **more)

    monkeypatch.setattr(FakeKey, "set_metadata", set_metadata_slowly)
    s3, bucket = bare.aws.client("s3"), bare.bucket()
    url = watched(bare, of_bucket(bucket))
    put = {"Bucket": bucket, "Key": "photo", "Body": b"1", "Metadata": {"user-id": "ann"}}
    upload = threading.Thread(target=s3.put_object, kwargs=put)
    upload.start()
    bare.messages(url)
    assert s3.head_object(Bucket=bucket, Key="photo")["Metadata"] == {"user-id": "ann"}
    upload.join()


def test_an_event_that_cannot_be_delivered_is_in_the_dead_letter_queue(bare: BareAws) -> None:
    url, queue_arn = bare.queue()
    bucket, machine = bare.bucket(), bare.machine({"A": {"Type": "Succeed"}})
    rule_arn = bare.rule(of_bucket(bucket), machine, DeadLetterConfig={"Arn": queue_arn})
    bare.aws.client("stepfunctions").delete_state_machine(stateMachineArn=machine)
    bare.aws.client("s3").put_object(Bucket=bucket, Key="lost", Body=b"1")
    (message,) = bare.messages(url)
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert json.loads(message["Body"])["detail"]["object"]["key"] == "lost"
    assert (attributes["RULE_ARN"], attributes["TARGET_ARN"]) == (rule_arn, machine)
    assert attributes["ERROR_CODE"] == "NO_RESOURCE"
    assert "StateMachineDoesNotExist" in attributes["ERROR_MESSAGE"]


@pytest.mark.parametrize(("refusals", "retries", "delivered"), [(2, 5, True), (10, 1, False)])
def test_delivery_is_tried_again_as_the_retry_policy_says(
    bare: BareAws, refusals: int, retries: int, *, delivered: bool
) -> None:
    url, queue_arn = bare.queue()
    bucket, machine = bare.bucket(), bare.machine({"A": {"Type": "Succeed"}})
    policy = {"MaximumRetryAttempts": retries}
    bare.rule(of_bucket(bucket), machine, DeadLetterConfig={"Arn": queue_arn}, RetryPolicy=policy)
    with bare.aws.faults.refuse("states", "StartExecution", caller="events", times=refusals) as fault:
        bare.aws.client("s3").put_object(Bucket=bucket, Key="k", Body=b"1")
        if delivered:
            only_execution(bare, machine)
        else:
            (message,) = bare.messages(url)
            assert message["MessageAttributes"]["RETRY_ATTEMPTS"]["StringValue"] == str(retries)
    assert fault.count == min(refusals, retries + 1)


def test_a_rule_starts_a_machine_with_the_input_that_it_asks_for(bare: BareAws) -> None:
    bucket = bare.bucket()
    fixed, shaped = bare.machine({"A": {"Type": "Succeed"}}), bare.machine({"A": {"Type": "Succeed"}})
    bare.rule(of_bucket(bucket), fixed, Input='{"fixed": true}')
    transformer = {"InputPathsMap": {"key": "$.detail.object.key"}, "InputTemplate": '{"photo": "<key>"}'}
    bare.rule(of_bucket(bucket), shaped, InputTransformer=transformer)
    bare.aws.client("s3").put_object(Bucket=bucket, Key="k", Body=b"1")
    inputs = [bare.closed(only_execution(bare, machine)["executionArn"])["input"] for machine in (fixed, shaped)]
    assert [json.loads(text) for text in inputs] == [{"fixed": True}, {"photo": "k"}]


def test_events_of_anyone_start_machines_too(bare: BareAws) -> None:
    machine = bare.machine({"A": {"Type": "Succeed"}})
    bare.rule({"source": ["the.operator"]}, machine)
    entry = {"Source": "the.operator", "DetailType": "Rerun", "Detail": '{"photo": "k"}'}
    bare.aws.client("events").put_events(Entries=[entry])
    event = json.loads(bare.closed(only_execution(bare, machine)["executionArn"])["input"])
    assert (event["detail-type"], event["detail"]) == ("Rerun", {"photo": "k"})
    assert isinstance(event["time"], str)


def test_a_disabled_rule_does_nothing(bare: BareAws) -> None:
    bucket, machine = bare.bucket(), bare.machine({"A": {"Type": "Succeed"}})
    rule = bare.rule(of_bucket(bucket), machine)
    url = watched(bare, of_bucket(bucket))
    bare.aws.client("events").disable_rule(Name=rule.rpartition("/")[2])
    bare.aws.client("s3").put_object(Bucket=bucket, Key="k", Body=b"1")
    bare.messages(url)
    assert bare.aws.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"] == []


def test_an_event_meets_the_rules_as_they_were_when_it_was_caused(bare: BareAws) -> None:
    earlier, bucket = bare.bucket(), bare.bucket()
    machine = bare.machine({"A": {"Type": "Succeed"}})
    bare.rule(of_bucket(earlier), bare.machine({"A": {"Type": "Succeed"}}))
    name = bare.rule(of_bucket(bucket), machine).rpartition("/")[2]
    events, s3 = bare.aws.client("events"), bare.aws.client("s3")
    with bare.aws.faults.add(hang(Where("states", "StartExecution", "events"))) as busy:
        s3.put_object(Bucket=earlier, Key="k", Body=b"1")
        eventually(lambda: busy.count, "the bus to be busy")
        events.disable_rule(Name=name)
        s3.put_object(Bucket=bucket, Key="unseen", Body=b"1")
        events.enable_rule(Name=name)
    s3.put_object(Bucket=bucket, Key="seen", Body=b"1")
    event = json.loads(bare.closed(only_execution(bare, machine)["executionArn"])["input"])
    assert event["detail"]["object"]["key"] == "seen"


def test_every_change_of_an_executions_status_is_announced(bare: BareAws, actor: str) -> None:
    machine = bare.machine({"Act": task(actor)})
    url = watched(bare, {"source": ["aws.states"], "detail": {"stateMachineArn": [machine]}})
    failed = bare.run(machine, {"do": "raise"})
    bare.redrive(failed["executionArn"])
    bare.run(machine, {"say": "done"})
    events = bodies(bare, url, 6)
    events.sort(
        key=lambda event: (
            event["detail"]["startDate"],
            event["detail"]["redriveCount"],
            event["detail"]["stopDate"] or 0,
        )
    )
    details = [event["detail"] for event in events]
    changes = [(detail["status"], detail["redriveCount"]) for detail in details]
    assert changes == [("RUNNING", 0), ("FAILED", 0), ("RUNNING", 1), ("FAILED", 1), ("RUNNING", 0), ("SUCCEEDED", 0)]
    first_failure, success = details[1], details[5]
    assert events[1]["resources"] == [first_failure["executionArn"]] == [failed["executionArn"]]
    assert (first_failure["name"], first_failure["error"]) == (failed["name"], "StubbornError")
    assert json.loads(first_failure["cause"])["errorMessage"] == "told to"
    assert first_failure["stopDate"] >= first_failure["startDate"] > 1_000_000_000_000
    assert first_failure["output"] is None
    assert json.loads(success["input"]) == {"say": "done"}
    assert json.loads(success["output"])["given"] == {"say": "done"}


@pytest.mark.parametrize(("status", "more"), [("TIMED_OUT", {"TimeoutSeconds": 1}), ("ABORTED", {})])
def test_a_rule_can_match_executions_that_no_catch_sees(
    bare: BareAws, actor: str, status: str, more: dict[str, Any]
) -> None:
    watched_machine = bare.machine({"Act": task(actor)}, **more)
    backstop = bare.machine({"A": {"Type": "Succeed"}})
    bare.rule(
        {"source": ["aws.states"], "detail": {"stateMachineArn": [watched_machine], "status": [status]}}, backstop
    )
    execution = bare.start(watched_machine, {"do": "sleep", "seconds": 2})
    if status == "ABORTED":
        bare.aws.client("stepfunctions").stop_execution(executionArn=execution)
    event = json.loads(bare.closed(only_execution(bare, backstop)["executionArn"])["input"])
    assert (event["detail"]["executionArn"], event["detail"]["status"]) == (execution, status)
