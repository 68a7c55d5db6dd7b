"""A file that failed for good is tagged in its bucket, as far as the deployment wants it."""

from tests.photos import jpeg
from verification.harness.harness import Harness

FAILED = {"darkroom-status": "failed", "darkroom-error": "UnsupportedImageError"}


def tags(harness: Harness, key: str) -> dict[str, str]:
    answer = harness.aws.client("s3").get_object_tagging(Bucket=harness.deployment.bucket, Key=key)
    return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}


def test_a_file_that_is_no_photo_is_tagged_and_untouched(harness: Harness) -> None:
    key = harness.upload(b"no photo")
    harness.run_of(key)
    assert tags(harness, key) == FAILED
    assert harness.object(key)[0] == b"no photo"


def test_an_outage_is_no_reason_to_tag(harness: Harness) -> None:
    with harness.faults.deny("enhance", "s3", "PutObject"):
        key = harness.upload(jpeg())
        harness.run_of(key)
    assert tags(harness, key) == {}


def test_the_tags_go_when_it_comes_through_after_all(harness: Harness) -> None:
    with harness.settings("validate", MAX_PIXELS="100"):
        key = harness.upload(jpeg())
        run = harness.run_of(key)
        assert tags(harness, key)["darkroom-error"] == "ImageTooLargeError"
    assert harness.redriven(run).status == "SUCCEEDED"
    assert tags(harness, key) == {}


def test_a_refused_tag_spoils_neither_record_nor_message(harness: Harness) -> None:
    with harness.faults.deny("record", "s3", "GetObjectTagging"):
        key = harness.upload(b"no photo")
        harness.run_of(key)
    assert harness.record(key)["Status"] == "FAILED"
    assert len(harness.messages(key)) == 1
    assert any("tags could not be changed" in line for line in harness.log_lines())


def test_it_can_be_switched_off(harness: Harness) -> None:
    with harness.settings("record", QUARANTINE_TAGS="false"):
        key = harness.upload(b"no photo")
        harness.run_of(key)
        assert tags(harness, key) == {}
