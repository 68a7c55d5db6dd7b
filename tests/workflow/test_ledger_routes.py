"""Duplicates, reordered events, re-uploads and re-runs: the newest upload wins, once."""

import copy
from typing import Any

from functions.shared.output_keys import key_hash, output_keys
from tests.photos import jpeg
from verification.harness.execution import Execution
from verification.harness.harness import Harness


def later(event: dict[str, Any], sequencer: int) -> dict[str, Any]:
    """Return the event with its sequencer moved by so much."""
    moved = copy.deepcopy(event)
    uploaded = moved["detail"]["object"]
    uploaded["sequencer"] = f"{int(uploaded['sequencer'], 16) + sequencer:x}"
    return moved


def assert_skipped(run: Execution, error: str) -> None:
    assert run.status == "SUCCEEDED"
    assert run.states[-1] == "Skipped"
    assert run.output["skipped"]["Error"] == error


def test_a_duplicate_event_changes_nothing(harness: Harness) -> None:
    key = harness.upload(jpeg())
    first = harness.run_of(key)
    record, copy_before = harness.record(key), harness.object(f"enhanced/{key}")[1]["ETag"]
    second = harness.closed(harness.start(first.input))
    assert_skipped(second, "DuplicateUploadError")
    assert second.states == ["ValidateImage", "Skipped"]
    assert harness.record(key) == record
    assert harness.object(f"enhanced/{key}")[1]["ETag"] == copy_before
    assert len(harness.messages(key)) == 1


def test_an_event_of_an_older_upload_changes_nothing(harness: Harness) -> None:
    key = harness.upload(jpeg())
    first = harness.run_of(key)
    record = harness.record(key)
    assert_skipped(harness.closed(harness.start(later(first.input, -1))), "SupersededUploadError")
    assert harness.record(key) == record
    assert len(harness.messages(key)) == 1


def test_a_reupload_replaces_copy_and_record(harness: Harness) -> None:
    key = harness.upload(jpeg(seed=1))
    harness.run_of(key)
    before, copy_before = harness.record(key), harness.object(f"enhanced/{key}")[0]
    harness.upload(jpeg(seed=2, width=200, height=100), key)
    assert harness.run_of(key, 2).status == "SUCCEEDED"
    after = harness.record(key)
    assert after["Sequencer"] > before["Sequencer"]
    assert (after["Status"], after["Width"], after["Attempt"]) == ("COMPLETED", 200, 1)
    assert harness.object(f"enhanced/{key}")[0] != copy_before
    assert len(harness.messages(key)) == 2


def test_an_older_photo_never_replaces_a_newer_copy(harness: Harness) -> None:
    key = harness.upload(jpeg())
    first = harness.run_of(key)
    harness.upload(jpeg(seed=2), key)
    harness.run_of(key, 2)
    newer, record = harness.object(f"enhanced/{key}")[0], harness.record(key)
    # The record forgets the newer upload, so that only the copy's own condition stands in the way.
    harness.aws.client("dynamodb").delete_item(TableName=harness.deployment.table, Key={"ImageId": {"S": key}})
    late = harness.closed(harness.start(first.input))
    assert_names_what_is_in_the_way(harness, late, f"enhanced/{key}")
    assert harness.object(f"enhanced/{key}")[0] == newer
    assert record["Status"] == "COMPLETED"


def assert_names_what_is_in_the_way(harness: Harness, run: Execution, copy_key: str) -> None:
    assert run.status == "FAILED"
    record = harness.record(run.input["detail"]["object"]["key"])
    assert (record["Status"], record["ErrorType"]) == ("FAILED", "CopyConflictError")
    assert record["ErrorMessage"].startswith(f"'{copy_key}' is marked as the copy of ")
    assert "ove or delete that object, then redrive this execution." in record["ErrorMessage"]


def put_as_enhancer(harness: Harness, key: str, **metadata: str) -> None:
    """Put what a copy of another deployment's bucket would bring; the bucket's policy refuses it to anyone else."""
    client = harness.aws.client_of(f"{harness.deployment.project}-enhance", "s3")
    client.put_object(Bucket=harness.deployment.bucket, Key=key, Body=b"foreign", Metadata=metadata)


def delete(harness: Harness, key: str) -> None:
    harness.aws.client("s3").delete_object(Bucket=harness.deployment.bucket, Key=key)


def test_a_foreign_object_that_calls_itself_a_newer_copy_fails_the_photo_until_it_is_gone(harness: Harness) -> None:
    key = harness.new_key()
    put_as_enhancer(harness, f"enhanced/{key}", upload=key_hash(key), sequencer="F" * 32)
    harness.upload(jpeg(), key)
    failed = harness.run_of(key)
    assert_names_what_is_in_the_way(harness, failed, f"enhanced/{key}")
    assert harness.object(f"enhanced/{key}")[0] == b"foreign"
    delete(harness, f"enhanced/{key}")
    assert harness.redriven(failed).status == "SUCCEEDED"
    assert harness.record(key)["Status"] == "COMPLETED"


def test_foreign_objects_under_both_keys_of_a_copy_fail_the_photo(harness: Harness) -> None:
    key = harness.new_key()
    for copy_key in output_keys(key, None):
        put_as_enhancer(harness, copy_key, upload="0123456789abcdef", sequencer="1")
    harness.upload(jpeg(), key)
    assert_names_what_is_in_the_way(harness, harness.run_of(key), output_keys(key, None)[1])


def test_a_newer_upload_in_the_middle_of_a_run_wins(harness: Harness) -> None:
    key = harness.new_key()
    with harness.faults.fail("enhance", "s3", "PutObject"):
        harness.upload(b"will be replaced, and is no photo", key)
        harness.run_of(key)
        harness.upload(jpeg(), key)
        slow = harness.run_of(key, 2)
    harness.upload(jpeg(seed=3), key)
    newest = harness.run_of(key, 3)
    late = harness.redriven(slow)
    assert late.status == "FAILED"
    assert "nothing is left to do" in late.cause
    assert harness.record(key)["ExecutionArn"] == newest.arn
    assert harness.record(key)["Status"] == "COMPLETED"


def test_a_new_execution_takes_over_what_failed(harness: Harness) -> None:
    with harness.faults.deny("enhance", "s3", "PutObject"):
        key = harness.upload(jpeg())
        failed = harness.run_of(key)
    again = harness.closed(harness.start(failed.input))
    assert again.status == "SUCCEEDED"
    # The backstop notes each end in the record, in its own time.
    harness.settle_backstop(failed.arn)
    record = harness.record(key)
    assert (record["Status"], record["Attempt"], record["ExecutionArn"]) == ("COMPLETED", 2, again.arn)
    stale = harness.redriven(failed)
    assert stale.status == "FAILED"
    harness.settle_backstop(failed.arn, redrive_count=1)
    assert harness.record(key) == {**record, "Concluded": {failed.arn: 1}}


def test_what_is_completed_runs_again_only_by_force(harness: Harness) -> None:
    key = harness.upload(jpeg())
    event = harness.run_of(key).input
    assert_skipped(harness.closed(harness.start({**event, "rerun": {}})), "DuplicateUploadError")
    forced = harness.closed(harness.start({**event, "rerun": {"force": True}}))
    assert forced.states[-1] == "NotifyResult"
    assert harness.record(key)["ExecutionArn"] == forced.arn


def test_what_darkroom_writes_starts_nothing(harness: Harness) -> None:
    key = harness.upload(jpeg())
    harness.run_of(key)
    sentinel = harness.upload(jpeg())
    harness.run_of(sentinel)
    assert harness.executions_for(f"enhanced/{key}") == []


def test_a_folder_marker_and_a_result_are_no_uploads(harness: Harness) -> None:
    folder = harness.upload(b"", harness.new_key("folder/"))
    assert_skipped(harness.run_of(folder), "NotAnUploadError")
    event = harness.run_of(folder).input
    event["detail"]["object"]["key"] = "enhanced/a.jpg"
    assert_skipped(harness.closed(harness.start(event)), "NotAnUploadError")
    assert harness.record(folder) == {}


def test_an_input_that_is_no_event_says_what_is_missing(harness: Harness) -> None:
    run = harness.closed(harness.start({"hello": "harness"}))
    assert_skipped(run, "NotAnUploadError")
    assert "detail.object" in run.output["skipped"]["Cause"] or "detail" in run.output["skipped"]["Cause"]
