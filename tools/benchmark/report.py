"""The tables, as Markdown that reads well in a terminal too, and the document that keeps them."""

import math
import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from darkroom.packaging.repository import BUILD, ROOT
from tools.benchmark.goals import GOALS, goal_for
from tools.benchmark.scores import CLIPPED, DARKROOM, NEARER, SSIM, Estimate, Score, summary

FOLDER = BUILD / "bench"
DOCUMENT = ROOT / "docs" / "benchmarks.md"
TITLE = "# Benchmarks\n\nWritten by `make bench-quality`, `bench-rules`, `bench-speed` and `bench-load`; do not edit.\n"
SECTIONS = ("Quality", "Rules", "Speed", "Load")
DECIMALS = {SSIM: 3, CLIPPED: 2, NEARER: 0}


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table with aligned columns."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [header, ["-" * width for width in widths], *rows]
    return "\n".join(f"| {' | '.join(map(str.ljust, line, widths))} |" for line in lines)


def quality_table(scores: Sequence[Score]) -> str:
    """Return each figure of each set: the goal, what was reached, and what others reach on the same photos."""
    methods = [name for name in scores[0].outcomes if name != DARKROOM]
    header = ["set", "figure", "goal", DARKROOM, "reached?", *methods]
    sets = dict.fromkeys(score.set_name for score in scores)
    return table(header, [line for name in sets for line in _set_lines(name, scores, methods)])


def _set_lines(set_name: str, scores: Sequence[Score], methods: Sequence[str]) -> list[list[str]]:
    own = [score for score in scores if score.set_name == set_name]
    ours, others = summary(own, DARKROOM), {method: summary(own, method) for method in methods}
    return [
        [
            f"{set_name} ({len(own)})",
            figure,
            str(goal_for(set_name, figure) or ""),
            shown(estimate, figure),
            mark(set_name, figure, estimate.value),
            *(shown(others[method].get(figure), figure) for method in methods),
        ]
        for figure, estimate in ours.items()
    ]


def mark(set_name: str, figure: str, value: float) -> str:
    """Say whether the goal for a figure is reached; nothing where there is no goal."""
    goal = goal_for(set_name, figure)
    if goal is None:
        return ""
    return "yes" if goal.is_reached_by(value) else "NO"


def shown(estimate: Estimate | None, figure: str) -> str:
    """Return a figure with its standard error, as many decimals as tell."""
    if estimate is None:
        return ""
    decimals = DECIMALS.get(figure, 2)
    error = "" if math.isnan(estimate.standard_error) else f" ± {estimate.standard_error:.{decimals}f}"
    return f"{estimate.value:.{decimals}f}{error}"


def verdict(scores: Sequence[Score]) -> str:
    """Return how many of all the goals are reached, and which are not."""
    sets = dict.fromkeys(score.set_name for score in scores)
    reached = {name: summary([s for s in scores if s.set_name == name], DARKROOM) for name in sets}
    missed = [
        goal
        for goal in GOALS
        if goal.set_name not in reached or not goal.is_reached_by(reached[goal.set_name][goal.figure].value)
    ]
    names = "; ".join(f"{goal.set_name} {goal.figure}" for goal in missed)
    return f"{len(GOALS) - len(missed)} of {len(GOALS)} goals reached" + (f". Not reached: {names}." if missed else ".")


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
