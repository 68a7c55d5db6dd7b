"""A file that failed for good is tagged in its bucket, as far as the deployment wants it."""

from tests.photos import jpeg
from tests.workflow.world import World

FAILED = {"darkroom-status": "failed", "darkroom-error": "UnsupportedImageError"}


def tags(world: World, key: str) -> dict[str, str]:
    answer = world.aws.client("s3").get_object_tagging(Bucket=world.deployment.bucket, Key=key)
    return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}


def test_a_file_that_is_no_photo_is_tagged_and_untouched(world: World) -> None:
    key = world.upload(b"no photo")
    world.run_of(key)
    assert tags(world, key) == FAILED
    assert world.object(key)[0] == b"no photo"


def test_an_outage_is_no_reason_to_tag(world: World) -> None:
    with world.denied("enhance", "s3", "PutObject"):
        key = world.upload(jpeg())
        world.run_of(key)
    assert tags(world, key) == {}


def test_the_tags_go_when_it_comes_through_after_all(world: World) -> None:
    with world.setting("validate", MAX_PIXELS="100"):
        key = world.upload(jpeg())
        run = world.run_of(key)
        assert tags(world, key)["darkroom-error"] == "ImageTooLargeError"
    assert world.redrive(run).status == "SUCCEEDED"
    assert tags(world, key) == {}


def test_a_refused_tag_spoils_neither_record_nor_message(world: World) -> None:
    with world.denied("record", "s3", "GetObjectTagging"):
        key = world.upload(b"no photo")
        world.run_of(key)
    assert world.record(key)["Status"] == "FAILED"
    assert len(world.messages(key)) == 1
    assert any("tags could not be changed" in line for line in world.log_lines())


def test_it_can_be_switched_off(world: World) -> None:
    with world.setting("record", QUARANTINE_TAGS="false"):
        key = world.upload(b"no photo")
        world.run_of(key)
        assert tags(world, key) == {}
