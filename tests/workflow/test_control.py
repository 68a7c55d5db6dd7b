"""Control without code: what an upload's metadata and the function's settings ask for is what is done."""

import pytest

from tests.photos import encoded, jpeg, opened, scene
from tests.unit.pages import lit, printed
from tests.workflow.test_failure import assert_failed_alike
from verification.harness.harness import Harness


def test_a_strength_of_zero_and_the_preset_none_keep_the_very_pixels(harness: Harness) -> None:
    original = encoded(scene(), "PNG")
    for metadata in ({"strength": "0"}, {"preset": "none"}):
        key = harness.upload(original, harness.new_key("a.png"), **metadata)
        assert harness.run_of(key).status == "SUCCEEDED"
        assert opened(harness.object(f"enhanced/{key}")[0]).tobytes() == opened(original).tobytes()


def test_a_page_that_is_called_a_document_comes_out_on_white_paper(harness: Harness) -> None:
    key = harness.upload(encoded(lit(printed()), "JPEG", quality=90), preset="document")
    assert harness.run_of(key).status == "SUCCEEDED"
    page = opened(harness.object(f"enhanced/{key}")[0])
    assert page.getpixel((450, 40)) == page.getpixel((850, 900)) == (255, 255, 255)
    assert harness.messages(key)[0]["photo"]["done"].startswith("The paper made even and white")


def test_what_was_asked_for_is_in_the_record_and_the_message(harness: Harness) -> None:
    key = harness.upload(jpeg(), preset="photo", strength="50")
    run = harness.run_of(key)
    assert (run.output["image"]["preset"], run.output["image"]["strength"]) == ("photo", 50)
    enhancement = harness.record(key)["Enhancement"]
    assert (enhancement["preset"], enhancement["strength_percent"]) == ("photo", 50)
    [message] = harness.messages(key)
    assert message["photo"]["done"] == enhancement["summary"]
    assert message["photo"]["done"].endswith("; of all this, 50% was carried out.")


@pytest.mark.parametrize("metadata", [{"preset": "foto"}, {"strength": "200"}])
def test_bad_metadata_fails_and_says_what_is_allowed(harness: Harness, metadata: dict[str, str]) -> None:
    key = harness.upload(jpeg(), **metadata)
    run = harness.run_of(key)
    assert_failed_alike(harness, key, run, "ValidateImage", "InvalidMetadataError")
    assert run.attempts["ValidateImage"] == 1
    assert next(iter(metadata.values())) in harness.record(key)["ErrorMessage"]
    assert not harness.exists(f"enhanced/{key}")


def test_fixed_metadata_goes_through_under_the_same_key(harness: Harness) -> None:
    key = harness.upload(jpeg(), preset="foto")
    harness.run_of(key)
    harness.upload(jpeg(), key, preset="photo")
    assert harness.run_of(key, 2).status == "SUCCEEDED"
    assert harness.record(key)["Status"] == "COMPLETED"
    assert "ErrorType" not in harness.record(key)


def test_settings_hold_where_the_upload_asks_for_nothing(harness: Harness) -> None:
    with harness.settings("enhance", PRESET="none"):
        silent, asking = harness.upload(jpeg()), harness.upload(jpeg(), preset="auto")
        for key in (silent, asking):
            harness.run_of(key)
    assert harness.record(silent)["Enhancement"]["preset"] == "none"
    assert harness.record(asking)["Enhancement"]["preset"] == "auto"


def test_a_bad_setting_is_a_configuration_error_that_names_it(harness: Harness) -> None:
    with harness.settings("enhance", PRESET="foto", STRENGTH="strong"):
        key = harness.upload(jpeg())
        run = harness.run_of(key)
    assert_failed_alike(harness, key, run, "EnhanceImage", "ConfigurationError")
    assert all(name in harness.record(key)["ErrorMessage"] for name in ("PRESET", "STRENGTH"))
