"""Samples from a teacher model: flat exports of photos, and their retouched copies.

A folder of pairs holds `input` and `target`, with files of the same names: `PHOTO-NUMBER.png`.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from PIL import Image

from tools.training.degradations import flat_export, restyled
from tools.training.samples import Levels, Samples, Task, cropped, gathered, measured, rounded, small

RETOUCHED = "retouched"
UNKNOWN_LIGHT = np.full(2, np.nan, np.float32)


def write_flat_exports(photos: Sequence[Path], folder: Path, per_photo: int, seed: int) -> None:
    """Write flat exports of each photo into `folder`/input, for the teacher model to retouch."""
    (folder / "input").mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        list(pool.map(_flatten, photos, *([each] * len(photos) for each in (folder, per_photo, seed)), chunksize=4))


def _flatten(path: Path, folder: Path, count: int, seed: int) -> None:
    rng = np.random.default_rng((seed, *path.stem.encode()))
    levels = small(path)
    for export in range(count):
        flat = flat_export(restyled(cropped(levels, rng) / 255, rng), rng)
        Image.fromarray(rounded(flat)).save(folder / "input" / f"{path.stem}-{export}.png")


def draw_retouched(folder: Path, photos: Sequence[Path], per_pair: int, seed: int) -> Samples:
    """Draw `per_pair` samples from each pair of a folder; photos are numbered as in `photos`, others after them."""
    targets = sorted((folder / "target").glob("*.png"))
    stems = [path.stem for path in photos]
    others = sorted({_photo_of(path) for path in targets} - set(stems))
    numbers = {stem: number for number, stem in enumerate([*stems, *others])}
    return gathered(_draw_pair, [(path, numbers[_photo_of(path)], per_pair, seed) for path in targets])


def _photo_of(path: Path) -> str:
    return path.stem.rpartition("-")[0]


def _draw_pair(task: Task) -> list[dict[str, Any]]:
    target, number, count, seed = task
    rng = np.random.default_rng((seed, number, *target.stem.encode()))
    flat = small(target.parent.parent / "input" / target.name)
    with Image.open(target) as image:
        finished = image.convert("RGB").resize(flat.shape[1::-1], Image.Resampling.BICUBIC)
    pair = np.concatenate([flat, np.asarray(finished)], axis=-1)
    return [_sample(cropped(pair, rng), rng) | {"photo": number} for _ in range(count)]


def _sample(pair: Levels, rng: Generator) -> dict[str, Any]:
    before, after = map(np.ascontiguousarray, np.split(pair, 2, axis=-1))
    return measured(before, after, rng) | {"fault": RETOUCHED, "light": UNKNOWN_LIGHT}
