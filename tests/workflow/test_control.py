"""Control without code: what an upload's metadata and the function's settings ask for is what is done."""

import pytest

from tests.photos import encoded, jpeg, opened, scene
from tests.unit.pages import lit, printed
from tests.workflow.test_failure import assert_failed_alike
from tests.workflow.world import World


def test_a_strength_of_zero_and_the_preset_none_keep_the_very_pixels(world: World) -> None:
    original = encoded(scene(), "PNG")
    for metadata in ({"strength": "0"}, {"preset": "none"}):
        key = world.upload(original, world.new_key("a.png"), **metadata)
        assert world.run_of(key).status == "SUCCEEDED"
        assert opened(world.object(f"enhanced/{key}")[0]).tobytes() == opened(original).tobytes()


def test_a_page_that_is_called_a_document_comes_out_on_white_paper(world: World) -> None:
    key = world.upload(encoded(lit(printed()), "JPEG", quality=90), preset="document")
    assert world.run_of(key).status == "SUCCEEDED"
    page = opened(world.object(f"enhanced/{key}")[0])
    assert page.getpixel((450, 40)) == page.getpixel((850, 900)) == (255, 255, 255)
    assert world.messages(key)[0]["photo"]["done"].startswith("Evened the paper out to white")


def test_what_was_asked_for_is_in_the_record_and_told_in_the_message(world: World) -> None:
    key = world.upload(jpeg(), preset="photo", strength="50")
    run = world.run_of(key)
    assert (run.output["image"]["preset"], run.output["image"]["strength"]) == ("photo", 50)
    enhancement = world.record(key)["Enhancement"]
    assert (enhancement["preset"], enhancement["strength_percent"]) == ("photo", 50)
    [message] = world.messages(key)
    assert message["photo"]["done"] == enhancement["summary"]
    assert message["photo"]["done"].endswith("; of all this, 50% was carried out.")


@pytest.mark.parametrize("metadata", [{"preset": "foto"}, {"strength": "200"}])
def test_bad_metadata_fails_with_what_is_allowed_and_touches_nothing(world: World, metadata: dict[str, str]) -> None:
    key = world.upload(jpeg(), **metadata)
    run = world.run_of(key)
    assert_failed_alike(world, key, run, "ValidateImage", "InvalidMetadataError")
    assert run.attempts["ValidateImage"] == 1
    assert next(iter(metadata.values())) in world.record(key)["ErrorMessage"]
    assert not world.exists(f"enhanced/{key}")


def test_mended_metadata_goes_through_under_the_same_key(world: World) -> None:
    key = world.upload(jpeg(), preset="foto")
    world.run_of(key)
    world.upload(jpeg(), key, preset="photo")
    assert world.run_of(key, 2).status == "SUCCEEDED"
    assert world.record(key)["Status"] == "COMPLETED"
    assert "ErrorType" not in world.record(key)


def test_settings_hold_where_the_upload_asks_for_nothing(world: World) -> None:
    with world.settings("enhance", PRESET="none"):
        quiet, asking = world.upload(jpeg()), world.upload(jpeg(), preset="auto")
        for key in (quiet, asking):
            world.run_of(key)
    assert world.record(quiet)["Enhancement"]["preset"] == "none"
    assert world.record(asking)["Enhancement"]["preset"] == "auto"


def test_a_bad_setting_is_a_configuration_error_that_names_it(world: World) -> None:
    with world.settings("enhance", PRESET="foto", STRENGTH="strong"):
        key = world.upload(jpeg())
        run = world.run_of(key)
    assert_failed_alike(world, key, run, "EnhanceImage", "ConfigurationError")
    assert all(name in world.record(key)["ErrorMessage"] for name in ("PRESET", "STRENGTH"))
