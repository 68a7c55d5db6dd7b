"""The result of pip-audit becomes one sentence, and every package is installed by hash."""

import json
import re
import tomllib
from collections.abc import Mapping

import pytest

from darkroom.command_errors import CommandError
from tests.definitions import ROOT
from tools.audit import VulnerableError, audit_result

FLAW = {"id": "PYSEC-2026-1", "fix_versions": ["13.0.1"], "aliases": [], "description": ""}


def answer(*flaws: Mapping[str, object]) -> str:
    return json.dumps({"dependencies": [{"name": "pillow", "version": "13.0.0", "vulns": list(flaws)}], "fixes": []})


def test_no_vulnerability_is_reported_as_such() -> None:
    assert audit_result(answer(), "") == "1 packages, no known vulnerability."


def test_a_vulnerability_is_named_with_the_version_that_fixes_it() -> None:
    with pytest.raises(VulnerableError, match=r"pillow 13\.0\.0: PYSEC-2026-1 \(fixed in 13\.0\.1\)"):
        audit_result(answer(FLAW), "Found 1 known vulnerability in 1 package")


def test_an_unreachable_database_is_no_failure() -> None:
    assert audit_result("", "Traceback\nrequests.exceptions.ConnectionError: no route\n").startswith("Not audited: ")


def test_packages_unknown_to_the_database_are_not_audited() -> None:
    skipped = {"name": "pillow", "skip_reason": "Dependency not found on PyPI"}
    fine = {"name": "boto3", "version": "1", "vulns": []}
    assert audit_result(json.dumps({"dependencies": [skipped]}), "").startswith(
        "Not audited: the database knows none of 1"
    )
    assert audit_result(json.dumps({"dependencies": [skipped, fine]}), "").endswith("; 1 packages are unknown to it.")


def test_any_other_output_is_a_failure() -> None:
    with pytest.raises(CommandError, match="No module named pip_audit"):
        audit_result("", "/usr/bin/python: No module named pip_audit")


def test_every_locked_package_has_hashes() -> None:
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    foreign = [package for package in packages if "registry" in package["source"]]
    assert len(foreign) > 50
    for package in foreign:
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert files, package["name"]
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", file["hash"]) for file in files), package["name"]
    assert [p["name"] for p in packages if "registry" not in p["source"]] == ["darkroom"]


def test_the_zips_dependencies_are_installed_by_hash() -> None:
    assert "--require-hashes" in (ROOT / "darkroom" / "packaging" / "dependencies.py").read_text()
