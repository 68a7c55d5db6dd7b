"""`make bench-rules`: what each rule of analysis/extremes.py gains, and what it gains on photos unseen."""

import multiprocessing
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console

from darkroom.commands.display import short_path
from functions.enhance.analysis import extremes
from functions.enhance.analysis.scene import Scene, survey
from functions.enhance.edit.render import render
from functions.enhance.edit.steps import decide
from tools.benchmark.cross_validation import REPEATS, SHIPPED, Member, Trials, Values, held_out
from tools.benchmark.measures import colour_difference
from tools.benchmark.photosets import Photo, find_photos
from tools.benchmark.quality_report import shown
from tools.benchmark.scores import DELTA_E, UNCHANGED, mean
from verification.benchmarks_document import DOCUMENT, circumstances, table, write_section

# Tones and colours are the same in a small copy, and judging each photo in some forty ways takes minutes.
SMALL_EDGE = 256
# Photos of one scene: what was chosen on one of them was chosen on all.
ONE_SCENE = "white-balance"
NEVER = (1e9, 2e9)
ALWAYS = (-2.0, -1.0)

# The first of each takes the rule away.
RULES: dict[str, tuple[Values, ...]] = {
    "neutral highlights deny a cast": (
        {"NEUTRAL_STOPS": ALWAYS},
        SHIPPED,
        {"NEUTRAL_STOPS": (0.0, 0.2)},
        {"NEUTRAL_STOPS": (0.1, 0.2)},
    ),
    "the grey world adds to it": (
        {"GREY_WORLD_SHARE": 0.0},
        {"GREY_WORLD_SHARE": 0.15},
        SHIPPED,
        {"GREY_WORLD_SHARE": 0.35},
        {"SURE_STOPS": (0.06, 0.24)},
        {"FARTHEST_STOPS": 3.0},
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
        {"BRIGHT": (0.35, 0.5)},
        {"CLIPPED_SHARE": (0.01, 0.03)},
    ),
}
WITHOUT_ANY: Values = {name: value for values in RULES.values() for name, value in values[0].items()}
TEXT = """`make bench-rules`, {circumstances}

Mean dE (CIEDE2000) to the target, in `good` to the photo itself, ± its standard error; on copies of {edge} pixels,
neither sharpened nor denoised. The jury judges a thumbnail; the rules correct it by single pixels and the grey world.
Their constants were chosen by looking at these photos, so for the column before the last each of the {count} was chosen
anew, among three to six values, on half of the photos (all that come of one photo together), by the mean dE of each
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


def measure_rules(folder: Path, console: Console) -> None:
    """Measure the rules one by one and together, and write the document. Raises PhotosNotFoundError."""
    photos = [photo for photo in find_photos(folder) if photo.target]
    with multiprocessing.get_context("spawn").Pool() as pool:
        console.print(f"Measuring {len(photos)} photos, some five minutes ...")
        cases = pool.map(_case, photos)
        trials = Trials(
            [Member(case.set_name, case.origin) for case in cases],
            lambda values: pool.starmap(_difference, [(case, values) for case in cases], chunksize=4),
        )
        text = TEXT.format(
            circumstances=circumstances("pillow", "numpy", "scikit-image", "opencv-python-headless"),
            edge=SMALL_EDGE,
            count=len(RULES),
            repeats=REPEATS,
            gains=_gains(cases, trials),
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
        edit_plan = replace(decide(case.scene, 256), denoising=0.0, sharpening=0.0)
    pixels = case.small.copy()
    render(pixels, edit_plan)
    return colour_difference(Image.fromarray(pixels), Image.fromarray(case.target))


def _gains(cases: Sequence[Case], trials: Trials) -> str:
    before = [colour_difference(*map(Image.fromarray, (case.small, case.target))) for case in cases]
    columns = {
        UNCHANGED: before,
        "the jury alone": trials.of(WITHOUT_ANY),
        "rules chosen on other photos": held_out(trials, RULES),
        "as shipped": trials.of(SHIPPED),
    }
    rows = [
        [name, *(shown(mean([column[index] for index in members]), DELTA_E) for column in columns.values())]
        for name, members in trials.sets.items()
    ]
    return table(["set", *columns], rows)


def _rules(trials: Trials) -> str:
    members = trials.sets
    columns = {"as shipped": SHIPPED} | {name: values[0] for name, values in RULES.items()}
    rows = [
        [name, *(f"{mean([trials.of(values)[index] for index in own]).value:.2f}" for own in members.values())]
        for name, values in columns.items()
    ]
    return table(["without: ", *members], rows)
