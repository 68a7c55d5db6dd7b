"""`make bench-rules`: values are measured on other photos than they were chosen on, and every value takes effect."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from functions.enhance.analysis import adjustment
from functions.enhance.analysis.scene import survey
from functions.enhance.edit.edit_plan import EditPlan
from tests.unit.enhance_scenes import levels_of, surfaces
from tools.benchmark.cross_validation import SHIPPED, Member, Trials, Values, best, held_out

needs_bench = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("cv2", "skimage"))), reason="make bench-rules installs the group bench"
)
ONE, OTHER = {"SHARE": 0.0}, {"SHARE": 1.0}
RULES = {"a rule": (ONE, OTHER)}


def trials(members: list[Member], one: list[float], other: list[float]) -> Trials:
    return Trials(members, lambda values: one if values == ONE else other)


def test_a_photo_is_measured_under_values_chosen_without_it() -> None:
    members = [Member("cast", origin) for origin in ("a", "b", "a", "b")]
    # Each value is perfect for the photos of one origin and ruins those of the other.
    assert held_out(trials(members, [0, 9, 0, 9], [9, 0, 9, 0]), RULES) == [9, 9, 9, 9]


def test_each_set_counts_relative_to_its_goal() -> None:
    # 4 of a goal of 13, against 2 of a goal of 2.5.
    found = trials([Member("lol", "a"), Member("good", "b")], [4, 0], [0, 2])
    assert best(found, RULES, range(2)) == ONE


def test_each_value_is_measured_once() -> None:
    asked: list[Values] = []

    def measure(values: Values) -> list[float]:
        asked.append(values)
        return [1.0, 2.0]

    held_out(Trials([Member("cast", "a"), Member("cast", "b")], measure), RULES)
    assert sorted(asked, key=str) == [ONE, OTHER]


@needs_bench
def test_each_rule_is_tried_as_shipped_and_switched_off() -> None:
    from tools.benchmark.rule_values import RULES as SHIPPED_RULES  # noqa: PLC0415

    for values in SHIPPED_RULES.values():
        assert values.count(SHIPPED) == 1
        assert values[0] != SHIPPED
        for constant, value in (item for some in values for item in some.items()):
            assert getattr(adjustment, constant) != value


@needs_bench
def test_the_tried_values_take_effect() -> None:
    from tools.benchmark.rule_values import WITHOUT_ANY  # noqa: PLC0415
    from tools.benchmark.rules import Case, _difference  # noqa: PLC0415

    right = levels_of(surfaces())
    warm = np.asarray(right * np.array([1, 0.8, 0.5]), np.uint8)
    found = Case("cast", "a", survey(warm), warm, right)
    shipped, bare, again = (_difference(found, values) for values in (SHIPPED, WITHOUT_ANY, SHIPPED))
    assert shipped == again != bare


@needs_bench
def test_copies_of_one_photo_have_one_origin(tmp_path: Path) -> None:
    from tools.benchmark.photosets import Photo  # noqa: PLC0415
    from tools.benchmark.rules import _case  # noqa: PLC0415

    def origin(set_name: str, name: str) -> str:
        Image.fromarray(levels_of(surfaces(64, 48))).save(tmp_path / name)
        return _case(Photo(set_name, tmp_path / name, None)).origin

    assert origin("cast", "a-shade.png") == origin("exposure", "a-ev+0.8.png") != origin("cast", "b-shade.png")
    # This set is one scene under many lights.
    assert origin("white-balance", "a.png") == origin("white-balance", "b.png")


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
