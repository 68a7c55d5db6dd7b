"""The embedded AWS starts, stops, and leaves nothing behind; its seams say so when moto has changed."""

import json
import logging
import multiprocessing
import os
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import moto
import pytest
from moto.awslambda.models import LambdaFunction
from moto.core.config import default_user_config
from moto.events.models import Rule
from moto.s3 import notifications
from moto.sns.models import Subscription
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.responses import StepFunctionResponse

from darkroom.local.deferred import after_request, request_scope
from darkroom.local.embedded_aws import AlreadyRunningError, EmbeddedAws
from darkroom.local.seams import SeamMissingError, added, original, replaced
from darkroom.local.states.mock_cases import MockConfigError, load
from darkroom.packaging.repository import ROOT
from tests.embedded.bare_aws import BareAws, task
from tests.waiting import PROGRAM_LIMIT_SECONDS

COVERED = [
    (LambdaFunction, "_invoke_lambda"),
    (Rule, "send_to_targets"),
    (notifications, "_send_event_bridge_message"),
    (Subscription, "publish"),
    (retrier_decl, "time"),
    (StepFunctionResponse, "describe_execution"),
]


def test_one_after_another_but_never_two_at_once(tmp_path: Path, runtime_folder: Path) -> None:
    # In a process of its own: this one may be running the embedded AWS of the other tests.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(rehearse, tmp_path / "inbox", runtime_folder).result()


def rehearse(inbox: Path, runtime: Path) -> None:
    before = [getattr(owner, name) for owner, name in COVERED]
    with EmbeddedAws(inbox, runtime) as first:
        first.client("s3").create_bucket(Bucket="left-behind")
        with pytest.raises(AlreadyRunningError):
            EmbeddedAws(inbox, runtime).start()
        assert all(getattr(owner, name) is not was for (owner, name), was in zip(COVERED, before, strict=True))
        endpoint = first.endpoint_url
    assert [getattr(owner, name) for owner, name in COVERED] == before
    assert not hasattr(StepFunctionResponse, "redrive_execution")
    assert default_user_config["stepfunctions"] == {"execute_state_machine": False}
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(endpoint, timeout=1)  # noqa: S310
    with EmbeddedAws(inbox, runtime) as second:
        assert second.client("s3").list_buckets()["Buckets"] == []
    with pytest.raises(RuntimeError, match="not running"):
        _ = second.endpoint_url


def printed(command: list[str]) -> str:
    """Return what a program that must succeed, and complain of nothing, prints."""
    options: Any = {"cwd": ROOT, "capture_output": True, "text": True, "timeout": PROGRAM_LIMIT_SECONDS}
    done = subprocess.run(command, check=False, **options)
    assert (done.returncode, done.stderr) == (0, "")
    return str(done.stdout)


OUTLIVED = """
import json, sys, time
from pathlib import Path
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from darkroom.local.embedded_aws import EmbeddedAws

def boto_client_for(*_, **__):
    print("called elsewhere")

lambda_eval_utils.boto_client_for = boto_client_for
call = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:any", "End": True}
states = {"Wait": {"Type": "Wait", "Seconds": 1, "Next": "Call"}, "Call": call}
with EmbeddedAws(Path(sys.argv[1]), Path(sys.argv[2])) as aws:
    client = aws.client("stepfunctions")
    role = "arn:aws:iam::123456789012:role/any"
    definition = json.dumps({"StartAt": "Wait", "States": states})
    machine = client.create_state_machine(name="any", roleArn=role, definition=definition)
    client.start_execution(stateMachineArn=machine["stateMachineArn"])
time.sleep(2)
"""


def test_no_execution_goes_on_when_it_stops(tmp_path: Path, runtime_folder: Path) -> None:
    command = [sys.executable, "-c", OUTLIVED, str(tmp_path / "inbox"), str(runtime_folder)]
    assert printed(command) == ""


def test_neither_batch_nor_ec2_is_imported_along() -> None:
    """Else each of the many programs that run an embedded AWS would take twice as long to start."""
    program = "import sys, darkroom.local.embedded_aws; print({'moto.batch', 'moto.ec2'} & sys.modules.keys())"
    assert printed([sys.executable, "-c", program]).strip() == "set()"


def test_no_request_lists_the_services_of_moto(embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    listed, real = [], os.listdir

    def listdir(path: str = ".") -> list[str]:
        listed.append(str(path))
        return real(path)

    s3 = embedded_aws.client("s3")
    s3.list_buckets()  # the first imports the service
    monkeypatch.setattr(os, "listdir", listdir)
    s3.list_buckets()
    assert str(Path(moto.__file__).parent) not in listed


def test_a_seam_says_what_moto_lost_or_gained() -> None:
    owner = SimpleNamespace(kept=1)
    with pytest.raises(SeamMissingError, match=r"moto \d.*\.lost is gone"), replaced(owner, "lost", 2):
        pass
    with pytest.raises(SeamMissingError, match=r"\.kept exists now"), added(owner, "kept", 2):
        pass
    with replaced(owner, "kept", 3), added(owner, "new", 4):
        assert (owner.kept, owner.new) == (3, 4)
    assert vars(owner) == {"kept": 1}
    assert original(owner, "kept") == 1


def test_what_waits_for_a_request_waits_for_its_end() -> None:
    order = []
    with request_scope():
        after_request(lambda: order.append("after"))
        order.append("request")
    after_request(lambda: order.append("at once"))
    assert order == ["request", "after", "at once"]


@pytest.mark.usefixtures("bare")
def test_the_terminal_stays_quiet(bare: BareAws, capfd: pytest.CaptureFixture[str]) -> None:
    assert any(isinstance(handler, logging.NullHandler) for handler in logging.getLogger("moto").handlers)
    bare.run(bare.machine({"A": {"Type": "Fail", "Error": "Loud"}}))
    bare.run(bare.machine({"A": task("arn:aws:lambda:us-east-1:123456789012:function:missing")}))
    assert capfd.readouterr() == ("", "")


def test_any_sdk_can_use_it(bare: BareAws) -> None:
    session = boto3.session.Session("anyone", "anything", region_name=bare.aws.region)
    sts = session.client("sts", endpoint_url=bare.aws.endpoint_url)
    assert sts.get_caller_identity()["Account"] == bare.aws.account_id
    assert bare.aws.calls[-1].caller == "anyone"


def test_mocked_test_cases_of_step_functions_local(
    bare: BareAws, actor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    retry = {"ErrorEquals": ["Lambda.ServiceException"], "IntervalSeconds": 5}
    catch = {"ErrorEquals": ["CorruptImageError"], "Next": "Sad"}
    machine = bare.machine({"Act": task(actor, Retry=[retry], Catch=[catch]), "Sad": {"Type": "Fail", "Error": "Sad"}})
    busy = {"Throw": {"Error": "Lambda.ServiceException", "Cause": "busy"}}
    corrupt = {"Throw": {"Error": "CorruptImageError", "Cause": "cut short"}}
    cases = {"Happy": {"Act": "Fine"}, "Retried": {"Act": "FineLater"}, "Broken": {"Act": "Corrupt"}}
    config = {
        "StateMachines": {machine.rpartition(":")[2]: {"TestCases": cases}},
        "MockedResponses": {
            "Fine": {"0": {"Return": {"width": 4}}},
            "FineLater": {"0-1": busy, "2": {"Return": {"width": 5}}},
            "Corrupt": {"0": corrupt},
        },
    }
    file = tmp_path / "mocks.json"
    file.write_text(json.dumps(config))
    monkeypatch.setattr(bare.aws, "mock_file", file)
    happy, retried, broken = (bare.run(f"{machine}#{case}") for case in cases)
    assert json.loads(happy["output"]) == {"width": 4}
    assert json.loads(retried["output"]) == {"width": 5}
    assert [wait.seconds for wait in bare.aws.waits if wait.execution == retried["name"]] == [5, 10]
    assert (broken["status"], broken["error"]) == ("FAILED", "Sad")


def test_a_missing_mock_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SFN_MOCK_CONFIG", raising=False)
    with pytest.raises(MockConfigError, match=r"machine#Case needs a mock file: set SFN_MOCK_CONFIG"):
        load("machine", "Case")
    file = tmp_path / "mocks.json"
    file.write_text(json.dumps({"StateMachines": {"machine": {"TestCases": {}}}}))
    monkeypatch.setenv("SFN_MOCK_CONFIG", str(file))
    with pytest.raises(MockConfigError, match=r"mocks.json lacks 'Case' for machine#Case"):
        load("machine", "Case")
