"""An execution keeps the definition that it began under; the functions of today have to understand the previous one."""

from collections.abc import Iterator
from contextlib import contextmanager

from darkroom.packaging.placeholders import render_file
from tests.definitions import ROOT
from tests.photos import jpeg
from tests.waiting import eventually
from verification.harness.harness import Harness

# The definitions of the last release, copied once per release; see tests/data/README.md.
PREVIOUS = ROOT / "tests" / "data" / "previous"


@contextmanager
def previous_definitions(harness: Harness) -> Iterator[None]:
    """Let executions of the pipeline and of the backstop start under the previous definitions."""
    client, deployment = harness.aws.client("stepfunctions"), harness.deployment
    machines = {deployment.state_machine_arn: "pipeline", deployment.backstop_arn: "backstop"}
    current = {arn: client.describe_state_machine(stateMachineArn=arn)["definition"] for arn in machines}
    functions = {f"{function}_function_arn": arn for function, arn in deployment.functions.items()}
    for arn, name in machines.items():
        definition = render_file(PREVIOUS / f"{name}.asl.json", functions)
        client.update_state_machine(stateMachineArn=arn, definition=definition)
    try:
        yield
    finally:
        for arn, definition in current.items():
            client.update_state_machine(stateMachineArn=arn, definition=definition)


def test_an_execution_of_the_previous_definition_is_redriven(harness: Harness) -> None:
    with harness.faults.deny("enhance", "s3", "PutObject"), previous_definitions(harness):
        key = harness.upload(jpeg())
        failed = harness.run_of(key)
        harness.backstops(failed)
    assert (failed.status, failed.error) == ("FAILED", "ImageFailedError")
    assert harness.record(key)["ErrorType"] == "ServiceRefusedError"
    again = harness.redriven(failed)
    assert again.status == "SUCCEEDED", again.cause
    assert again.states[-1] == "NotifyResult"
    record = harness.record(key)
    assert (record["Status"], record["Attempt"]) == ("COMPLETED", 2)
    assert [message["status"] for message in harness.messages(key)] == ["FAILED", "COMPLETED"]


def test_the_previous_backstop_finalizes_a_stopped_execution_of_the_previous_definition(harness: Harness) -> None:
    with previous_definitions(harness), harness.faults.hang("enhance", "s3", "PutObject") as fault:
        key = harness.upload(jpeg())
        [arn] = eventually(lambda: harness.executions_for(key), "the execution")
        eventually(lambda: fault.count, "EnhanceImage to hang")
        stopped = harness.stop(arn)
        [backstop] = harness.backstops(stopped)
    assert backstop.status == "SUCCEEDED", backstop.cause
    assert backstop.output["concluded"]["is_told"] is False
    record = harness.record(key)
    assert (record["Status"], record["FailedState"], record["ErrorType"]) == (
        "FAILED",
        "EnhanceImage",
        "ExecutionAborted",
    )
    assert record["Concluded"] == {arn: 0}
    [message] = harness.messages(key)
    assert message["failed"]["state"] == "EnhanceImage"
