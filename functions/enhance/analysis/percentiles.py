"""Percentiles equal to numpy's, without importing numpy.ma: that takes 10 MB and a tenth of a first photo's time."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def percentiles(values: Numbers, shares: Sequence[float]) -> Numbers:
    """Return percentiles, 0 to 100, with linear interpolation (Hyndman and Fan 1996, type 7)."""
    ordered = np.sort(values, axis=None)
    return np.interp(np.array(shares) / 100 * (len(ordered) - 1), np.arange(len(ordered)), ordered)


def median(values: Numbers) -> float:
    """Return the median."""
    return float(percentiles(values, [50])[0])
