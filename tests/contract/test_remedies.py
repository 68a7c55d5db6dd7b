"""What to do about an error: the reference, the messages and the runbook say what the one table says."""

import re

import pytest

from functions.notify.message import Failed, Message
from functions.notify.message_text import email
from functions.shared.errors import DarkroomError, Fault, ImageFailedError, SkippedUploadError
from functions.shared.failures import fault_of
from functions.shared.remedies import ANY_OTHER, REMEDIES, Remedy, RerunHelps, remedy_of
from tests.contract.test_errors import leaves
from tests.definitions import ROOT, tasks

REFERENCE = (ROOT / "docs" / "reference.md").read_text()
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
ARN = "arn:aws:states:eu-central-1:123456789012:execution:darkroom-pipeline:one"
ROWS = (*REMEDIES, ANY_OTHER)


def row_of(remedy: Remedy) -> str:
    names = ", ".join(remedy.errors) or "any other"
    return f"| {names} | {remedy.meaning} | {remedy.advice} | {remedy.rerun_helps} |"


def mail(error: str) -> str:
    failed = Failed(state="EnhanceImage", error=error, message="It did.")
    return email(Message(status="FAILED", image_id="a.jpg", user_id="ada", execution_arn=ARN, failed=failed))


def test_the_reference_shows_the_table() -> None:
    shown = REFERENCE.partition("\n| ErrorType |")[2].partition("\n\n")[0].splitlines()[2:]
    assert shown == [row_of(remedy) for remedy in ROWS]


def test_each_error_that_fails_a_photo_has_one_row() -> None:
    named = [error for remedy in REMEDIES for error in remedy.errors]
    assert len(named) == len(set(named))
    raised = leaves(DarkroomError) - leaves(SkippedUploadError) - {ImageFailedError.__name__}
    assert {error for error in named if "." not in error} - {"ExecutionAborted"} == raised


def test_each_error_that_is_retried_has_a_row() -> None:
    retried = {error for task in tasks().values() for retrier in task["Retry"] for error in retrier["ErrorEquals"]}
    assert {error for error in retried if remedy_of(error) is ANY_OTHER} == set()


def test_a_rerun_helps_unless_the_fault_lies_in_the_upload() -> None:
    helpless = {error for remedy in ROWS if remedy.rerun_helps is RerunHelps.NO for error in remedy.errors}
    assert helpless == {error for error in leaves(DarkroomError) if fault_of(error) is Fault.PHOTO}


@pytest.mark.parametrize("error", [*(error for remedy in REMEDIES for error in remedy.errors), "Whatever"])
def test_the_mail_about_a_failure_advises_what_the_table_says(error: str) -> None:
    remedy = remedy_of(error)
    assert f"What to do: {remedy.advice}." in mail(error)
    assert ("would fail again" in mail(error)) == (remedy.rerun_helps is RerunHelps.NO)
    assert ("redrive-execution" in mail(error)) == (remedy.rerun_helps is not RerunHelps.NO)
    assert f"\ndarkroom show {ARN}\n" in mail(error)


def test_the_runbook_names_errors_of_the_table() -> None:
    named = set(re.findall(r"(?<![.\w])\w+Error\b", RUNBOOK)) - {ImageFailedError.__name__}
    assert named
    assert {error for error in named if remedy_of(error) is ANY_OTHER} == set()
