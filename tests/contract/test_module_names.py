"""A module's name says which one is meant: no two share a file name, but for the standard ones of their package."""

from collections import Counter

from tests.definitions import ROOT

STANDARD = {"__init__.py", "__main__.py", "conftest.py", "handler.py", "settings.py"}
PACKAGES = ("darkroom", "functions", "verification", "tools")


def test_no_two_modules_share_a_file_name() -> None:
    names = Counter(path.name for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    assert names["handler.py"] >= 4
    assert {name for name, count in names.items() if count > 1} <= STANDARD
