"""From good photos to samples: the features of a degraded photo, and some of its pixels, degraded and good."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from functions.enhance.analysis.extremes import Extremes
from functions.enhance.analysis.features import features_of, features_of_extremes, level_histograms
from functions.enhance.analysis.illuminant import histograms
from functions.enhance.analysis.scene import THUMBNAIL_EDGE
from functions.enhance.analysis.surfaces import Surfaces
from functions.enhance.arrays import Colours
from tools.training.degradations import degraded, monochrome, restyled

PHOTO_EDGE = 256
# Of 255 levels.
LOWEST_WHITE = 230
SMALLEST_CROP, MONOCHROME_SHARE = 0.6, 0.06
PIXELS = 200

Levels = NDArray[np.uint8]
Task = tuple[Path, int, int, int]


@dataclass(frozen=True)
class Samples:
    """Arrays whose first axis is the samples; `photo` numbers the good photo that each came from.

    `light` is the error of the light in stops of red and of blue against green: NaN where it is unknown.
    """

    features: NDArray[np.float32]
    extremes: NDArray[np.float32]
    levels: NDArray[np.float32]
    histograms: NDArray[np.float32]
    degraded: NDArray[np.float32]
    good: NDArray[np.float32]
    light: NDArray[np.float32]
    fault: NDArray[np.str_]
    photo: NDArray[np.int_]

    def __len__(self) -> int:
        return len(self.photo)

    def __add__(self, other: "Samples") -> "Samples":
        return Samples(**{name: np.concatenate([values, getattr(other, name)]) for name, values in vars(self).items()})

    @classmethod
    def of(cls, rows: Sequence[dict[str, Any]]) -> "Samples":
        """Return the samples that rows hold, one each."""
        return cls(**{name: np.array([row[name] for row in rows]) for name in rows[0]})

    @property
    def has_known_light(self) -> NDArray[np.bool_]:
        """Which samples have a known error of the light."""
        return np.asarray(np.isfinite(self.light).all(axis=-1))

    def where(self, chosen: NDArray[np.bool_]) -> "Samples":
        """Return the samples for which `chosen` is true."""
        return Samples(**{name: values[chosen] for name, values in vars(self).items()})


def reaches_white(path: Path) -> bool:
    """Return whether a photo uses its brightest levels, as a well exposed one nearly always does."""
    with Image.open(path) as image:
        return float(np.percentile(np.asarray(image.convert("RGB").reduce(6)).max(axis=-1), 99.5)) >= LOWEST_WHITE


def draw(photos: Sequence[Path], per_photo: int, seed: int, first: int = 0) -> Samples:
    """Degrade each photo `per_photo` times; they are numbered from `first` on. The same seed draws the same samples."""
    tasks = [(path, number, per_photo, seed) for number, path in enumerate(photos, first)]
    return gathered(_draw_from, tasks)


def gathered(draw_from: Callable[[Task], list[dict[str, Any]]], tasks: Sequence[Task]) -> Samples:
    """Call `draw_from` for each task, in several processes, and gather the rows that it returns."""
    with ProcessPoolExecutor() as pool:
        return Samples.of(list(chain.from_iterable(pool.map(draw_from, tasks, chunksize=4))))


def _draw_from(task: Task) -> list[dict[str, Any]]:
    path, number, count, seed = task
    rng = np.random.default_rng((seed, *path.stem.encode()))
    levels = small(path)
    return [_sample(cropped(levels, rng), rng) | {"photo": number} for _ in range(count)]


def small(path: Path) -> Levels:
    """Return the levels of a photo shrunk to PHOTO_EDGE, shape (rows, columns, 3)."""
    with Image.open(path) as image:
        photo = image.convert("RGB")
    photo.thumbnail((PHOTO_EDGE, PHOTO_EDGE), Image.Resampling.LANCZOS)
    return np.asarray(photo)


def cropped(levels: Levels, rng: Generator) -> Levels:
    """Return a part of the levels, whose last axis is the channels, and every other time its mirror image."""
    share = rng.uniform(SMALLEST_CROP, 1)
    rows, columns = (max(1, int(length * share)) for length in levels.shape[:2])
    top, left = rng.integers(0, levels.shape[0] - rows + 1), rng.integers(0, levels.shape[1] - columns + 1)
    part = levels[top : top + rows, left : left + columns]
    return part[:, ::-1] if rng.random() < 0.5 else part


def thumbnail(levels: Levels) -> Levels:
    """Return the levels averaged to the size of a thumbnail: nothing more of a photo is learned from."""
    shrink = min(1, THUMBNAIL_EDGE / max(levels.shape[:2]))
    size = (max(1, round(levels.shape[1] * shrink)), max(1, round(levels.shape[0] * shrink)))
    planes = (np.ascontiguousarray(plane) for plane in np.moveaxis(levels, -1, 0))
    return np.stack([cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in planes], axis=-1)


def _sample(levels: Levels, rng: Generator) -> dict[str, Any]:
    is_monochrome = rng.random() < MONOCHROME_SHARE
    finished = restyled(levels / 255, rng)
    good = rounded(monochrome(finished, rng) if is_monochrome else finished)
    degraded_photo = degraded(good / 255, rng, keep_light=is_monochrome)
    light = np.array(degraded_photo.light, np.float32)
    return measured(rounded(degraded_photo.photo), good, rng) | {"fault": degraded_photo.fault, "light": light}


def measured(degraded_levels: Levels, good: Levels, rng: Generator) -> dict[str, Any]:
    """Return the features of a degraded photo, and some pixels of its thumbnail beside those of the good one.

    The extremes are the photo's own: a thumbnail averages them away.
    """
    before = thumbnail(degraded_levels) / 255
    pixels = before.reshape(-1, 3)
    surfaces = Surfaces.of(before, np.ones(before.shape[:2], dtype=bool))
    chosen = rng.integers(0, len(pixels), PIXELS)
    return {
        "features": features_of(pixels, surfaces).astype(np.float32),
        "extremes": features_of_extremes(Extremes.of(degraded_levels, None)).astype(np.float32),
        "levels": level_histograms(pixels).astype(np.float32),
        "histograms": histograms(surfaces).astype(np.float32),
        "degraded": pixels[chosen].astype(np.float32),
        "good": (thumbnail(good).reshape(-1, 3)[chosen] / 255).astype(np.float32),
    }


def rounded(levels: Colours) -> Levels:
    """Return levels of 0 to 1 as whole ones of 0 to 255."""
    return np.rint(np.clip(levels, 0, 1) * 255).astype(np.uint8)
