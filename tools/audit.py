"""`make audit`: checks every locked dependency, of the functions and of the tools, for known vulnerabilities."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from uv import find_uv_bin

from darkroom.command_errors import CommandError
from darkroom.command_line import run
from darkroom.packaging.repository import ROOT

if TYPE_CHECKING:
    from rich.console import Console

# What pip-audit prints when it cannot reach its database.
UNREACHABLE = ("ConnectionError", "ServiceError", "Max retries", "HTTPError", "Failed to establish", "Name or service")


class VulnerableError(CommandError):
    """A dependency has a known vulnerability; the message names each and the versions that fix it."""


def audit(_options: argparse.Namespace, console: Console) -> None:
    """Audit every package of the lock file by name, version and hash. Raises VulnerableError.

    If the database cannot be reached, it prints that nothing was audited and why.
    """
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(_exported())
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements)]
        options = ["--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    console.print(escape(audit_result(done.stdout, done.stderr)), highlight=False)


def audit_result(output: str, errors: str) -> str:
    """Return one sentence on what pip-audit found. Raises VulnerableError, and CommandError if pip-audit failed."""
    try:
        packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError) as error:
        if any(word in errors for word in UNREACHABLE):
            return f"Not audited: the database of vulnerabilities cannot be reached: {_last_line(errors)}"
        raise CommandError(f"pip-audit failed: {_last_line(errors)}") from error
    found = [_description(package, flaw) for package in packages for flaw in package.get("vulns", [])]
    if found:
        raise VulnerableError(f"{len(found)} known vulnerabilities: {'; '.join(found)}")
    skipped = [package["skip_reason"] for package in packages if "skip_reason" in package]
    if len(skipped) == len(packages):
        return f"Not audited: the database knows none of {len(packages)} packages: {skipped[:1]}"
    unknown = f"; {len(skipped)} packages are unknown to it" if skipped else ""
    return f"{len(packages) - len(skipped)} packages, no known vulnerability{unknown}."


def _exported() -> str:
    command = [find_uv_bin(), "export", "--frozen", "--all-groups", "--no-emit-project", "--quiet"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def _description(package: dict[str, Any], flaw: dict[str, Any]) -> str:
    fixed = ", ".join(flaw.get("fix_versions", [])) or "no version yet"
    return f"{package['name']} {package['version']}: {flaw['id']} (fixed in {fixed})"


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip()[:300] if lines else "it printed nothing"


if __name__ == "__main__":
    sys.exit(run(argparse.Namespace(), "audit", audit))
