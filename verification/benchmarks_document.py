"""docs/benchmarks.md: each measuring command writes a section of it, as Markdown that reads well in a terminal too."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from darkroom.packaging.repository import ROOT

DOCUMENT = ROOT / "docs" / "benchmarks.md"
TITLE = "# Benchmarks\n\nEach section is written by the command that it names; do not edit.\n"
SECTIONS = (
    "Quality", "Quality by role", "Rules", "Speed", "Sizes", "Load", "Memory", "Backfill", "Throttling", "Cold starts"
)  # fmt: skip


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table with aligned columns."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [header, ["-" * width for width in widths], *rows]
    return "\n".join(f"| {' | '.join(map(str.ljust, line, widths))} |" for line in lines)


def circumstances(*packages: str) -> str:
    """Return when, on what kind of machine and with which versions something was measured."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    machine = f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores"
    return f"{datetime.now(UTC):%Y-%m-%d}; Python {platform.python_version()}, {versions}; {machine}."


def write_section(path: Path, name: str, text: str) -> None:
    """Put a section into the document in place of its last version; other sections stay."""
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = re.split(r"^## (.+)\n", known, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True)) | {name: f"\n{text.strip()}\n"}
    body = "\n".join(f"## {section}\n{sections[section].rstrip()}\n" for section in SECTIONS if section in sections)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{TITLE}\n{body}", encoding="utf-8")
