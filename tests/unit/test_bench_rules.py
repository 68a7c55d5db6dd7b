"""`make bench-rules`: a broken rule is found and named."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from functions.enhance.analysis.scene import survey
from functions.enhance.edit.edit_plan import EditPlan
from tests.unit.enhance_scenes import levels_of, surfaces

needs_bench = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("cv2", "skimage"))), reason="make bench-rules installs the group bench"
)


def shifted(levels: np.ndarray, by: int) -> np.ndarray:
    return np.asarray((levels.astype(int) + by).clip(0, 255), np.uint8)


@needs_bench
def test_a_broken_rule_is_found_and_a_kept_one_is_not() -> None:
    from tools.benchmark.violations import RULES as SEEN_RULES  # noqa: PLC0415

    white = levels_of(0.6 * surfaces())
    white[:60] = 255
    dark = levels_of(0.14 * surfaces())
    dark[::40, ::40] = 255
    wrong = {"white falls below 250": (white, -8), "low key is brightened by more than 0.5 stops": (dark, 30)}
    for rule, (before, by) in wrong.items():
        edit_plan = EditPlan.of(survey(before), 256)
        broken = [
            [name for name, check in SEEN_RULES.items() if check(edit_plan, before, shifted(before, to))]
            for to in (0, by)
        ]
        assert broken == [[], [rule]]


@needs_bench
def test_the_report_counts_and_names_what_breaks_a_rule(tmp_path: Path) -> None:
    from tools.benchmark.violations import Finding, find_violations, report  # noqa: PLC0415

    Image.fromarray(levels_of(surfaces(64, 48))).save(tmp_path / "made.png")
    found = find_violations(tmp_path / "made.png")
    assert (found.name, found.kind) == ("made", "photo")
    moved = Finding("moved", "photo", 7.0, 2.5, ("moved by more than dE 6",))
    told = report("folder", [found, moved])
    assert told.startswith("folder: 2 photos (2 photo), moved by dE ")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in told.splitlines() if "|" in line]
    assert ["moved by more than dE 6", "1", "moved"] in rows
