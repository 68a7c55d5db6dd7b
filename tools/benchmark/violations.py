"""`make bench-rules FINISHED=folders`: counts the photos in which a rule that a person would swear by is broken."""

import multiprocessing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console

from functions.enhance.analysis.restraints import low_key
from functions.enhance.analysis.scene import survey
from functions.enhance.analysis.whites import WHITE
from functions.enhance.edit.edit_plan import EditPlan
from functions.enhance.edit.presets import Control, plan
from functions.enhance.edit.render import render
from functions.enhance.srgb import to_linear
from tools.benchmark.measures import colour_difference
from tools.benchmark.photosets import PhotosNotFoundError
from verification.benchmarks_document import table

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
SMALL_EDGE = 256
# More than this share of a photo has to fall below white; a low key has to be this certain.
FALLEN_SHARE, CERTAIN = 1e-3, 0.5
# Bounds: stops of brightening, stops of cast, and mean dE, of the first pass and of a second one.
LOW_KEY_STOPS, CAST_STOPS, MOST_CHANGE, MOST_SECOND_CHANGE = 0.5, 0.25, 6.0, 2.0

# How many of the photos that break a rule are named.
SHOWN = 8

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Finding:
    """A photo, how far it and its copy were moved in mean dE, what it was taken for, and the rules it breaks."""

    name: str
    kind: str
    change: float
    second_change: float
    broken: Sequence[str]


def count_violations(folders: Sequence[Path], console: Console) -> None:
    """Print for each folder how many photos break each rule, and which. Raises PhotosNotFoundError."""
    for folder in folders:
        photos = _photos(folder)
        with multiprocessing.get_context("spawn").Pool() as pool:
            found = pool.map(find_violations, photos, chunksize=4)
        console.print(report(folder.name, found), markup=False, highlight=False, soft_wrap=True)


def _photos(folder: Path) -> list[Path]:
    photos = sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES)
    if not photos:
        raise PhotosNotFoundError(f"no photos in {str(folder)!r}: name a folder with JPEG, PNG or WebP files")
    return photos


def find_violations(photo: Path) -> Finding:
    """Enhance a photo twice and check the rules. Neither pass is encoded, so what compression adds is left out."""
    with Image.open(photo) as image:
        before = np.array(image.convert("RGB"))
    edit_plan, after = _enhanced(before)
    _, again = _enhanced(after)
    second = _difference(after, again)
    change = _difference(before, after)
    broken = [name for name, is_broken in RULES.items() if is_broken(edit_plan, before, after)]
    broken += [
        name for name, is_broken in ((MOVED, change > MOST_CHANGE), (SECOND, second > MOST_SECOND_CHANGE)) if is_broken
    ]
    return Finding(photo.stem, str(edit_plan.notes["kind"]), change, second, broken)


def _enhanced(pixels: Pixels) -> tuple[EditPlan, Pixels]:
    edit_plan, copy = plan(Control(), survey(pixels), 256), pixels.copy()
    render(copy, edit_plan)
    return edit_plan, copy


def _difference(one: Pixels, other: Pixels) -> float:
    if (one == other).all():
        return 0.0
    small = (Image.fromarray(each).reduce(max(1, max(each.shape) // SMALL_EDGE)) for each in (one, other))
    return colour_difference(*small)


def _white_falls(edit_plan: EditPlan, before: Pixels, after: Pixels) -> bool:
    return edit_plan.scene.whites.kept > CERTAIN and _fallen(before, after)


def _clipped_white_falls(edit_plan: EditPlan, before: Pixels, after: Pixels) -> bool:
    return edit_plan.scene.whites.kept <= CERTAIN and _fallen(before, after)


def _fallen(before: Pixels, after: Pixels) -> bool:
    return float(((before.min(axis=-1) > WHITE) & (after.min(axis=-1) <= WHITE)).mean()) > FALLEN_SHARE


def _low_key_is_brightened(edit_plan: EditPlan, before: Pixels, after: Pixels) -> bool:
    if low_key(edit_plan.scene.extremes) < CERTAIN:
        return False
    medians = [float(np.median(to_linear(each / 255))) + 1e-4 for each in (before, after)]
    return float(np.log2(medians[1] / medians[0])) > LOW_KEY_STOPS


def _light_is_taken_away(edit_plan: EditPlan, _before: Pixels, _after: Pixels) -> bool:
    return "white_balance" in edit_plan.notes and edit_plan.correction.cast_stops > CAST_STOPS


MOVED, SECOND = (
    f"moved by more than dE {MOST_CHANGE:.0f}",
    f"a second pass moves it by more than {MOST_SECOND_CHANGE:.0f}",
)
RULES = {
    "white falls below 250": _white_falls,
    "white falls where colours were clipped (allowed)": _clipped_white_falls,
    f"low key is brightened by more than {LOW_KEY_STOPS} stops": _low_key_is_brightened,
    f"a tint of more than {CAST_STOPS} stops is taken out": _light_is_taken_away,
}
"""What a person would see at once, by what breaks it. In photos that need nothing, each is a fault."""


def report(name: str, found: Sequence[Finding]) -> str:
    """Return a table of the rules, with how many photos break each and the first of them."""
    kinds = {kind: sum(each.kind == kind for each in found) for kind in sorted({each.kind for each in found})}
    changes = np.array([each.change for each in found])
    names: Mapping[str, list[str]] = {
        rule: [each.name for each in sorted(found, key=lambda each: -each.change) if rule in each.broken]
        for rule in (*RULES, MOVED, SECOND)
    }
    rows = [[rule, str(len(broken)), ", ".join(broken[:SHOWN])] for rule, broken in names.items()]
    taken_for = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    heading = (
        f"{name}: {len(found)} photos ({taken_for}), moved by dE {changes.mean():.2f}, {changes.max():.1f} at most"
    )
    return f"{heading}\n\n{table(['rule', 'broken', 'by'], rows)}\n"
