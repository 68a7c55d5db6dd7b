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


def test_darkrooms_own_copy_is_no_upload() -> None:
    with pytest.raises(NotAnUploadError, match="its own results"):
        read_upload_event(event(key="enhanced/a.jpg"))


@pytest.mark.parametrize("key", ["holiday/", "/", "//", "holiday//"])
def test_an_empty_object_whose_key_ends_in_a_slash_is_a_folder_marker(key: str) -> None:
    with pytest.raises(NotAnUploadError, match="folder marker"):
        read_upload_event(event(key=key, size=0))


@pytest.mark.parametrize("size", [1, 245_000, "245000", 245_000.0, None, "unknown", -1, 0.5, [], {}])
def test_an_object_that_is_not_known_to_be_empty_is_an_upload_whatever_its_key_ends_in(size: Any) -> None:
    assert read_upload_event(event(key="holiday/a.jpg/", size=size)).key == "holiday/a.jpg/"


def test_an_event_without_a_size_is_an_upload() -> None:
    document = event(key="holiday/")
    del document["detail"]["object"]["size"]
    assert read_upload_event(document).detail.object.size is None


@pytest.mark.parametrize("key", ["/a.jpg", "a//b.jpg", "holiday/.jpg", ".jpg", "a/../b.jpg", "..", "a.jpg"])
def test_an_empty_object_under_any_other_key_is_an_upload_and_fails_as_an_empty_file(key: str) -> None:
    assert read_upload_event(event(key=key, size=0)).key == key


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


def test_a_run_that_was_given_all_results_failed_in_its_first_step() -> None:
    """Somebody started it with the output of another execution."""
    run = FailedRun.model_validate({**event(), **results_before("no step"), "failure": FAILURE})
    assert failed_step(run) == STEPS[0].state


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
