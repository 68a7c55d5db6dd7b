"""Bootstrap intervals (Efron 1979) of means over photos, several of which may come of one photo."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 4000
PERCENTILES = (2.5, 97.5)


class Interval(NamedTuple):
    """A mean, and the ends of its 95 % interval."""

    mean: float
    lowest: float
    highest: float

    @property
    def excludes_zero(self) -> bool:
        """Whether it is a difference, rather than what the choice of photos may have made."""
        return self.lowest > 0 or self.highest < 0


class Value(NamedTuple):
    """A number, and the photo that it comes from: `FOLDER/NAME`."""

    origin: str
    number: float


def interval(values: Sequence[Value]) -> Interval:
    """Return the mean of the values; photos are drawn with replacement, each with all its values."""
    return weighted_interval({"": values}, {"": 1.0})


def weighted_interval(sets: Mapping[str, Sequence[Value]], weights: Mapping[str, float]) -> Interval:
    """Return the sum of the means of several sets, each times its weight.

    A photo that is in several sets is drawn for all of them at once. Photos are drawn within their folder, so that each
    has as many as it has.
    """
    origins = sorted({value.origin for values in sets.values() for value in values})
    drawn = _draws(origins)
    totals = np.zeros(len(drawn))
    for name, values in sets.items():
        sums, counts = np.zeros(len(origins)), np.zeros(len(origins))
        for value in values:
            place = origins.index(value.origin)
            sums[place] += value.number
            counts[place] += 1
        totals += weights[name] * (drawn @ sums) / np.maximum(drawn @ counts, 1e-12)
    # The first draw is every photo once.
    return Interval(float(totals[0]), *(float(end) for end in np.percentile(totals[1:], PERCENTILES)))


def _draws(origins: Sequence[str]) -> NDArray[np.float64]:
    """Return how often each photo is drawn, shape (1 + RESAMPLES, photos)."""
    rng = np.random.default_rng(1)
    folders = np.array([origin.partition("/")[0] for origin in origins])
    drawn = np.ones((1 + RESAMPLES, len(origins)))
    for folder in np.unique(folders):
        own = np.flatnonzero(folders == folder)
        drawn[1:, own] = rng.multinomial(len(own), np.full(len(own), 1 / len(own)), RESAMPLES)
    return drawn
