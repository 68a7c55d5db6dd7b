"""docs/guarantees.md names tests and commands that exist, and quotes invariants as they are."""

import re

import pytest

from tests.definitions import ROOT

TEXT = (ROOT / "docs" / "guarantees.md").read_text()
FILES = sorted(set(re.findall(r"`(?:[\w/.]*/)?((?:test_)?\w+\.(?:py|json))`", TEXT)))
TARGETS = sorted(set(re.findall(r"`make ([a-z-]+)", TEXT)))


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_it_names_exists(name: str) -> None:
    assert any(
        path.name == name for folder in ("tests", "verification", "functions") for path in (ROOT / folder).rglob(name)
    )


@pytest.mark.parametrize("target", TARGETS)
def test_a_command_that_it_names_exists(target: str) -> None:
    assert re.search(rf"^{target}: ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_it_names_some() -> None:
    assert len(FILES) > 10
    assert len(TARGETS) > 5


@pytest.mark.parametrize("sentence", ["the record is left", "the original was touched", "messages say"], ids=str)
def test_a_violation_that_it_quotes_is_one_of_the_invariants(sentence: str) -> None:
    assert sentence.removeprefix("the ") in TEXT
    modules = [ROOT / "verification" / f"{name}.py" for name in ("invariants", "announcements", "record_history")]
    assert any(sentence in module.read_text() for module in modules)
