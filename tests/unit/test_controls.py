"""What an upload's metadata may ask for, and what follows."""

import pytest

from functions.enhance.edit.presets import Control
from functions.enhance.handler import control_of, settings
from functions.shared.controls import PRESETS, Asked, read_asked
from functions.shared.errors import ConfigurationError, InvalidMetadataError
from tests.definitions import function_json
from tests.unit.samples import IMAGE


@pytest.mark.parametrize(
    ("metadata", "asked"),
    [
        ({}, Asked()),
        ({"user-id": "ada"}, Asked()),
        ({"preset": "document"}, Asked("document")),
        ({"strength": "0"}, Asked(strength=0)),
        ({"preset": " Photo ", "strength": " 050"}, Asked("photo", 50)),
        ({"preset": "none", "strength": "100"}, Asked("none", 100)),
    ],
)
def test_metadata_is_read(metadata: dict[str, str], asked: Asked) -> None:
    assert read_asked(metadata) == asked


@pytest.mark.parametrize("preset", ["", "foto", "auto,photo", "\u0430uto"])
def test_a_preset_that_does_not_exist_is_named_with_all_that_do(preset: str) -> None:
    with pytest.raises(InvalidMetadataError) as error:
        read_asked({"preset": preset})
    assert f"x-amz-meta-preset is {preset!r}" in str(error.value)
    assert all(name in str(error.value) for name in PRESETS)
    assert "Upload the photo again" in str(error.value)


@pytest.mark.parametrize("strength", ["", "-1", "101", "50%", "0.5", "half", "\u0665\u0660", "1e2", "9" * 5000])
def test_a_strength_that_is_no_percentage_is_named(strength: str) -> None:
    with pytest.raises(
        InvalidMetadataError, match=r"x-amz-meta-strength is '.*', it can be a whole number from 0 to 100"
    ):
        read_asked({"strength": strength})


def test_both_faults_are_reported_at_once_and_kept_short() -> None:
    with pytest.raises(InvalidMetadataError, match=r"preset is 'x+…'.*strength is '9+…'") as error:
        read_asked({"preset": "x" * 2000, "strength": "9" * 2000})
    assert len(str(error.value)) < 400


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in function_json("enhance")["environment"].items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("functions.enhance.handler.settings", settings.__wrapped__)
    return monkeypatch


def test_what_the_upload_asks_for_goes_before_the_settings(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PRESET", "photo")
    environment.setenv("STRENGTH", "40")
    assert control_of(IMAGE) == Control("photo", 40)
    assert control_of(IMAGE.model_copy(update={"strength": 0})) == Control("photo", 0)
    assert control_of(IMAGE.model_copy(update={"preset": "none"})) == Control("none", 40)


def test_bad_settings_are_reported_all_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PRESET", "foto")
    environment.setenv("STRENGTH", "101")
    with pytest.raises(ConfigurationError, match=r"PRESET: .*'document'.*STRENGTH: .*100"):
        control_of(IMAGE)
