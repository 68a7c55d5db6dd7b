"""Each function: what importing it may do, and that its settings and its function.json agree."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from functions.shared.errors import ConfigurationError
from functions.shared.settings import EnvironmentSettings, load
from tests.definitions import FUNCTIONS, ROOT, function_json

SET_BY_POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "LOG_LEVEL"}
MODULES = sorted(path.relative_to(ROOT) for path in (ROOT / "functions").rglob("*.py"))


def module_name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


IMPORT_IN_ISOLATION = """
import socket, sys
def refuse(*arguments, **options): raise AssertionError("an import touched the network")
socket.socket.connect = socket.getaddrinfo = refuse
for name in sys.argv[1:]: __import__(name)
print("PIL" in sys.modules)
"""


def import_in_isolation(*modules: str) -> str:
    command = [sys.executable, "-c", IMPORT_IN_ISOLATION, *modules]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, cwd="/", check=True, capture_output=True, text=True).stdout.strip()


def test_importing_needs_no_environment_and_no_network() -> None:
    import_in_isolation(*map(module_name, MODULES))


@pytest.mark.parametrize("function", ["record", "notify"])
def test_record_and_notify_import_without_pillow(function: str) -> None:
    assert import_in_isolation(f"functions.{function}.handler") == "False"


def settings_of(function: str) -> type[EnvironmentSettings]:
    model: type[EnvironmentSettings] = importlib.import_module(f"functions.{function}.settings").Settings
    return model


@pytest.mark.parametrize("function", FUNCTIONS)
def test_settings_are_the_environment_of_function_json(function: str) -> None:
    declared = {name.upper() for name in settings_of(function).model_fields}
    assert declared == function_json(function)["environment"].keys() - SET_BY_POWERTOOLS


@pytest.mark.parametrize("function", FUNCTIONS)
def test_all_problems_of_the_settings_are_reported_at_once(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name.upper() for name in settings_of(function).model_fields]
    for name in names:
        monkeypatch.setenv(name, "")
    with pytest.raises(ConfigurationError) as error:
        load(settings_of(function))
    assert all(name in str(error.value) for name in names)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_defaults_of_function_json_are_valid_settings(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    filled = {
        "${table_name}": "images",
        "${topic_arn}": "arn:aws:sns:eu-west-1:1:t",
        "${enhanced_bucket_name}": "photos",
    }
    for name, value in function_json(function)["environment"].items():
        monkeypatch.setenv(name, filled.get(value, value))
    load(settings_of(function))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_handler_of_function_json_exists(function: str) -> None:
    module, _, name = function_json(function)["handler"].rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))
    assert module == f"functions.{function}.handler"
