"""Executions behave as in Step Functions where moto's do not: names, errors, timeouts, stops, and redrives."""

import json
import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError

from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.local.states.local_execution import LocalExecution
from tests.embedded.bare_aws import BareAws, task
from tests.waiting import eventually

FAIL = {"Type": "Fail", "Error": "Gone", "Cause": "for good"}


def states(aws: EmbeddedAws) -> Any:
    return aws.client("stepfunctions")


def test_a_failed_function_gives_error_name_and_payload(bare: BareAws, actor: str) -> None:
    closed = bare.run(bare.machine({"Act": task(actor)}), {"do": "raise"})
    assert (closed["status"], closed["error"]) == ("FAILED", "StubbornError")
    assert json.loads(closed["cause"])["errorMessage"] == "told to"


@pytest.mark.parametrize(
    ("code", "status"), [("TooManyRequestsException", 429), ("ServiceException", 500), ("AWSLambdaException", 500)]
)
def test_lambda_errors_have_the_names_that_aws_gives_them(bare: BareAws, actor: str, code: str, status: int) -> None:
    retry = {"ErrorEquals": [f"Lambda.{code}"], "IntervalSeconds": 1, "MaxAttempts": 2}
    machine = bare.machine({"Act": task(actor, Retry=[retry])})
    with bare.aws.faults.refuse("lambda", "Invoke", caller="states", times=1, error_code=code, status=status):
        assert bare.run(machine)["status"] == "SUCCEEDED"
    with bare.aws.faults.refuse("lambda", "Invoke", error_code=code, status=status):
        assert bare.run(machine)["error"] == f"Lambda.{code}"


def test_retries_wait_as_long_as_the_definition_says(bare: BareAws, actor: str) -> None:
    retry = {"ErrorEquals": ["StubbornError"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxAttempts": 4}
    plain = bare.run(bare.machine({"Act": task(actor, Retry=[{**retry, "MaxDelaySeconds": 10}])}), {"do": "raise"})
    assert waits(bare, plain) == [2, 6, 10, 10]
    jittered = bare.run(
        bare.machine({"Act": task(actor, Retry=[{**retry, "JitterStrategy": "FULL"}])}), {"do": "raise"}
    )
    assert all(0 <= wait <= most for wait, most in zip(waits(bare, jittered), [2, 6, 18, 54], strict=True))
    assert waits(bare, jittered) != [2, 6, 18, 54]


def test_a_wait_state_is_noted_in_full_and_slept_in_part(bare: BareAws) -> None:
    states = {"Rest": {"Type": "Wait", "Seconds": 300, "Next": "Done"}, "Done": {"Type": "Succeed"}}
    execution = bare.run(bare.machine(states))
    assert execution["status"] == "SUCCEEDED"
    assert [wait.seconds for wait in bare.aws.waits if wait.execution == execution["name"]] == [300]


def waits(bare: BareAws, execution: dict[str, Any]) -> list[float]:
    return [wait.seconds for wait in bare.aws.waits if (wait.execution, wait.state) == (execution["name"], "Act")]


def test_a_task_that_takes_too_long_is_states_timeout(bare: BareAws, actor: str) -> None:
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "Late", "ResultPath": "$.failure"}]
    machine = bare.machine({"Act": task(actor, TimeoutSeconds=1, Catch=catch), "Late": {"Type": "Succeed"}})
    closed = bare.run(machine, {"do": "sleep", "seconds": 4})
    assert closed["status"] == "SUCCEEDED"
    assert json.loads(closed["output"])["failure"]["Error"] == "States.Timeout"


def test_catch_choice_and_the_context_object(bare: BareAws, actor: str) -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Which", "ResultPath": "$.failure"}]
    which = {"Variable": "$.failure.Error", "StringEquals": "StubbornError", "Next": "Tell"}
    machine = bare.machine(
        {
            "Act": task(actor, Catch=catch),
            "Which": {"Type": "Choice", "Choices": [which], "Default": "Lost"},
            "Tell": task(actor, Parameters={"execution.$": "$$.Execution", "failure.$": "$.failure"}),
            "Lost": FAIL,
        }
    )
    closed = bare.run(machine, {"do": "raise", "why": "dark"})
    given = json.loads(closed["output"])["given"]
    execution = given["execution"]
    assert json.loads(given["failure"]["Cause"])["errorMessage"] == "dark"
    assert (execution["Id"], execution["Name"]) == (closed["executionArn"], closed["name"])
    assert execution["Input"] == {"do": "raise", "why": "dark"}
    assert execution["RedriveCount"] == 0
    assert execution["StartTime"].endswith("Z")


def test_a_result_too_large_is_caught_by_name_and_not_by_states_all(bare: BareAws, actor: str) -> None:
    big = {"do": "grow", "bytes": 300_000}
    by_name = [{"ErrorEquals": ["States.DataLimitExceeded"], "Next": "Caught", "ResultPath": "$.failure"}]
    caught = {"Caught": {"Type": "Succeed"}}
    assert bare.run(bare.machine({"Act": task(actor, Catch=by_name), **caught}), big)["status"] == "SUCCEEDED"
    by_all = [{"ErrorEquals": ["States.ALL"], "Next": "Caught", "ResultPath": "$.failure"}]
    closed = bare.run(bare.machine({"Act": task(actor, Catch=by_all), **caught}), big)
    assert (closed["status"], closed["error"]) == ("FAILED", "States.DataLimitExceeded")


def test_executions_have_unique_names_and_equal_ones_are_one(bare: BareAws, actor: str) -> None:
    machine = bare.machine({"Act": task(actor)})
    assert bare.start(machine) != bare.start(machine)
    assert bare.event_types(bare.start(machine))[0] == "ExecutionStarted"
    busy = {"do": "sleep", "seconds": 1}
    first = bare.start(machine, busy, name="one")
    assert bare.start(machine, busy, name="one") == first
    bare.closed(first)
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        bare.start(machine, busy, name="one")


def test_an_execution_out_of_time_ends_at_once_and_can_be_redriven(bare: BareAws, actor: str) -> None:
    machine = bare.machine({"Act": task(actor)}, TimeoutSeconds=1)
    closed = bare.run(machine, {"do": "sleep", "seconds": 3})
    assert closed["status"] == "TIMED_OUT"
    assert closed["redriveStatus"] == "REDRIVABLE"
    assert closed["stopDate"] >= closed["startDate"]
    assert bare.event_types(closed["executionArn"])[-1] == "ExecutionTimedOut"
    again = bare.redrive(closed["executionArn"])
    assert (again["status"], again["redriveCount"]) == ("TIMED_OUT", 1)


def test_a_stopped_execution_ends_at_once_and_what_its_task_does_later_is_ignored(bare: BareAws, actor: str) -> None:
    machine = bare.machine({"Act": task(actor)})
    execution = bare.start(machine, {"do": "sleep", "seconds": 1})
    eventually(lambda: "LambdaFunctionStarted" in bare.event_types(execution), "the function to start")
    states(bare.aws).stop_execution(executionArn=execution, error="Enough", cause="by hand")
    closed = bare.closed(execution)
    assert (closed["status"], closed["error"], closed["cause"]) == ("ABORTED", "Enough", "by hand")
    again = bare.redrive(execution)
    assert again["status"] == "SUCCEEDED"
    types = bare.event_types(execution)
    assert types.count("LambdaFunctionSucceeded") == 1
    assert types.index("ExecutionAborted") < types.index("ExecutionRedriven") < types.index("LambdaFunctionSucceeded")


def test_redrive_resumes_at_the_state_that_failed_with_its_input(bare: BareAws, actor: str) -> None:
    once = bare.function()
    machine = bare.machine(
        {
            "First": task(actor, ResultPath="$.first", Next="Second"),
            "Second": task(
                once,
                Parameters={"fail_first": 1, "first.$": "$.first.given", "execution.$": "$$.Execution"},
                ResultPath="$.second",
            ),
        }
    )
    failed = bare.run(machine, {"say": "hello"})
    assert (failed["status"], failed["redriveCount"], failed["redriveStatus"]) == ("FAILED", 0, "REDRIVABLE")
    closed = bare.redrive(failed["executionArn"])
    given = json.loads(closed["output"])["second"]["given"]
    assert (closed["status"], closed["redriveCount"]) == ("SUCCEEDED", 1)
    assert closed["redriveDate"] >= failed["stopDate"]
    assert closed["startDate"] == failed["startDate"]
    assert given["first"] == {"say": "hello"}
    assert given["execution"]["RedriveCount"] == 1
    assert "error" not in closed
    history = bare.history(closed["executionArn"])
    entered = [event["stateEnteredEventDetails"]["name"] for event in history if "stateEnteredEventDetails" in event]
    assert entered == ["First", "Second", "Second"]
    assert [event["id"] for event in history] == list(range(1, len(history) + 1))
    redriven = next(event for event in history if event["type"] == "ExecutionRedriven")
    assert redriven["executionRedrivenEventDetails"] == {"redriveCount": 1}


def test_redrive_gives_fresh_retries(bare: BareAws, actor: str) -> None:
    retry = {"ErrorEquals": ["StubbornError"], "IntervalSeconds": 1, "MaxAttempts": 1}
    failed = bare.run(bare.machine({"Act": task(actor, Retry=[retry])}), {"do": "raise"})
    assert bare.event_types(failed["executionArn"]).count("LambdaFunctionFailed") == 2
    again = bare.redrive(failed["executionArn"])
    assert bare.event_types(again["executionArn"]).count("LambdaFunctionFailed") == 4


def test_a_fail_state_fails_again(bare: BareAws) -> None:
    failed = bare.run(bare.machine({"End": FAIL}))
    again = bare.redrive(failed["executionArn"])
    assert (again["status"], again["error"], again["redriveCount"]) == ("FAILED", "Gone", 1)


def test_a_redrive_that_is_repeated_with_its_token_is_one_redrive(bare: BareAws) -> None:
    failed = bare.run(bare.machine({"End": FAIL}))["executionArn"]
    moments = [
        states(bare.aws).redrive_execution(executionArn=failed, clientToken="once")["redriveDate"] for _ in range(2)
    ]
    assert moments[0] == moments[1]
    assert bare.closed(failed)["redriveCount"] == 1
    states(bare.aws).redrive_execution(executionArn=failed, clientToken="twice")
    assert bare.closed(failed)["redriveCount"] == 2


def test_redrive_keeps_the_definition_that_the_execution_began_with(bare: BareAws) -> None:
    machine = bare.machine({"End": FAIL})
    failed = bare.run(machine)
    changed = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    states(bare.aws).update_state_machine(stateMachineArn=machine, definition=changed)
    assert bare.redrive(failed["executionArn"])["status"] == "FAILED"
    assert bare.run(machine)["status"] == "SUCCEEDED"


def test_a_running_or_succeeded_execution_is_not_redriven(bare: BareAws, actor: str) -> None:
    machine = bare.machine({"Act": task(actor)})
    running = bare.start(machine, {"do": "sleep", "seconds": 1})
    with pytest.raises(ClientError, match=r"ExecutionNotRedrivable.*RUNNING and cannot be redriven"):
        states(bare.aws).redrive_execution(executionArn=running)
    closed = bare.closed(running)
    assert closed["redriveStatus"] == "NOT_REDRIVABLE"
    assert closed["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    with pytest.raises(ClientError, match="ExecutionNotRedrivable"):
        states(bare.aws).redrive_execution(executionArn=running)


def test_of_two_redrives_at_once_one_is_refused(bare: BareAws) -> None:
    actor = bare.function()
    machine = bare.machine({"Act": task(actor)})
    failed = bare.run(machine, {"fail_first": 1, "do": "sleep", "seconds": 1})
    refused: list[str] = []

    def redrive() -> None:
        try:
            states(bare.aws).redrive_execution(executionArn=failed["executionArn"])
        except ClientError as error:
            refused.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=redrive) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["ExecutionNotRedrivable"]
    assert bare.closed(failed["executionArn"])["redriveCount"] == 1


def test_definitions_are_validated_and_versions_listed(bare: BareAws) -> None:
    client = states(bare.aws)
    good = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    assert client.validate_state_machine_definition(definition=json.dumps(good))["result"] == "OK"
    bad = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}
    found = client.validate_state_machine_definition(definition=json.dumps(bad))
    assert found["result"] == "FAIL"
    assert "B" in found["diagnostics"][0]["message"]
    with pytest.raises(ClientError, match="InvalidDefinition"):
        client.create_state_machine(name="dangling", definition=json.dumps(bad), roleArn=bare.role_arn)
    machine = bare.machine({"A": {"Type": "Succeed"}})
    assert client.list_state_machine_versions(stateMachineArn=machine)["stateMachineVersions"] == []
    client.update_state_machine(stateMachineArn=machine, definition=json.dumps(good), publish=True)
    versions = client.list_state_machine_versions(stateMachineArn=machine)["stateMachineVersions"]
    assert [version["stateMachineVersionArn"] for version in versions] == [f"{machine}:1"]


def test_many_executions_at_once(bare: BareAws, actor: str) -> None:
    machine = bare.machine({"Act": task(actor, Next="Again"), "Again": task(actor)})
    running = [bare.start(machine, {"number": number}) for number in range(20)]
    outputs = [json.loads(bare.closed(execution)["output"]) for execution in running]
    assert [output["given"]["given"]["number"] for output in outputs] == list(range(20))


def test_an_input_that_is_no_json_and_a_name_too_long_are_refused(bare: BareAws) -> None:
    machine = bare.machine({"A": {"Type": "Succeed"}})
    with pytest.raises(ClientError, match="InvalidExecutionInput"):
        states(bare.aws).start_execution(stateMachineArn=machine, input="{")
    with pytest.raises(ClientError, match="80"):
        bare.start(machine, name="n" * 81)


def test_an_execution_that_is_listed_before_it_begins_has_an_empty_history() -> None:
    listed = LocalExecution.__new__(LocalExecution)
    listed.exec_worker = None
    assert listed.to_history_output() == {"events": []}
