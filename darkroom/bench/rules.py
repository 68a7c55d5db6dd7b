"""`make bench-rules`: what each rule of functions/enhance/extremes.py gains, and what it gains on photos unseen."""

import multiprocessing
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console

from darkroom.bench.goals import goal_for
from darkroom.bench.measures import colour_difference
from darkroom.bench.photosets import Photo, find_photos
from darkroom.bench.report import DOCUMENT, circumstances, shown, table, write_section
from darkroom.bench.scores import DELTA_E, UNCHANGED, mean
from darkroom.display import short_path
from functions.enhance import extremes
from functions.enhance.render import render
from functions.enhance.scene import Scene, survey
from functions.enhance.steps import decide

# Tones and colours are the same in a small copy, and judging each photo in some forty ways takes minutes.
SMALL_EDGE = 256
REPEATS = 10
# Photos of one scene: what was chosen on one of them was chosen on all.
ONE_SCENE = "white-balance"
NEVER = (1e9, 2e9)
ALWAYS = (-2.0, -1.0)

# Values for some constants of the module; none is as shipped.
Values = Mapping[str, Any]
SHIPPED: Values = {}
# The first of each takes the rule away.
RULES: dict[str, tuple[Values, ...]] = {
    "neutral highlights deny a cast": (
        {"NEUTRAL_STOPS": ALWAYS},
        SHIPPED,
        {"NEUTRAL_STOPS": (0.0, 0.2)},
        {"NEUTRAL_STOPS": (0.1, 0.2)},
    ),
    "coloured highlights add to it": (
        {"HIGHLIGHT_SHARE": 0.0},
        {"HIGHLIGHT_SHARE": 0.1},
        SHIPPED,
        {"HIGHLIGHT_SHARE": 0.3},
    ),
    "a full range is a right exposure": (
        {"CERTAIN_STOPS": ALWAYS},
        {"CERTAIN_STOPS": (0.4, 0.8)},
        SHIPPED,
        {"CERTAIN_STOPS": (1.0, 2.0)},
    ),
    "the stops to white are what lacks": ({"GAP_SHARE": 0.0}, {"GAP_SHARE": 0.5}, SHIPPED, {"GAP_SHARE": 1.0}),
    "a cliff at the top is overexposure": (
        {"CLIFF": NEVER},
        {"OVEREXPOSED_STOPS": 0.25},
        SHIPPED,
        {"OVEREXPOSED_STOPS": 0.45},
        {"BRIGHT": (0.2, 0.35)},
    ),
}
WITHOUT_ANY: Values = {name: value for values in RULES.values() for name, value in values[0].items()}
TEXT = """`make bench-rules`, {circumstances}

Mean dE (CIEDE2000) to the target, in `good` to the photo itself, ± its standard error; on copies of {edge} pixels,
neither sharpened nor denoised. The jury judges a thumbnail; the rules correct it by the brightest and darkest pixels.
Their constants were chosen by looking at these photos, so for the column before the last each of the {count} was chosen
anew, among three to five values, on half of the photos (all that come of one photo together), by the mean dE of each
set in parts of its goal, and measured on the other half; {repeats} such halvings.

{gains}

What each rule does, by what happens without it:

{rules}
"""


@dataclass(frozen=True)
class Case:
    """A photo as measured at its full size, with small copies of it and of its target: levels (rows, columns, 3)."""

    set_name: str
    origin: str
    scene: Scene
    small: NDArray[np.uint8]
    target: NDArray[np.uint8]


@dataclass(frozen=True)
class Trials:
    """The cases' colour differences under some values; what has been measured once is kept."""

    cases: Sequence[Case]
    pool: Any
    known: dict[str, list[float]]

    def of(self, values: Values) -> list[float]:
        """Return the mean CIEDE2000 of every case."""
        key = repr(sorted(values.items()))
        if key not in self.known:
            self.known[key] = self.pool.starmap(_difference, [(case, values) for case in self.cases], chunksize=4)
        return self.known[key]


def measure_rules(folder: Path, console: Console) -> None:
    """Measure the rules one by one and together, and write the document. Raises PhotosNotFoundError."""
    photos = [photo for photo in find_photos(folder) if photo.target]
    with multiprocessing.get_context("spawn").Pool() as pool:
        console.print(f"Measuring {len(photos)} photos, some five minutes ...")
        trials = Trials(pool.map(_case, photos), pool, {})
        text = TEXT.format(
            circumstances=circumstances("pillow", "numpy", "scikit-image", "opencv-python-headless"),
            edge=SMALL_EDGE,
            count=len(RULES),
            repeats=REPEATS,
            gains=_gains(trials),
            rules=_rules(trials),
        )
    write_section(DOCUMENT, "Rules", text)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    console.print(f"Written: {short_path(DOCUMENT)}")


def _case(photo: Photo) -> Case:
    source, target = (_rgb(path) for path in (photo.source, photo.target or photo.source))
    levels = np.asarray(source)
    origin = ONE_SCENE if photo.set_name == ONE_SCENE else photo.source.stem.partition("-")[0]
    small, aim = (np.array(_small(image.resize(target.size))) for image in (source, target))
    return Case(photo.set_name, origin, survey(levels), small, aim)


def _rgb(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def _small(image: Image.Image) -> Image.Image:
    return image.reduce(max(1, max(image.size) // SMALL_EDGE))


def _difference(case: Case, values: Values) -> float:
    with ExitStack() as stack:
        for name, value in values.items():
            stack.enter_context(patch.object(extremes, name, value))
        draft = replace(decide(case.scene, 256), denoising=0.0, sharpening=0.0)
    pixels = case.small.copy()
    render(pixels, draft)
    return colour_difference(Image.fromarray(pixels), Image.fromarray(case.target))


def _gains(trials: Trials) -> str:
    before = [colour_difference(*map(Image.fromarray, (case.small, case.target))) for case in trials.cases]
    columns = {
        UNCHANGED: before,
        "the jury alone": trials.of(WITHOUT_ANY),
        "rules chosen on other photos": _held_out(trials),
        "as shipped": trials.of(SHIPPED),
    }
    rows = [
        [name, *(shown(mean([column[index] for index in members]), DELTA_E) for column in columns.values())]
        for name, members in _members(trials.cases).items()
    ]
    return table(["set", *columns], rows)


def _rules(trials: Trials) -> str:
    members = _members(trials.cases)
    columns = {"as shipped": SHIPPED} | {name: values[0] for name, values in RULES.items()}
    rows = [
        [name, *(f"{mean([trials.of(values)[index] for index in own]).value:.2f}" for own in members.values())]
        for name, values in columns.items()
    ]
    return table(["without: ", *members], rows)


def _members(cases: Sequence[Case]) -> dict[str, list[int]]:
    names = dict.fromkeys(case.set_name for case in cases)
    return {name: [index for index, case in enumerate(cases) if case.set_name == name] for name in names}


def _held_out(trials: Trials) -> list[float]:
    """Return each case's mean difference under values that were chosen without it."""
    chance, found = np.random.default_rng(1), np.zeros((REPEATS, len(trials.cases)))
    origins, of_cases = np.unique([case.origin for case in trials.cases], return_inverse=True)
    for repeat in range(REPEATS):
        is_first = chance.permutation(len(origins))[of_cases] % 2 == 0
        for half in (is_first, ~is_first):
            best = _best(trials, np.flatnonzero(half))
            found[repeat, ~half] = np.array(trials.of(best))[~half]
    return [float(value) for value in found.mean(axis=0)]


def _best(trials: Trials, half: Iterable[int]) -> Values:
    """Return for every rule the values that serve these cases best while the others are as shipped."""
    own = set(half)
    return {
        name: value
        for candidates in RULES.values()
        for name, value in min(candidates, key=lambda values: _cost(trials, values, own)).items()
    }


def _cost(trials: Trials, values: Values, own: set[int]) -> float:
    """Return the mean over the sets of their differences in parts of their goals."""
    differences = trials.of(values)
    parts = []
    for name, members in _members(trials.cases).items():
        goal = goal_for(name, DELTA_E)
        seen = [differences[index] for index in members if index in own]
        if goal and seen:
            parts.append(mean(seen).value / goal.bound)
    return mean(parts).value
