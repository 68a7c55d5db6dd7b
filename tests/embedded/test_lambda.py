"""Functions run as in Lambda: from their zip alone, in watched processes, with their log in CloudWatch Logs."""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from darkroom.local.lambda_ import lambda_logs, runtime_api
from tests.embedded.bare_aws import ACTOR, BareAws, zipped
from tests.waiting import eventually
from verification.corpus.corpus_run import MEMORY
from verification.load.photo_costs import processor_times


def test_a_function_sees_its_own_environment_and_nothing_of_this_machine(
    bare: BareAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAKED", "yes")
    function_json = bare.function(Environment={"Variables": {"TABLE": "photos"}}, MemorySize=300)
    seen, _ = bare.invoke(function_json, {"do": "look"})
    environment = seen["environment"]
    name = function_json.rpartition(":")[2]
    expected = {
        "TABLE": "photos",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": bare.aws.endpoint_url,
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "300",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "_HANDLER": "actor.handler",
    }
    assert {key: environment.get(key) for key in expected} == expected
    assert "LEAKED" not in environment
    assert environment["PATH"] != os.environ["PATH"]
    assert not any("site-packages" in folder for folder in seen["path"])
    assert (seen["arn"], 0 < seen["left_ms"] <= 5000) == (function_json, True)
    assert seen["request"] in environment["_X_AMZN_TRACE_ID"] or environment["_X_AMZN_TRACE_ID"].startswith("Root=1-")


def test_what_the_zip_lacks_is_missing(bare: BareAws) -> None:
    function_json = bare.function(zipped(fn="import boto3\ndef handler(event, context): ..."), "fn.handler")
    error, failed = bare.invoke(function_json)
    assert failed
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "boto3" in error["errorMessage"]


def test_a_process_is_kept_warm_until_code_or_configuration_change(bare: BareAws) -> None:
    client, function_json = bare.aws.client("lambda"), bare.function()
    first, second = bare.invoke(function_json)[0], bare.invoke(function_json)[0]
    assert (second["pid"], second["calls"]) == (first["pid"], 2)
    client.update_function_configuration(FunctionName=function_json, Environment={"Variables": {"VERSION": "2"}})
    third = bare.invoke(function_json)[0]
    assert (third["calls"], third["version"]) == (1, "2")
    client.update_function_code(
        FunctionName=function_json, ZipFile=zipped(actor=ACTOR.replace("calls = 0", "calls = 40"))
    )
    assert bare.invoke(function_json)[0]["calls"] == 41


def test_events_at_the_same_time_get_processes_of_their_own(bare: BareAws, tmp_path: Path) -> None:
    function_json, event = bare.function(Timeout=60), {"do": "meet", "folder": str(tmp_path), "count": 3}
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: bare.invoke(function_json, event)[0], range(3)))
    assert len({answer["pid"] for answer in answers}) == 3


def test_an_exception_is_reported_by_its_class_name(bare: BareAws, actor: str) -> None:
    error, failed = bare.invoke(actor, {"do": "raise", "why": "no light"})
    assert failed
    assert (error["errorType"], error["errorMessage"]) == ("StubbornError", "no light")
    assert "raise StubbornError" in error["stackTrace"][0]


def test_an_invocation_is_noted_with_its_outcome(bare: BareAws) -> None:
    function_json = bare.function()
    before = time.time()
    bare.invoke(function_json)
    bare.invoke(function_json, {"do": "raise", "why": "no light"})
    bare.invoke(function_json, {"do": "exit"})
    name = function_json.rpartition(":")[2]
    noted = [one for one in bare.aws.invocations if one.function == name]
    assert [one.failed for one in noted] == [False, True, True]
    assert all(before <= one.at_seconds <= time.time() and one.duration_ms > 0 for one in noted)


def test_a_trace_holds_no_more_of_an_error_than_its_payload(
    bare: BareAws, actor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What awslambdaric sends for the trace, besides the paths of the code. So who searches causes searches traces."""
    sent: list[str] = []
    answer = runtime_api._Handler.do_POST

    def noting(request: runtime_api._Handler) -> None:
        sent.append(request.headers["Lambda-Runtime-Function-XRay-Error-Cause"])
        answer(request)

    monkeypatch.setattr(runtime_api._Handler, "do_POST", noting)
    error, _ = bare.invoke(actor, {"do": "raise", "why": "no light"})
    [traced] = [json.loads(cause) for cause in sent]
    [exception] = traced.pop("exceptions")
    assert traced.keys() == {"working_directory", "paths"}
    assert all(frame.keys() == {"label", "path", "line"} for frame in exception.pop("stack"))
    assert exception == {"type": error["errorType"], "message": error["errorMessage"]}


@pytest.mark.parametrize(
    ("event", "settings", "error_type", "message"),
    [
        ({"do": "sleep", "seconds": 60}, {"Timeout": 1}, "Sandbox.Timedout", "Task timed out after 1.00 seconds"),
        ({"do": "eat", "megabytes": 200}, {"MemorySize": 128}, "Runtime.OutOfMemory", "signal: killed"),
        ({"do": "exit"}, {}, "Runtime.ExitError", "exit status 7"),
    ],
)
def test_a_process_that_breaks_the_rules_is_ended(
    bare: BareAws, event: dict[str, Any], settings: dict[str, Any], error_type: str, message: str
) -> None:
    function_json = bare.function(**settings)
    error, failed = bare.invoke(function_json, event)
    assert failed
    assert error["errorType"] == error_type
    assert error["errorMessage"].startswith("RequestId: ")
    assert message in error["errorMessage"]
    after, failed = bare.invoke(function_json)
    assert (after["calls"], failed) == (1, False), "the next event gets a fresh process"


def test_what_a_function_prints_is_in_cloudwatch_logs(bare: BareAws) -> None:
    function_json = bare.function()
    bare.invoke(function_json, {"say": "cheese"})
    group = f"/aws/lambda/{function_json.rpartition(':')[2]}"
    events = bare.aws.client("logs").filter_log_events(logGroupName=group)["events"]
    lines = [event["message"].split("\t")[0].split(" RequestId")[0] for event in events]
    assert lines == ["START", "saw cheese", "END", "REPORT"]
    assert "Max Memory Used" in events[-1]["message"]
    assert "Init Duration" in events[-1]["message"]


def test_a_report_says_the_processor_time_of_its_invocation_alone(bare: BareAws) -> None:
    """Were it that of all invocations, none would say less than the one that starts the process."""
    function_json = bare.function()
    for _ in range(4):
        bare.invoke(function_json, {"say": "cheese"})
    group = f"/aws/lambda/{function_json.rpartition(':')[2]}"
    events = bare.aws.client("logs").filter_log_events(logGroupName=group)["events"]
    (cold, is_cold), *later = processor_times([event["message"] for event in events])
    assert [is_cold, *(is_still_cold for _, is_still_cold in later)] == [True, False, False, False]
    # The kernel counts in hundredths of a second, and a busy machine adds some.
    assert cold > min(warm for warm, _ in later) >= 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps the mark of a process's peak")
def test_a_report_says_the_peak_of_memory_however_short(bare: BareAws) -> None:
    function_json = bare.function(MemorySize=512)
    bare.invoke(function_json, {"do": "nibble", "megabytes": 200})
    group = f"/aws/lambda/{function_json.rpartition(':')[2]}"
    events = bare.aws.client("logs").filter_log_events(logGroupName=group)["events"]
    [peak] = [int(found[1]) for event in events if (found := MEMORY.search(event["message"]))]
    assert 200 < peak < 300


def test_a_log_that_cannot_be_stored_fails_nothing(bare: BareAws, actor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bare.invoke(actor)  # a process is told the name of its log when it starts
    monkeypatch.setattr(lambda_logs.LogStream, "name", property(lambda _: 1 / 0), raising=False)
    assert bare.invoke(actor)[1] is False


def test_a_large_result_comes_back_whole(bare: BareAws, actor: str) -> None:
    answer, _ = bare.invoke(actor, {"do": "grow", "bytes": 3_000_000})
    assert len(answer) == 3_000_000


def test_a_function_update_ends_the_old_processes(bare: BareAws) -> None:
    function_json = bare.function()
    pid = bare.invoke(function_json)[0]["pid"]
    bare.aws.client("lambda").update_function_configuration(FunctionName=function_json, Timeout=7)
    bare.invoke(function_json)
    eventually(lambda: not _alive(pid), "the old process to end")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
