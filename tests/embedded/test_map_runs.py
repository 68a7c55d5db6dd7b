"""Distributed maps: the seams that let the embedded AWS run a backfill."""

import json
import threading
from typing import Any

import pytest

from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.local.states.parsing import interpretable
from tests.embedded.bare_aws import BareAws
from tests.waiting import eventually

BUCKET = "plans"
ITEM = {"value.$": "$$.Map.Item.Value", "more.$": "$.more"}
WRITER = {
    "Resource": "arn:aws:states:::s3:putObject",
    "Parameters": {"Bucket": BUCKET, "Prefix": "reports"},
}
# Fails where the item says so.
JUDGE = {
    "Type": "Choice",
    "Choices": [{"Variable": "$.value", "StringEquals": "bad", "Next": "Bad"}],
    "Default": "Good",
}
JUDGED = {"Judge": JUDGE, "Bad": {"Type": "Fail", "Error": "Damaged"}, "Good": {"Type": "Succeed"}}


@pytest.fixture(scope="module")
def plans(embedded_aws: EmbeddedAws) -> EmbeddedAws:
    embedded_aws.client("s3").create_bucket(Bucket=BUCKET)
    return embedded_aws


def mapped(states: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a machine whose map reads its items from S3."""
    return {
        "All": {
            "Type": "Map",
            "MaxConcurrencyPath": "$.lanes",
            "ItemReader": {
                "Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSON"},
                "Parameters": {"Bucket": BUCKET, "Key.$": "$.plan"},
            },
            "ItemSelector": ITEM,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                "StartAt": next(iter(states)),
                "States": states,
            },
            "End": True,
            **more,
        }
    }


def given(aws: EmbeddedAws, items: list[Any], lanes: int = 2) -> dict[str, Any]:
    """Put a plan there; return the input of its run."""
    key = f"{len(items)}-{id(items)}.json"
    aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps(items).encode())
    return {"plan": key, "lanes": lanes, "more": "of all"}


def described(aws: EmbeddedAws, execution: dict[str, Any]) -> Any:
    """Return what is said of an execution's map run."""
    client = aws.client("stepfunctions")
    [run] = client.list_map_runs(executionArn=execution["executionArn"])["mapRuns"]
    return client.describe_map_run(mapRunArn=run["mapRunArn"])


def test_items_are_read_from_s3_as_many_as_there_are_and_keep_their_order(bare: BareAws, plans: EmbeddedAws) -> None:
    items = [str(number) for number in range(30)]
    execution = bare.run(bare.machine(mapped({"Same": {"Type": "Pass", "End": True}})), given(plans, items))
    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"]) == [{"value": item, "more": "of all"} for item in items]
    assert described(plans, execution)["itemCounts"]["succeeded"] == len(items)


@pytest.mark.parametrize(("tolerated", "status"), [(25, "SUCCEEDED"), (24, "FAILED"), (None, "FAILED")])
def test_a_share_of_failures_is_tolerated_and_no_more(
    bare: BareAws, plans: EmbeddedAws, tolerated: int | None, status: str
) -> None:
    percentage = {"ToleratedFailurePercentage": tolerated} if tolerated else {}
    machine = bare.machine(mapped(JUDGED, ResultWriter=WRITER, **percentage))
    execution = bare.run(machine, given(plans, ["good", "bad", "good", "good"], lanes=1))
    assert execution["status"] == status
    if status == "FAILED":
        assert execution["error"] == "States.ExceedToleratedFailureThreshold"
        return
    assert described(plans, execution)["itemCounts"]["failed"] == 1
    client, where = plans.client("s3"), json.loads(execution["output"])["ResultWriterDetails"]
    assert where["Key"].startswith("reports/")
    files = json.loads(client.get_object(**where)["Body"].read())["ResultFiles"]
    rows = {
        status: json.loads(client.get_object(Bucket=BUCKET, Key=files[status][0]["Key"])["Body"].read())
        for status in ("FAILED", "SUCCEEDED")
    }
    assert [row["Error"] for row in rows["FAILED"]] == ["Damaged"]
    assert [json.loads(row["Output"])["value"] for row in rows["SUCCEEDED"]] == ["good"] * 3


def test_no_more_items_run_at_once_than_the_run_is_set_to_even_when_that_changes(
    bare: BareAws, plans: EmbeddedAws
) -> None:
    wait = {"Rest": {"Type": "Wait", "Seconds": 10_000, "End": True}}
    client = plans.client("stepfunctions")

    def counts() -> dict[str, int]:
        found: dict[str, int] = described(plans, started)["itemCounts"]
        return found

    started = client.start_execution(
        stateMachineArn=bare.machine(mapped(wait)), input=json.dumps(given(plans, ["a"] * 9, lanes=1))
    )
    try:
        eventually(lambda: client.list_map_runs(executionArn=started["executionArn"])["mapRuns"], "the map run")
        eventually(lambda: counts()["running"] == 1, "the first item")
        arn = described(plans, started)["mapRunArn"]
        client.update_map_run(mapRunArn=arn, maxConcurrency=4)
        eventually(lambda: counts()["running"] == 4, "more items")
        assert (counts()["total"], counts()["pending"]) == (9, 5)
    finally:
        client.stop_execution(executionArn=started["executionArn"])
    eventually(lambda: counts()["running"] == 0, "the items to stop")
    assert threading.active_count() < 100


def test_a_machine_starts_executions_and_sees_the_errors_that_aws_names(bare: BareAws, plans: EmbeddedAws) -> None:
    started = bare.machine({"Wait": {"Type": "Succeed"}})
    start = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution",
        "Parameters": {"StateMachineArn": started, "Name.$": "$.name", "Input.$": "$.given"},
        "ResultSelector": {"arn.$": "$.ExecutionArn"},
        "End": True,
    }
    machine, name = bare.machine({"Start": start}), f"named-{id(start)}"
    first = bare.run(machine, {"name": name, "given": {"a": 1}})
    arn = json.loads(first["output"])["arn"]
    assert arn.endswith(f":{name}")
    eventually(lambda: bare.aws.client("stepfunctions").describe_execution(executionArn=arn)["stopDate"], "its end")
    again = bare.run(machine, {"name": name, "given": {"a": 2}})
    assert again["error"] == "StepFunctions.ExecutionAlreadyExistsException"
    with bare.aws.faults.refuse("states", "StartExecution", caller="states", error_code="ThrottlingException"):
        throttled = bare.run(machine, {"name": f"{name}-other", "given": {}})
    assert throttled["error"] == "StepFunctions.AWSStepFunctionsException"


def test_only_distributed_maps_are_said_in_other_words() -> None:
    definition = json.dumps({"StartAt": "Do", "States": {"Do": {"Type": "Pass", "End": True}}}, indent=1)
    assert interpretable(definition) == definition
    assert interpretable('{"DISTRIBUTED" is no JSON') == '{"DISTRIBUTED" is no JSON'
