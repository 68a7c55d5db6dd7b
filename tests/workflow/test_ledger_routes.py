"""Duplicates, reordered events, re-uploads and re-runs: the newest upload wins, once."""

import copy
from typing import Any

from tests.photos import jpeg
from tests.workflow.world import Run, World


def later(event: dict[str, Any], sequencer: int) -> dict[str, Any]:
    """Return the event with its sequencer moved by so much."""
    moved = copy.deepcopy(event)
    uploaded = moved["detail"]["object"]
    uploaded["sequencer"] = f"{int(uploaded['sequencer'], 16) + sequencer:x}"
    return moved


def assert_skipped(run: Run, error: str) -> None:
    assert run.status == "SUCCEEDED"
    assert run.states[-1] == "Skipped"
    assert run.output["skipped"]["Error"] == error


def test_a_duplicate_event_changes_nothing(world: World) -> None:
    key = world.upload(jpeg())
    first = world.run_of(key)
    record, copy_before = world.record(key), world.object(f"enhanced/{key}")[1]["ETag"]
    second = world.closed(world.start(first.input))
    assert_skipped(second, "DuplicateUploadError")
    assert second.states == ["ValidateImage", "Skipped"]
    assert world.record(key) == record
    assert world.object(f"enhanced/{key}")[1]["ETag"] == copy_before
    assert len(world.messages(key)) == 1


def test_an_event_of_an_older_upload_changes_nothing(world: World) -> None:
    key = world.upload(jpeg())
    first = world.run_of(key)
    record = world.record(key)
    assert_skipped(world.closed(world.start(later(first.input, -1))), "SupersededUploadError")
    assert world.record(key) == record
    assert len(world.messages(key)) == 1


def test_a_reupload_replaces_copy_and_record(world: World) -> None:
    key = world.upload(jpeg(seed=1))
    world.run_of(key)
    before, copy_before = world.record(key), world.object(f"enhanced/{key}")[0]
    world.upload(jpeg(seed=2, width=200, height=100), key)
    assert world.run_of(key, 2).status == "SUCCEEDED"
    after = world.record(key)
    assert after["Sequencer"] > before["Sequencer"]
    assert (after["Status"], after["Width"], after["Attempt"]) == ("COMPLETED", 200, 1)
    assert world.object(f"enhanced/{key}")[0] != copy_before
    assert len(world.messages(key)) == 2


def test_an_older_photo_never_replaces_a_newer_copy(world: World) -> None:
    key = world.upload(jpeg())
    first = world.run_of(key)
    world.upload(jpeg(seed=2), key)
    world.run_of(key, 2)
    newer, record = world.object(f"enhanced/{key}")[0], world.record(key)
    # The record forgets the newer upload, so that only the copy's own condition stands in the way.
    world.aws.client("dynamodb").delete_item(TableName=world.deployment.table, Key={"ImageId": {"S": key}})
    late = world.closed(world.start(first.input))
    assert_skipped(late, "SupersededUploadError")
    assert late.states == ["ValidateImage", "EnhanceImage", "Skipped"]
    assert world.object(f"enhanced/{key}")[0] == newer
    assert record["Status"] == "COMPLETED"


def test_a_newer_upload_in_the_middle_of_a_run_wins(world: World) -> None:
    key = world.new_key()
    with world.failing("enhance", "s3", "PutObject"):
        world.upload(b"will be replaced, and is no photo", key)
        world.run_of(key)
        world.upload(jpeg(), key)
        slow = world.run_of(key, 2)
    world.upload(jpeg(seed=3), key)
    newest = world.run_of(key, 3)
    late = world.redrive(slow)
    assert late.status == "FAILED"
    assert "nothing is left to do" in late.cause
    assert world.record(key)["ExecutionArn"] == newest.arn
    assert world.record(key)["Status"] == "COMPLETED"


def test_a_new_execution_takes_over_what_failed(world: World) -> None:
    with world.denied("enhance", "s3", "PutObject"):
        key = world.upload(jpeg())
        failed = world.run_of(key)
    again = world.closed(world.start(failed.input))
    assert again.status == "SUCCEEDED"
    record = world.record(key)
    assert (record["Status"], record["Attempt"], record["ExecutionArn"]) == ("COMPLETED", 2, again.arn)
    stale = world.redrive(failed)
    assert stale.status == "FAILED"
    assert world.record(key) == record


def test_what_is_completed_runs_again_only_by_force(world: World) -> None:
    key = world.upload(jpeg())
    event = world.run_of(key).input
    assert_skipped(world.closed(world.start({**event, "rerun": {}})), "DuplicateUploadError")
    forced = world.closed(world.start({**event, "rerun": {"force": True}}))
    assert forced.states[-1] == "NotifyResult"
    assert world.record(key)["ExecutionArn"] == forced.arn


def test_what_darkroom_writes_starts_nothing(world: World) -> None:
    key = world.upload(jpeg())
    world.run_of(key)
    sentinel = world.upload(jpeg())
    world.run_of(sentinel)
    assert world.executions_for(f"enhanced/{key}") == []


def test_a_folder_marker_and_a_result_are_no_uploads(world: World) -> None:
    folder = world.upload(b"", world.new_key("folder/"))
    assert_skipped(world.run_of(folder), "NotAnUploadError")
    event = world.run_of(folder).input
    event["detail"]["object"]["key"] = "enhanced/a.jpg"
    assert_skipped(world.closed(world.start(event)), "NotAnUploadError")
    assert world.record(folder) == {}


def test_an_input_that_is_no_event_says_what_is_missing(world: World) -> None:
    run = world.closed(world.start({"hello": "world"}))
    assert_skipped(run, "NotAnUploadError")
    assert "detail.object" in run.output["skipped"]["Cause"] or "detail" in run.output["skipped"]["Cause"]
