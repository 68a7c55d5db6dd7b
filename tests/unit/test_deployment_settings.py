"""deploy.sh takes the variables that Terraform takes, with the same defaults, and refuses what Terraform refuses."""

import json
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any

import hcl2
import pytest

from darkroom.deployment.settings import REMOVED, RULES, Settings, SettingsError, load
from tests.definitions import ROOT

NAMES = [item.name for item in fields(Settings)]
GOOD: dict[str, Any] = {"region": "eu-central-1", "project_name": "gallery", "raw_bucket_name": "gallery-uploads"}


def plain(value: Any) -> Any:
    """Return what HCL's parser gives, without its quotes and marks."""
    if isinstance(value, dict):
        return {plain(key): plain(part) for key, part in value.items() if key != "__is_block__"}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.strip('"') if isinstance(value, str) else value


def parsed(path: str) -> Any:
    with (ROOT / path).open() as file:
        return plain(hcl2.load(file))


# Read in the test run, not while tests are collected, which each worker does: the parser takes a second for a file.
@cache
def variables(path: str = "terraform/variables.tf") -> dict[str, Any]:
    return {name: body for block in parsed(path)["variable"] for name, body in block.items()}


@cache
def bad_values() -> list[tuple[str, Any]]:
    runs = parsed("tests/deployment/plans/validations.tftest.hcl")["run"]
    bodies = [body for block in runs for body in block.values()]
    return [(name, value) for body in bodies for name, value in body["variables"][0].items()]


def written(folder: Path, **settings: Any) -> Path:
    path = folder / "settings.json"
    path.write_text(json.dumps(GOOD | settings))
    return path


def test_the_settings_are_the_variables_in_their_order() -> None:
    assert list(variables()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_has_the_variables_default(name: str) -> None:
    item = next(item for item in fields(Settings) if item.name == name)
    if "default" not in variables()[name]:
        assert item.default is item.default_factory is MISSING
    elif item.default_factory is not MISSING:
        assert item.default_factory() == variables()[name]["default"]
    else:
        assert item.default == variables()[name]["default"]


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_is_described_and_says_the_same_when_it_is_wrong(name: str) -> None:
    assert variables()[name]["description"]
    said = [rule["error_message"] for rule in variables()[name].get("validation", [])]
    assert said == ([f"{name} {RULES[name][1]}"] if name in RULES else [])


def test_a_removed_setting_is_refused_by_both_in_the_same_words(tmp_path: Path) -> None:
    said = {name: body["validation"][0]["error_message"] for name, body in variables("terraform/removed.tf").items()}
    assert said == {name: f"{name} {message}" for name, message in REMOVED.items()}
    for name, message in said.items():
        with pytest.raises(SettingsError) as refused:
            load(written(tmp_path, **{name: "x86_64"}))
        assert str(refused.value).splitlines()[1:] == [f"  {message}"]
        assert load(written(tmp_path, **{name: None})) == load(written(tmp_path))


def test_every_validation_is_tried() -> None:
    assert {name for name, _ in bad_values()} == RULES.keys() | REMOVED.keys()


def test_what_terraform_refuses_is_refused(subtests: pytest.Subtests, tmp_path: Path) -> None:
    for name, value in bad_values():
        with subtests.test(name=name, value=value), pytest.raises(SettingsError, match=name):
            load(written(tmp_path, **{name: value}))


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        load(written(tmp_path, region=None, project_name=7, strenght=50, tags=[]))
    message = str(refused.value)
    assert "settings.json" in message
    assert all(name in message for name in ("region is missing", "project_name must", "strenght is no setting", "tags"))


def test_the_example_is_good() -> None:
    assert load(ROOT / "deploy" / "settings.example.json").region


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_file_that_is_no_object_is_named(content: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content)
    with pytest.raises(SettingsError, match=r"settings\.json"):
        load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.json"):
        load(tmp_path / "none.json")
