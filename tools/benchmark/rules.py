"""`make bench-rules`: measures what each rule of analysis/adjustment.py gains, also on photos it was not tuned on."""

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
from functions.enhance.analysis import adjustment
from functions.enhance.analysis.scene import Scene, survey
from functions.enhance.edit.render import render
from functions.enhance.edit.steps import decide
from tools.benchmark.cross_validation import REPEATS, SHIPPED, Member, Trials, Values, held_out
from tools.benchmark.measures import colour_difference
from tools.benchmark.photosets import Photo, find_photos
from tools.benchmark.quality_report import shown
from tools.benchmark.rule_values import RULES, WITHOUT_ANY
from tools.benchmark.scores import DELTA_E, UNCHANGED, mean
from verification.benchmarks_document import DOCUMENT, circumstances, table, write_section

# A small copy has the same tones and colours, and measuring each photo some forty times takes minutes.
SMALL_EDGE = 256
# The set whose photos show one scene: values chosen on one of them were chosen on all.
ONE_SCENE = "white-balance"
TEXT = """`make bench-rules`, {circumstances}

Mean dE (CIEDE2000) to the target, in `good` to the photo itself, ± its standard error; on copies of {edge} pixels,
neither sharpened nor denoised. The ensemble predicts from a thumbnail; the rules adjust its prediction by single pixels
and the grey world. Their constants were chosen on these photos, so the column before the last is cross-validated: the
values of each of the {count} rules are chosen anew, out of three to six, on half of the photos (all copies of one photo
in the same half), by the mean dE of each set divided by its goal, and measured on the other half; {repeats} splits.

{gains}

What each rule gains, shown by the mean dE without it:

{rules}
"""


@dataclass(frozen=True)
class Case:
    """A photo measured at full size, and small copies of it and of its target: levels (rows, columns, 3)."""

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
            stack.enter_context(patch.object(adjustment, name, value))
        edit_plan = replace(decide(case.scene, 256), denoising=0.0, sharpening=0.0)
    pixels = case.small.copy()
    render(pixels, edit_plan)
    return colour_difference(Image.fromarray(pixels), Image.fromarray(case.target))


def _gains(cases: Sequence[Case], trials: Trials) -> str:
    before = [colour_difference(*map(Image.fromarray, (case.small, case.target))) for case in cases]
    columns = {
        UNCHANGED: before,
        "the ensemble alone": trials.of(WITHOUT_ANY),
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
