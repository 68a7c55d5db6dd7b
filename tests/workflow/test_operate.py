"""The operator's commands against a deployment: what needs a look, why, and what a re-run does about it."""

import itertools
import threading
from pathlib import Path

import pytest

from darkroom.commands.access import explain
from darkroom.commands.pace import Pace
from functions.operate.executions import Executions
from functions.operate.record_queries import Records
from functions.operate.rerun_outcome import RerunOutcome
from functions.operate.rerun_photos import Rerunner
from functions.operate.rerun_request import How, RerunRequest
from tests.photos import jpeg
from tests.waiting import eventually
from tests.workflow.operated import PROJECT, Command, at_terminal, broken, denied, new_keys, outage, require_failed
from verification.harness.harness import Harness

pytestmark = pytest.mark.usefixtures("operator", "clean_table")


@pytest.fixture
def two_failed(operated: Harness) -> list[str]:
    return denied(operated, 2)


def test_after_an_outage_three_commands_find_what_failed_and_complete_what_a_rerun_helps(
    operated: Harness, darkroom: Command
) -> None:
    sound = [operated.upload(jpeg()) for _ in range(2)]
    for key in sound:
        assert operated.run_of(key).status == "SUCCEEDED"
    struck, useless = outage(operated, new_keys(operated, 4)), broken(operated, new_keys(operated, 2))

    status = darkroom("status")
    assert status.status == 1
    assert "FAILED      6\n" in status.out
    assert "4 failed with TransientServiceError in EnhanceImage" in status.out
    assert "2 failed with UnsupportedImageError in ValidateImage" in status.out
    assert "What to do: save it as the message says, or upload another file under the same name." in status.out
    rerun = next(line.split() for line in status.out.splitlines() if line.startswith("  darkroom rerun"))

    assert rerun[-1] == operated.aws.endpoint_url, "a command that is to be pasted stands on one line"

    shown = darkroom("show", struck[0])
    assert shown.status == 1
    assert "It failed in EnhanceImage with TransientServiceError: s3:GetObject answered InternalError" in shown.out
    assert "What to do: wait until the outage is over, then run it again." in shown.out

    said = darkroom("rerun", "--status", "FAILED", "--yes", "--wait", "--rate", "50", "--json")
    assert said.status == 0
    assert said.outcomes() == {**dict.fromkeys(struck, "completed"), **dict.fromkeys(useless, "refused")}
    assert {photo["reason"] for photo in said.document["photos"] if photo["outcome"] == "refused"} == {
        "UnsupportedImageError: it would fail again; save it as the message says, or upload another "
        "file under the same name"
    }
    for key in struck:
        assert operated.record(key)["Status"] == "COMPLETED"
        assert len(operated.executions_for(key)) == 1, "a redrive begins no new execution"
    # The line that status printed now finds nothing more to do.
    assert darkroom("rerun", *rerun[2:6], "--yes").out == "No photo fits.\n"


def test_one_failed_call_stops_no_other_photo_and_saying_it_again_does_the_rest(
    operated: Harness, darkroom: Command
) -> None:
    keys = denied(operated, 3)
    again = ("rerun", "--prefix", "", "--status", "FAILED", "--yes", "--wait", "--rate", "50", "--json")
    refusing = operated.aws.faults.refuse("states", "RedriveExecution", times=1, error_code="AccessDeniedException")
    with refusing:
        said = darkroom(*again)
    assert said.status == 1
    assert sorted(said.outcomes().values()) == ["completed", "completed", "not started"]
    [left] = [photo for photo in said.document["photos"] if photo["outcome"] == "not started"]
    assert left["why"].startswith("these credentials may not call RedriveExecution (AccessDeniedException")
    assert darkroom(*again).outcomes() == {left["key"]: "completed"}
    assert [operated.run_of(key).redrive_count for key in keys] == [1, 1, 1]


def test_throttled_calls_are_tried_again(operated: Harness, darkroom: Command) -> None:
    [key] = denied(operated, 1)
    with operated.aws.faults.refuse(
        "states", "DescribeExecution", caller="operator", times=2, error_code="ThrottlingException"
    ):
        said = darkroom("rerun", key, "--wait")
    assert (said.status, said.err) == (0, "")
    assert said.out == (f"{key}: started (redrive, resumes at EnhanceImage)\n{key}: completed\n1 completed\n")


def test_waiting_ends_with_status_1_after_a_failure_and_names_it(operated: Harness, darkroom: Command) -> None:
    [key] = denied(operated, 1)
    with operated.faults.deny("enhance", "s3", "GetObject"):
        said = darkroom("rerun", key, "--wait", "--json")
    require_failed(operated, [key])
    assert (said.status, said.outcomes()) == (1, {key: "failed"})
    assert said.document["photos"][0]["why"].startswith("ServiceRefusedError: s3:GetObject")


def test_an_interrupted_rerun_says_so_and_starts_each_photo_once_when_said_again(
    operated: Harness, darkroom: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = denied(operated, 4)
    calls = itertools.count(1)

    def interrupted_at_the_third(_: Pace) -> None:
        if next(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(Pace, "wait", interrupted_at_the_third)
    said = darkroom("rerun", "--status", "FAILED", "--yes", "--json")
    assert (said.status, said.document["interrupted"], len(said.outcomes())) == (130, True, 2)
    for key in said.outcomes():
        assert operated.run_of(key).status == "SUCCEEDED"
    rest = darkroom("rerun", "--status", "FAILED", "--yes", "--wait", "--json")
    assert rest.outcomes() == dict.fromkeys(set(keys) - set(said.outcomes()), "completed")
    assert [operated.run_of(key).redrive_count for key in keys] == [1, 1, 1, 1]


@pytest.mark.parametrize("how", [How.REDRIVE, How.NEW])
def test_two_operators_at_once_start_a_photo_once(operated: Harness, darkroom: Command, how: How) -> None:
    [key] = denied(operated, 1)
    deployment, client = operated.deployment, operated.aws.client
    records = Records(client("dynamodb"), deployment.table)
    executions = Executions(client("stepfunctions"), deployment.state_machine_arn)
    together = threading.Barrier(2)
    outcomes: list[RerunOutcome] = []

    def both_at_once() -> None:
        together.wait()

    def run(number: int) -> None:
        asked = RerunRequest(how=how, reason="" if how is How.REDRIVE else str(number), by=str(number))
        rerunner = Rerunner(records, executions, asked, explain)
        outcomes.extend(rerunner.run_all([key], both_at_once))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 2
    assert operated.run_of(key, 1 if how is How.REDRIVE else 2).status == "SUCCEEDED"
    eventually(lambda: operated.record(key)["Status"] == "COMPLETED", f"{key} to be COMPLETED")
    assert len(operated.executions_for(key)) == (1 if how is How.REDRIVE else 2)
    assert operated.record(key)["Attempt"] == 2
    assert len(operated.messages(key)) == 2, "the failure's and the success's"


def test_other_settings_start_a_new_execution_and_the_record_says_who_asked_and_why(
    operated: Harness, darkroom: Command
) -> None:
    key = operated.upload(jpeg(), preset="photo")
    assert operated.run_of(key).status == "SUCCEEDED"
    assert darkroom("rerun", key, "--json").document["photos"][0]["reason"].startswith("it is COMPLETED")
    said = darkroom("rerun", key, "--preset", "none", "--strength", "60", "--reason", "asked by mail", "--wait")
    assert (said.status, said.out.splitlines()[-1]) == (0, "1 completed")
    record = operated.record(key)
    assert record["Status"] == "COMPLETED"
    assert record["Enhancement"]["preset"] == "none"
    rerun = record["Rerun"]
    assert rerun.pop("by").startswith("arn:aws:")
    assert rerun == {
        "of": operated.executions_for(key)[0], "force": True, "preset": "none", "strength": 60,
        "reason": "asked by mail",
    }  # fmt: skip
    shown = darkroom("show", key).out
    assert "Run again: force True, preset none, strength 60, reason asked by mail, by arn:aws:" in shown


def test_wrong_metadata_is_cured_by_settings(operated: Harness, darkroom: Command) -> None:
    key = operated.upload(jpeg(), preset="sepia")
    assert operated.run_of(key).status == "FAILED"
    assert darkroom("rerun", key).status == 1
    said = darkroom("rerun", key, "--preset", "photo", "--wait")
    assert (said.status, operated.record(key)["Status"]) == (0, "COMPLETED")


def test_the_reason_of_a_redrive_is_kept_in_the_record(operated: Harness, darkroom: Command) -> None:
    [key] = denied(operated, 1)
    assert darkroom("rerun", key, "--reason", "S3 is back", "--wait").status == 0
    record = operated.record(key)
    assert (record["Status"], record["Rerun"]["reason"]) == ("COMPLETED", "S3 is back")
    assert record["Rerun"]["by"].startswith("arn:aws:")


def test_a_photo_whose_definition_has_changed_gets_a_new_execution(operated: Harness, darkroom: Command) -> None:
    [key] = denied(operated, 1)
    with operated.redefined(Comment="Another one."):
        said = darkroom("rerun", key, "--dry-run", "--json")
        assert said.outcomes() == {key: "would start"}
        assert said.document["photos"][0]["reason"] == "the state machine's definition has changed since"
        assert darkroom("rerun", key, "--wait").status == 0
    assert len(operated.executions_for(key)) == 2


def test_a_dry_run_starts_nothing(operated: Harness, darkroom: Command) -> None:
    [key] = denied(operated, 1)
    said = darkroom("rerun", "--status", "FAILED", "--dry-run")
    assert (said.status, said.out) == (
        0, f"{key}: would start (redrive, resumes at EnhanceImage)\n1 would start\n"
    )  # fmt: skip
    assert operated.record(key)["Status"] == "FAILED"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "name photos, or say which by a filter: --status FAILED means all that failed"),
        (("a.jpg", "--user", "ada"), "name photos, or give filters, not both"),
        (("--status", "FAILED"), "2 photos would be run again: look with --dry-run, then say --yes"),
        (("--status", "FAILED", "--json"), "2 photos would be run again: look with --dry-run, then say --yes"),
    ],
)
def test_many_photos_are_not_run_by_mistake(
    operated: Harness, darkroom: Command, two_failed: list[str], arguments: tuple[str, ...], sentence: str
) -> None:
    said = darkroom("rerun", *arguments)
    assert (said.status, said.out, said.err) == (2, "", f"darkroom rerun: {sentence}\n")
    assert {operated.record(key)["Status"] for key in two_failed} == {"FAILED"}


@pytest.mark.parametrize("answer", [("y\n", True), ("\n", False), ("n\n", False)])
def test_a_person_is_asked_with_the_count(
    operated: Harness,
    darkroom: Command,
    two_failed: list[str],
    monkeypatch: pytest.MonkeyPatch,
    answer: tuple[str, bool],
) -> None:
    typed, ran = answer
    at_terminal(monkeypatch, typed)
    said = darkroom("rerun", "--status", "FAILED", "--wait", "--rate", "50")
    assert said.err == "Run 2 photos again? [y/N] "
    assert (said.status, said.out.splitlines()[-1]) == (0, "2 completed" if ran else "Nothing was run.")
    assert {operated.record(key)["Status"] for key in two_failed} == ({"COMPLETED"} if ran else {"FAILED"})


def test_photos_are_listed_by_filters_in_every_form(operated: Harness, darkroom: Command) -> None:
    [struck], [useless] = denied(operated, 1), broken(operated, new_keys(operated, 1))
    assert darkroom("list", "--keys").out == f"{useless}\n{struck}\n"
    assert darkroom("list", "--user", "ada", "--keys").out == f"{struck}\n"
    assert darkroom("list", "--error", "ServiceRefusedError", "--keys").out == f"{struck}\n"
    assert darkroom("list", "--step", "ValidateImage", "--keys").out == f"{useless}\n"
    assert darkroom("list", "--prefix", struck[:8], "--since", "1h", "--keys").out == f"{struck}\n"
    assert darkroom("list", "--status", "PROCESSING", "--keys").out == ""
    assert darkroom("list", "--prefix", "none/").out == "No photo that failed or is at work fits.\n"
    [row, other] = darkroom("list").out.splitlines()[1:]
    assert row.split()[:4] == [useless, "FAILED", "UnsupportedImageError", "ValidateImage"]
    assert row.rstrip().endswith(" no")
    assert other.rstrip().endswith(" after a fix")
    limited = darkroom("list", "--limit", "1", "--json").document
    assert [(photo["key"], photo["rerun_helps"]) for photo in limited["photos"]] == [(useless, "no")]
    assert limited["more"]


def test_a_photo_is_shown_by_its_key_and_by_its_execution(operated: Harness, darkroom: Command, tmp_path: Path) -> None:
    [key] = denied(operated, 1)
    [arn] = operated.executions_for(key)
    story = darkroom("show", key, "--json").document
    assert [(visit["state"], visit["outcome"]) for visit in story["visits"]] == [
        ("ValidateImage", "done"), ("EnhanceImage", "failed"), ("RecordFailure", "done"), ("NotifyFailure", "done"),
        ("FailUnlessRedriven", "failed"),
    ]  # fmt: skip
    assert story["visits"][1]["attempts"] == 1
    assert story["input"] is None
    page = tmp_path / "story.html"
    by_execution = darkroom("show", arn, "--input", "--json", "--html", str(page)).document
    assert all(f">{visit['state']}</text>" in page.read_text() for visit in story["visits"])
    assert f"&quot;key&quot;: &quot;{key}&quot;" in page.read_text()
    assert by_execution["input"]["detail"]["object"]["key"] == key
    assert {**by_execution, "input": None} == story
    assert darkroom("rerun", arn, "--wait").status == 0
    shown = darkroom("show", key, "--follow")
    assert shown.status == 0
    assert "redriven once" in shown.out
    assert "the failed step runs again" in shown.out


def test_status_says_what_waits_what_is_set_off_and_what_is_not_known(operated: Harness, darkroom: Command) -> None:
    queue, cloudwatch = operated.deployment.dead_letter_queue_url, operated.aws.client("cloudwatch")
    assert darkroom("status").status == 0
    assert darkroom("status").out.endswith("\nNothing needs a look.\n")
    # No alarms of a deployment's own: they are deleted in the end.
    for name in ("record-lost", "other-record-lost"):
        text = f"The function met faults. Type `darkroom status --project {PROJECT}`, and see docs/runbook.md#lost"
        cloudwatch.put_metric_alarm(
            AlarmName=f"{PROJECT}-{name}", AlarmDescription=text, Namespace="N", MetricName="M", Statistic="Sum",
            Period=60, EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold",
        )  # fmt: skip
        cloudwatch.set_alarm_state(AlarmName=f"{PROJECT}-{name}", StateValue="ALARM", StateReason="Tried.")
    operated.aws.client("sqs").send_message(QueueUrl=queue, MessageBody="{}")
    try:
        said = darkroom("status")
        assert said.status == 1
        assert f"1 undelivered in {PROJECT}-upload-undelivered\n  darkroom replay {queue} --region" in said.out
        assert f"Alarm {PROJECT}-record-lost" in said.out
        assert "The function met faults. See docs/runbook.md#lost" in said.out
        assert "other" not in said.out
    finally:
        operated.aws.client("sqs").purge_queue(QueueUrl=queue)
        cloudwatch.delete_alarms(AlarmNames=[f"{PROJECT}-record-lost", f"{PROJECT}-other-record-lost"])
    with operated.aws.faults.refuse("monitoring", "DescribeAlarms", error_code="AccessDenied", status=403):
        said = darkroom("status", "--json")
    assert said.status == 3
    [unknown] = said.document["unknown"]
    assert unknown.startswith("alarms: these credentials may not call DescribeAlarms")


@pytest.mark.parametrize("command", [("show", "no/such.jpg"), ("rerun", "no/such.jpg")])
def test_a_photo_without_a_record_is_said_to_have_none(darkroom: Command, command: tuple[str, ...]) -> None:
    said = darkroom(*command)
    assert said.status == 1
    assert "no record" in said.out + said.err


def test_a_key_can_do_nothing_to_a_terminal(operated: Harness, darkroom: Command) -> None:
    [key] = broken(operated, ["evil\x1b[2J[red]\n.jpg"])
    shown = "evil\ufffd[2J[red]\ufffd.jpg"
    for said in (darkroom("status"), darkroom("list"), darkroom("rerun", key), darkroom("show", key)):
        assert shown in said.out
        assert "\x1b" not in said.out
    assert darkroom("list", "--keys").out == f"{key}\n"


def test_the_status_is_watched_past_a_call_that_fails_one_after_the_other_where_there_is_no_terminal(
    operated: Harness, darkroom: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = itertools.count(1)

    def fail_the_second_and_interrupt_the_third(_: float) -> None:
        if next(rounds) == 3:
            raise KeyboardInterrupt
        operated.aws.faults.refuse("dynamodb", "Query", caller="operator", times=1, error_code="AccessDenied")

    monkeypatch.setattr("darkroom.commands.status_screen.sleep", fail_the_second_and_interrupt_the_third)
    said = darkroom("status", "--watch")
    operated.aws.faults.lift_all()
    assert (said.status, said.err) == (130, "")
    assert said.out.count("FAILED      0\n") == 1
    assert said.out.count("Not known: FAILED photos: these credentials may not call Query") == 2
    assert "\x1b" not in said.out


def test_the_rerun_line_of_a_limited_status_is_limited_as_well(operated: Harness, darkroom: Command) -> None:
    denied(operated, 1)
    said = darkroom("status", "--since", "24h")
    assert "darkroom rerun --error ServiceRefusedError --step EnhanceImage --since 24h --project" in said.out
    assert darkroom("status", "--json").document["groups"][0]["rerun_arguments"][-1] == "EnhanceImage"


def test_what_the_functions_logged_is_shown_on_demand(operated: Harness, darkroom: Command) -> None:
    [key], [other] = denied(operated, 1), broken(operated, new_keys(operated, 1))
    said = darkroom("show", key, "--logs")
    lines = said.out.partition("What the functions logged:\n")[2].splitlines()
    assert any(line.split()[1:4] == ["validate", "INFO", "Photo"] for line in lines)
    assert any("enhance ? " in line and "ServiceRefusedError" in line for line in lines)
    assert all(other not in line for line in lines)
    document = darkroom("show", key, "--logs", "--json").document
    assert {line["function"] for line in document["logs"]} == {"validate", "enhance", "record", "notify"}
    assert not document["logs_are_cut"]
    assert darkroom("show", key, "--json").document["logs"] is None


def test_a_photo_is_followed_past_a_call_that_fails(
    operated: Harness, darkroom: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with operated.faults.hang("enhance", "s3", "GetObject") as hung:
        key = operated.upload(jpeg())
        operated.until_entered(key, "EnhanceImage")

        def fail_next_call_and_go_on(_: float) -> None:
            if not hung.lifted.is_set():
                operated.aws.faults.refuse("dynamodb", "GetItem", caller="operator", times=1, error_code="AccessDenied")
                hung.lift()

        monkeypatch.setattr("darkroom.commands.photo_show.sleep", fail_next_call_and_go_on)
        said = darkroom("show", key, "--follow")
    assert said.status == 0
    assert "NotifyResult" in said.out
    refused = [call for call in operated.aws.calls if call.caller == "operator" and call.refused == "AccessDenied"]
    assert [call.operation for call in refused[-1:]] == ["GetItem"]
