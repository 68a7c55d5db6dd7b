"""The cases of the table of roles: photos as they come in and as they should come out, each with its role and kind.

They come from the sets of pairs, and from two folders beside them: `finished` photos, which must stay as they are and
which are given faults on purpose, and `everyday` ones, which are measured for how much they change.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from tools.benchmark.made_faults import LAMPS, STOPS, faults_of
from tools.benchmark.photosets import GOOD, Photo, PhotosNotFoundError, find_photos
from tools.photo_roles import Role, role_of

FINISHED, EVERYDAY = "finished", "everyday"
# Sets of one name in the table: other pairs of the same collection.
SAME_SET = {"fivek2": "fivek"}
# Made from the photos of `good`: photos that come of one photo are drawn together by the bootstrap.
MADE_OF_GOOD = ("cast", "exposure")
# Their kinds by the end of a photo's name, in the words of `made_faults`.
KINDS = {
    **{lamp: f"{lamp}, strong" for lamp in LAMPS},
    "mild-warm": "evening, strong",
    **{f"ev{stops:+.1f}": f"{stops:+.1f} stops" for stops in STOPS},
}
# So many photos of a folder show how well the model knows what it was fitted to.
MOST_FITTED = 12


@dataclass(frozen=True)
class Case:
    """A photo and its target; `target` is `source` where it must stay as it is. `origin` names the photo behind it."""

    role: Role
    set_name: str
    kind: str
    origin: str
    source: Path
    target: Path


def find_cases(photos: Path, more: Path, folder: Path, roles: Collection[Role]) -> list[Case]:
    """Return the cases with these roles: sets below `photos`, and FINISHED and EVERYDAY below `more`.

    Faults are made on purpose and written to `folder`. Raises PhotosNotFoundError.
    """
    cases = [_of_a_set(photo, role_of(photo.source)) for photo in find_photos(photos) if photo.target]
    cases = [case for case in cases if case.role in roles]
    for role in roles:
        for number, path in enumerate(_photos(more / FINISHED, role)):
            cases += _of_finished(path, role, number, folder / role.name.lower())
        for path in _photos(more / EVERYDAY, role):
            cases.append(Case(role, EVERYDAY, "", f"{EVERYDAY}/{path.stem[:-1]}", path, path))
    return cases


def _of_a_set(photo: Photo, role: Role) -> Case:
    name = SAME_SET.get(photo.set_name, photo.set_name)
    origin, _, kind = photo.source.stem.partition("-") if name in MADE_OF_GOOD else (photo.source.stem, "", "")
    family = GOOD if name in MADE_OF_GOOD else name
    return Case(role, name, KINDS.get(kind, kind), f"{family}/{origin}", photo.source, photo.target or photo.source)


def _photos(folder: Path, role: Role) -> Sequence[Path]:
    if not folder.is_dir():
        raise PhotosNotFoundError(f"no folder {str(folder)!r}: name the one that holds it by FIT_PHOTOS=path")
    found = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".") and role_of(path) is role]
    return found[:: max(1, len(found) // MOST_FITTED)] if role is Role.FITTED else found


def _of_finished(path: Path, role: Role, number: int, folder: Path) -> Iterator[Case]:
    """Yield the photo as it is, and at half its size with faults."""
    origin = f"{FINISHED}/{path.stem}"
    yield Case(role, FINISHED, "", origin, path, path)
    folder.mkdir(parents=True, exist_ok=True)
    with Image.open(path) as image:
        right = image.convert("RGB").reduce(2)
    target = folder / f"{path.stem}.png"
    right.save(target)
    for fault in faults_of(np.asarray(right), number):
        source = folder / f"{path.stem} {fault.set_name} {fault.kind}.png"
        Image.fromarray(fault.levels).save(source)
        yield Case(role, fault.set_name, fault.kind, origin, source, target)
