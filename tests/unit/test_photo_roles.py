"""What a photo is for: every photo has one role, by its name; faults are of known kinds, and intervals hold."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from functions.enhance.srgb import to_linear
from tests.photos import scene
from tools.benchmark.bootstrap import Interval, Value, interval, weighted_interval
from tools.benchmark.made_faults import CASTS_PER_PHOTO, EXPOSURES_PER_PHOTO, LAMPS, STOPS, STRENGTHS, faults_of
from tools.benchmark.role_cases import Case, find_cases
from tools.benchmark.roles_table import BASE, Measured, kinds_table, roles_table, shown_difference
from tools.benchmark.scores import DARKROOM, DELTA_E, NEARER, UNCHANGED, Figures
from tools.benchmark.versions import VersionError, enhanced_by
from tools.photo_roles import CHOSEN_ON_BEFORE, DIVIDED, Role, role_of

NUMBERS = [Path(f"fit/finished/cid-{number}.jpg") for number in range(600)]


def test_the_photos_of_a_divided_folder_have_all_roles() -> None:
    shares = {role: sum(role_of(path) is role for path in NUMBERS) / len(NUMBERS) for role in Role}
    assert shares == pytest.approx({Role.FITTED: 4 / 6, Role.CHOSEN_ON: 1 / 6, Role.REPORTED: 1 / 6}, abs=0.05)


def test_a_role_depends_on_the_names_alone() -> None:
    assert role_of(Path("/elsewhere/finished/cid-7.png")) is role_of(Path("fit/finished/cid-7.jpg"))


def test_neighbouring_everyday_photos_have_one_role() -> None:
    tens = [{role_of(Path(f"everyday/clothes-{ten:03}{digit}.jpg")) for digit in range(10)} for ten in range(60)]
    assert {len(roles) for roles in tens} == {1}
    assert set.union(*tens) == set(Role)


def test_sets_that_were_chosen_on_are_never_only_reported() -> None:
    assert {role_of(Path(name, "input", "a.png")) for name in CHOSEN_ON_BEFORE} == {Role.CHOSEN_ON}
    assert not set(DIVIDED) & set(CHOSEN_ON_BEFORE)


def test_other_sets_are_only_reported() -> None:
    assert {role_of(Path(name, "target", "a.png")) for name in ("fivek2", "holiday")} == {Role.REPORTED}


def levels() -> np.ndarray:
    return np.asarray(scene(48, 32)) // 2 + 40


def test_all_kinds_of_faults_take_turns() -> None:
    kinds = [(fault.set_name, fault.kind) for number in range(10) for fault in faults_of(levels(), number)]
    counts = {kind: kinds.count(kind) for kind in kinds}
    assert len(counts) == len(LAMPS) * len(STRENGTHS) + len(STOPS)
    assert set(counts.values()) == {10 * CASTS_PER_PHOTO // 10, 10 * EXPOSURES_PER_PHOTO // 5}


def test_a_made_fault_is_what_its_kind_says() -> None:
    faults = {fault.kind: fault.levels for number in range(5) for fault in faults_of(levels(), number)}
    means = {kind: to_linear(made / 255).mean(axis=(0, 1)) for kind, made in faults.items()}
    right = to_linear(levels() / 255).mean(axis=(0, 1))
    assert np.log2(means["-1.0 stops"] / right) == pytest.approx(-1, abs=0.1)
    warmth = {kind: np.log2(mean[0] / mean[2]) for kind, mean in means.items()}
    assert warmth["tungsten, strong"] > warmth["tungsten, mild"] + 0.5 > warmth["shade, mild"] + 0.6
    assert np.log2(means["tungsten, strong"][0] / right[0]) < np.log2(1.45) + 0.2


def test_an_interval_holds_the_mean_and_narrows_with_more_photos() -> None:
    numbers = np.random.default_rng(3).normal(1, 1, 400)
    few, many = (
        interval([Value(f"a/{at}", number) for at, number in enumerate(numbers[:count])]) for count in (16, 400)
    )
    assert few.lowest < few.mean < few.highest
    assert few.highest - few.lowest == pytest.approx(2 * 1.96 * numbers[:16].std() / 4, rel=0.15)
    assert many.highest - many.lowest < 0.3 * (few.highest - few.lowest)
    assert many.excludes_zero


def test_versions_of_one_photo_are_no_more_evidence_than_the_photo() -> None:
    numbers = np.random.default_rng(4).normal(0, 1, 12)
    once = interval([Value(f"a/{at}", number) for at, number in enumerate(numbers)])
    often = interval([Value(f"a/{at}", number) for at, number in enumerate(numbers) for _ in range(9)])
    assert once == pytest.approx(often)


def test_each_folder_of_photos_keeps_its_share() -> None:
    # Drawn from all folders at once, the mean would depend on how many come of which.
    values = [Value(f"{folder}/{at}", number) for folder, number in (("a", 0.0), ("b", 9.0)) for at in range(5)]
    assert interval(values) == Interval(4.5, 4.5, 4.5)


def test_a_weighted_sum_adds_the_means() -> None:
    sets = {"one": [Value("a/1", 2.0), Value("a/2", 4.0)], "other": [Value("a/1", 10.0)]}
    assert weighted_interval(sets, {"one": 1.0, "other": 0.5}).mean == pytest.approx(8)


def test_only_what_excludes_zero_is_a_gain_or_a_loss() -> None:
    assert shown_difference(Interval(-0.5, -0.9, -0.1), DELTA_E) == "-0.50 [-0.90, -0.10] gain"
    assert shown_difference(Interval(0.5, 0.1, 0.9), DELTA_E).endswith("LOSS")
    assert shown_difference(Interval(5, 1, 9), NEARER) == "+5 [+1, +9] gain"
    assert shown_difference(Interval(0.5, -0.1, 0.9), DELTA_E) == "+0.50 [-0.10, +0.90]"


def measured(set_name: str, kind: str, ours: Sequence[float], before: float) -> list[Measured]:
    path = Path("a")
    return [
        Measured(
            Case(Role.REPORTED, set_name, kind, f"{set_name}/{at}", path, path),
            {
                DARKROOM: Figures(30, 0.9, value),
                BASE: Figures(29, 0.9, before),
                UNCHANGED: Figures(20, 0.8, 9.0),
                "good peer": Figures(28, 0.8, 5.0),
                "bad peer": Figures(9, 0.1, 20.0),
            },
        )
        for at, value in enumerate(ours)
    ]


def cells(text: str, *starts: str) -> list[str]:
    lines = ([cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines())
    return next(line for line in lines if line[: len(starts)] == list(starts))


def test_a_row_compares_with_the_version_before_and_the_best_peer() -> None:
    text = roles_table(measured("fivek", "", [4, 6], 7.0), Role.REPORTED)
    row = cells(text, "fivek (2)", DELTA_E)
    assert row[2:] == ["5.00", "7.00", "-2.00 [-3.00, -1.00] gain", "5.00 (good peer)", "+0.00 [-1.00, +1.00]"]
    assert cells(text, "fivek (2)", NEARER)[2:4] == ["100", "100"]
    assert cells(text, "all sets (2)")[2:5] == ["0.71", "1.00", "-0.29 [-0.43, -0.14] gain"]


def test_what_must_stay_is_counted_as_left_alone_and_by_its_worst() -> None:
    text = roles_table(measured("finished", "", [0.2, 0.4, 3.0], 1.5), Role.REPORTED)
    assert cells(text, "finished (3)", "left alone, %")[2:4] == ["67", "0"]
    assert cells(text, "finished (3)", "worst dE")[2:4] == ["3.00", "1.50"]


def test_kinds_have_rows_of_their_own() -> None:
    both = measured("cast", "shade, mild", [1], 2.0) + measured("cast", "shade, strong", [3], 2.0)
    text = kinds_table(both, Role.REPORTED)
    assert cells(text, "cast: shade, mild (1)", DELTA_E)[2] == "1.00"
    assert cells(text, "cast: shade, strong (1)", DELTA_E)[2] == "3.00"


def test_cases_are_those_of_the_roles_that_were_asked_for(tmp_path: Path) -> None:
    photos, more = tmp_path / "photos", tmp_path / "fit"
    names = ["photos/fivek/input/a.png", "photos/fivek/target/a.png", "photos/fivek2/input/b.png"]
    names += ["photos/fivek2/target/b.png", *(f"fit/finished/cid-{number}.jpg" for number in range(12))]
    names += [f"fit/everyday/clothes-{number:03}0.jpg" for number in range(12)]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        scene(16, 16).save(tmp_path / name)
    cases = {role: find_cases(photos, more, tmp_path / "made", [role]) for role in Role}
    assert {case.source.stem for case in cases[Role.CHOSEN_ON] if case.set_name == "fivek"} == {"a"}
    assert {case.source.stem for case in cases[Role.REPORTED] if case.set_name == "fivek"} == {"b"}
    for role, found in cases.items():
        assert {case.role for case in found} == {role}
        assert {"cast", "exposure", "finished", "everyday"} <= {case.set_name for case in found}
    origins = [{case.origin for case in found} for found in cases.values()]
    assert sum(map(len, origins)) == len(set.union(*origins))
    made = next(case for case in cases[Role.REPORTED] if case.set_name == "cast")
    with Image.open(made.source) as source, Image.open(made.target) as target:
        assert source.size == target.size == (8, 8)


OLDER_CODE = """
from types import SimpleNamespace
def enhance_photo(file, max_pixels, max_frames):
    return SimpleNamespace(body=open({grey!r}, "rb").read())
"""


def test_an_older_checkout_enhances_with_its_own_code(tmp_path: Path) -> None:
    grey, source, older = tmp_path / "grey.png", tmp_path / "a.png", tmp_path / "older"
    Image.new("RGB", (3, 2), "grey").save(grey)
    scene(16, 16).save(source)
    code = older / "functions" / "enhance" / "enhance_photo.py"
    code.parent.mkdir(parents=True)
    for package in (code.parent, code.parent.parent):
        (package / "__init__.py").touch()
    code.write_text(OLDER_CODE.format(grey=str(grey)))
    (made,) = enhanced_by(older, [source], tmp_path / "made")
    with Image.open(made) as picture:
        assert picture.size == (3, 2)
    code.write_text("raise ImportError('no numpy')")
    with pytest.raises(VersionError, match=r"older cannot enhance photos: .*no numpy"):
        enhanced_by(older, [source], tmp_path / "made")
