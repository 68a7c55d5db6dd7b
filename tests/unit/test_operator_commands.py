"""What an operator's command says where it cannot ask AWS, or was called wrongly; none of it needs an AWS."""

import json
from collections.abc import Callable

import pytest
from jsonschema import Draft202012Validator

from darkroom.__main__ import main
from darkroom.commands.arguments import DEFAULT_PROJECT
from darkroom.commands.pace import Pace
from functions.operate.rerun_outcome import Outcome, RerunOutcome, RerunReport
from functions.operate.rerun_verdict import Act
from functions.operate.schemas import MODELS, schema_file, schema_of, written
from functions.shared.execution_arn import project_of, region_of
from tests.unit.operate_samples import ARN

NAMES = ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
COMMANDS = (
    ("status",), ("list",), ("show", "a.jpg"), ("rerun", "a.jpg"), ("upload", __file__), ("forget", "a.jpg"),
    ("doctor",),
)  # fmt: skip
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Return a function that calls the command with nothing of this machine's but these variables."""

    def called(*arguments: str, **variables: str) -> tuple[int, str, str]:
        for name in (*NAMES, "AWS_ENDPOINT_URL", "DARKROOM_PROJECT"):
            monkeypatch.delenv(name, raising=False)
        bare = {"AWS_CONFIG_FILE": "/no/config", "AWS_SHARED_CREDENTIALS_FILE": "/no/credentials"}
        for name, value in (bare | {"AWS_EC2_METADATA_DISABLED": "true"} | variables).items():
            monkeypatch.setenv(name, value)
        status = main(arguments)
        return status, *capsys.readouterr()

    return called


KEYS = {"AWS_ACCESS_KEY_ID": "operator", "AWS_SECRET_ACCESS_KEY": "operator"}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command[0]))
@pytest.mark.parametrize(
    ("flags", "variables", "sentence"),
    [
        ((), KEYS, "no Region is set: set AWS_DEFAULT_REGION"),
        (("--region", "no region"), KEYS, "'no region' is no Region"),
        (("--region", "eu-central-1"), {}, "no AWS credentials were found: log in"),
        (("--profile", "holiday"), {}, "there is no profile 'holiday'"),
        (("--region", "eu-central-1", "--endpoint-url", "localhost"), KEYS, "Invalid endpoint: localhost"),
    ],
)
def test_what_keeps_a_command_from_asking_aws_is_one_sentence(
    call: Call, command: tuple[str, ...], flags: tuple[str, ...], variables: dict[str, str], sentence: str
) -> None:
    status, out, err = call(*command, *flags, **variables)
    assert (status, out) == (1, "")
    assert err.startswith(f"darkroom {command[0]}: {sentence}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", [("show", "arn:aws:s3:::photos"), ("rerun", ARN.replace("pipeline", "other"))])
def test_an_arn_of_something_else_is_wrong_usage(call: Call, command: tuple[str, ...]) -> None:
    status, out, err = call(*command)
    assert (status, out) == (2, "")
    assert f"'{command[1]}' is no execution of a pipeline; copy its ARN" in err


def test_an_execution_says_its_project_and_region() -> None:
    assert project_of(ARN) == DEFAULT_PROJECT
    assert project_of(ARN.replace("darkroom-pipeline", "my-pipeline-pipeline")) == "my-pipeline"
    assert region_of(ARN) == "eu-central-1"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("list", "--since", "yesterday"), "'yesterday' is no span of time; give a number and a unit"),
        (("list", "--step", "Enhance"), "invalid choice: 'Enhance'"),
        (("list", "--keys", "--json"), "not allowed with argument --keys"),
        (("rerun", "a.jpg", "--rate", "0"), "'0' is no number above 0"),
        (("rerun", "a.jpg", "--rate", "nan"), "'nan' is no number above 0"),
        (("rerun", "a.jpg", "--strength", "101"), "'101' is no strength"),
        (("rerun", "a.jpg", "--reason", "x" * 257), "the reason has 257 characters; 256 are kept"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    call: Call, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        call(*arguments)
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("command", ["status", "show"])
def test_what_is_shown_anew_again_and_again_is_no_json(call: Call, command: str) -> None:
    flag, target = ("--watch", ()) if command == "status" else ("--follow", ("a.jpg",))
    status, _, err = call(command, *target, flag, "--json")
    assert status == 2
    assert f"{flag} is for people" in err


@pytest.mark.parametrize("command", MODELS)
def test_the_schema_of_a_document_is_that_of_its_model(command: str) -> None:
    assert schema_file(command).read_text() == written(command), f"write {schema_file(command).name} anew"
    Draft202012Validator.check_schema(schema_of(command))


def outcome(kind: Outcome) -> RerunOutcome:
    return RerunOutcome(key="a.jpg", act=Act.REDRIVE, reason="", outcome=kind)


@pytest.mark.parametrize(
    ("outcomes", "named", "status"),
    [
        ((), False, 0),
        (("completed", "started", "would start", "skipped"), True, 0),
        (("completed", "refused"), False, 0),
        (("completed", "refused"), True, 1),
        (("completed", "failed", "running"), False, 1),
        (("completed", "not started"), False, 1),
        (("completed", "running"), False, 3),
    ],
)
def test_the_exit_status_of_a_rerun_rests_on_what_is_shown(
    outcomes: tuple[Outcome, ...], named: bool, status: int
) -> None:
    report = RerunReport(project="p", named=named, photos=[outcome(kind) for kind in outcomes])
    assert report.exit_status == status
    assert list(report.counts.values()) == [1] * len(outcomes)
    Draft202012Validator(schema_of("rerun")).validate(json.loads(report.model_dump_json()))


def test_calls_keep_to_a_rate_and_do_not_catch_up_after_a_pause() -> None:
    moments = iter([0.0, 0.05, 0.2, 5.0, 5.05])
    waited: list[float] = []
    pace = Pace(10, clock=lambda: next(moments), sleep=waited.append)
    for _ in range(5):
        pace.wait()
    assert waited == pytest.approx([0.05, 0.05])


def test_a_call_that_comes_while_another_waits_gets_a_moment_of_its_own() -> None:
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        # Stands for a second thread.
        if len(waited) == 1:
            pace.wait()

    pace = Pace(10, clock=lambda: 0.0, sleep=sleep)
    pace.wait()
    pace.wait()
    assert waited == pytest.approx([0.1, 0.2])
