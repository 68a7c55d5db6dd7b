"""Measures the photos of each role, beside an older version and the other tools, and returns the section's text."""

import math
import multiprocessing
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.progress import track

from darkroom.packaging.repository import ROOT
from tools.benchmark.measures import colour_difference, figures
from tools.benchmark.peers import IMAGEMAGICK, peers
from tools.benchmark.quality_report import FOLDER
from tools.benchmark.role_cases import EVERYDAY, FINISHED, Case, find_cases
from tools.benchmark.roles_table import AIMS, BASE, KEPT, LEFT_ALONE_DELTA_E, Measured, kinds_table, roles_table
from tools.benchmark.scores import DARKROOM, UNCHANGED, Figures
from tools.benchmark.versions import enhanced_by, revision
from tools.photo_roles import Role
from verification.benchmarks_document import DOCUMENT, circumstances, write_section

TEXT = """`make bench-quality`{comparison}, {circumstances}

What a photo is for is settled by its name (`tools/photo_roles.py`): the model was fitted to the first, constants and
structure were chosen on the second, and the third was opened when both were settled. Photos of `{finished}` must
stay as they are, and are given casts and wrong exposures of known kinds; everyday ones are mostly sound. A photo is
left alone where it moves by a mean dE below {left_alone:g}. In brackets, 95 % bootstrap intervals over the photos; a
gain or a loss is what excludes zero. The last row is the mean over the sets of their mean dE in parts of what is aimed
at: {aims}.

{roles}
"""
ROLE = """### Photos {role}

{table}

By kind:

{kinds}
"""

Task = tuple[Case, dict[str, Path]]


def measure_roles(photos: Path, more: Path, base: Path | None, console: Console) -> None:
    """Measure the photos of all roles and write the document. Raises PhotosNotFoundError, VersionError."""
    measured = [one for role in Role for one in _of_role(photos, more, base, role, console)]
    text = TEXT.format(
        comparison=" BASE=" + revision(base) if base else "",
        circumstances=circumstances("pillow", "numpy", "scikit-image", "opencv-python-headless"),
        finished=FINISHED,
        left_alone=LEFT_ALONE_DELTA_E,
        aims=", ".join(f"{name} {aim:g}" for name, aim in AIMS.items()),
        roles="\n".join(role_text(measured, role) for role in Role),
    )
    write_section(DOCUMENT, "Quality by role", text)
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def print_role(photos: Path, more: Path, base: Path | None, role: Role, console: Console) -> None:
    """Measure the photos of one role and print their tables. Raises PhotosNotFoundError, VersionError."""
    measured = _of_role(photos, more, base, role, console)
    console.print(role_text(measured, role), markup=False, highlight=False, soft_wrap=True)


def role_text(measured: Sequence[Measured], role: Role) -> str:
    """Return the tables of a role."""
    return ROLE.format(role=role.value, table=roles_table(measured, role), kinds=kinds_table(measured, role))


def _of_role(photos: Path, more: Path, base: Path | None, role: Role, console: Console) -> list[Measured]:
    cases = find_cases(photos, more, FOLDER / "cases", [role])
    sources = [case.source for case in cases]
    made = {}
    for name, checkout in ((DARKROOM, ROOT), (BASE, base)):
        if checkout:
            console.print(f"Enhancing {len(cases)} photos {role.value}, {name} ...", markup=False, highlight=False)
            made[name] = enhanced_by(checkout, sources, FOLDER / "versions" / name)
    tasks = [(case, {name: paths[number] for name, paths in made.items()}) for number, case in enumerate(cases)]
    return list(track(_measured(tasks), "Measuring", total=len(tasks), console=console))


def _measured(tasks: Sequence[Task]) -> Iterator[Measured]:
    with multiprocessing.get_context("spawn").Pool() as pool:
        yield from pool.imap(_measure, tasks, chunksize=4)


def _measure(task: Task) -> Measured:
    case, made = task
    before, target = _rgb(case.source), _rgb(case.target)
    pictures = {name: _rgb(path) for name, path in made.items()}
    if case.set_name != EVERYDAY:
        # What must only be left alone needs no peer, and ImageMagick's method is there as auto-gamma already.
        pictures[UNCHANGED] = before
        pictures |= {name: peer(before) for name, peer in peers().items() if name != IMAGEMAGICK}
    compare = _moved if case.set_name in KEPT else figures
    return Measured(case, {name: compare(picture, target) for name, picture in pictures.items()})


def _moved(picture: Image.Image, target: Image.Image) -> Figures:
    """Return the colour difference alone, at half size: what must stay is asked nothing else, and it takes a tenth."""
    return Figures(math.nan, math.nan, colour_difference(picture.reduce(2), target.reduce(2)))


def _rgb(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")
