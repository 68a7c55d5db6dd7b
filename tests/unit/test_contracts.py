"""What comes in is read exactly, or refused with the reason."""

from typing import Any

import pytest

from functions.shared.contracts import Execution, FailedRun, Failure, read_upload_event
from functions.shared.errors import NotAnUploadError
from functions.shared.failures import MAX_MESSAGE_CHARACTERS, error_message, failed_step
from functions.shared.workflow import STEPS
from tests.definitions import event
from tests.unit.samples import EXECUTION, FAILURE, results_before


def test_the_key_is_read_raw() -> None:
    assert read_upload_event(event("object-created-unversioned")).key == "a+b %2B ü.jpg"


def test_an_unversioned_bucket_has_no_version() -> None:
    assert read_upload_event(event("object-created-unversioned")).detail.object.version_id is None
    assert read_upload_event(event()).detail.object.version_id == "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e"


@pytest.mark.parametrize(("key", "reason"), [("enhanced/a.jpg", "its own results"), ("holiday/", "folder marker")])
def test_a_key_that_is_no_photo_is_refused(key: str, reason: str) -> None:
    with pytest.raises(NotAnUploadError, match=reason):
        read_upload_event(event(key=key))


def without(*path: str) -> dict[str, Any]:
    document = event()
    part = document
    for name in path[:-1]:
        part = part[name]
    del part[path[-1]]
    return document


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({}, "detail-type"),
        ("hello", "UploadEvent"),
        (without("detail", "object", "key"), "detail.object.key"),
        (without("detail", "object", "sequencer"), "detail.object.sequencer"),
        ({**event(), "detail-type": "Object Deleted"}, "detail-type"),
        (event(sequencer="not hex"), "detail.object.sequencer"),
        (event(key=""), "detail.object.key"),
    ],
)
def test_another_document_is_refused_and_its_fault_named(document: Any, named: str) -> None:
    with pytest.raises(NotAnUploadError, match=named):
        read_upload_event(document)


def test_redrive_count_is_zero_where_the_interpreter_leaves_it_out() -> None:
    assert Execution.model_validate(EXECUTION).redrive_count == 0
    assert Execution.model_validate({**EXECUTION, "RedriveCount": 2}).redrive_count == 2


@pytest.mark.parametrize("state", [step.state for step in STEPS])
def test_the_failed_step_is_the_first_without_a_result(state: str) -> None:
    run = FailedRun.model_validate({**event(), **results_before(state), "failure": FAILURE})
    assert failed_step(run) == state


@pytest.mark.parametrize(
    ("cause", "message"),
    [
        (FAILURE["Cause"], "The JPEG is cut short."),
        ("Rate exceeded", "Rate exceeded"),
        ("", "SomeError, without a cause from AWS."),
        ("[1]", "[1]"),
        ('{"errorMessage": ""}', '{"errorMessage": ""}'),
    ],
)
def test_the_message_of_a_cause(cause: str, message: str) -> None:
    assert error_message(Failure(error="SomeError", cause=cause)) == message


def test_a_long_cause_is_cut() -> None:
    message = error_message(Failure(error="SomeError", cause="x" * 30_000))
    assert len(message) == MAX_MESSAGE_CHARACTERS
    assert message.endswith("…")


def test_the_settings_of_a_rerun_are_as_metadata_has_them() -> None:
    asked = {"of": "arn:..", "preset": "photo", "strength": 60, "reason": "asked by mail", "by": "eve", "later": 1}
    assert read_upload_event({**event(), "rerun": asked}).rerun.settings == {"preset": "photo", "strength": "60"}
    assert read_upload_event(event()).rerun.settings == {}
    # Typed into the console: refused where metadata is, and with its words.
    assert read_upload_event({**event(), "rerun": {"strength": "much"}}).rerun.settings == {"strength": "much"}
