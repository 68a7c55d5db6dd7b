"""The brightest and darkest pixels of a photo, and the mean of its light: evidence that a thumbnail averages away."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from functions.enhance.srgb import to_linear

# The brightest of a channel, the brightest pixel and the darkest, as shares of the pixels: a few hot ones do not count.
BRIGHTEST_CHANNEL, BRIGHTEST, DARKEST = 0.999, 0.9995, 0.0005
# Accents take less than a hundredth of a photo, and what is bright in low key less than a tenth.
BELOW_ACCENTS, UPPER = 0.99, 0.9
TOP, JUST_BELOW = slice(254, 256), slice(246, 254)
DARKEST_LIGHT = 1e-4
LIGHT_OF_LEVELS = to_linear(np.arange(256) / 255)
# A ceiling is where a channel's levels end: so many levels at it, and so many below, are compared.
CEILING_LEVELS, LEVELS_BELOW = 6, 14
# The share of the pixels that may lie just below the top in a photo without noise.
FLOOR_SHARE = 5e-4

Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Extremes:
    """Measured on every nth pixel without averaging any; brightness is coded, 0 to 1.

    `cast` holds the stops of red and of blue that make the brightest of each channel neutral (max-RGB, Land and McCann
    1971), `mean_cast` those that make the mean of the light neutral (the grey world, Buchsbaum 1980).
    `clipping_ratio` is how many times as many samples lie at the top as in a band just below it, and `clipped_share`
    the share at the top, both of the channel that has the second highest ratio. `accent_stops` is by how much the
    brightest pixel outshines all but a hundredth of them, `upper` the brightness that a tenth of them exceeds.
    `ceilings` says of red, green, blue and the brightest channel how many times as densely the levels lie at their end
    as below it: clipped white stays a heap where a wrong light or exposure moves it. `ceiling_share` is the share of
    the pixels in the last heap.
    """

    cast: NDArray[np.float64]
    mean_cast: NDArray[np.float64]
    stops_to_white: float
    black: float
    middle: float
    clipping_ratio: float
    clipped_share: float
    accent_stops: float = 0.0
    upper: float = 0.0
    ceilings: NDArray[np.float64] = field(default_factory=lambda: np.zeros(4))
    ceiling_share: float = 0.0

    @classmethod
    def of(cls, samples: NDArray[Any], opaque: NDArray[np.uint8] | None) -> "Extremes":
        """Measure levels of shape (rows, columns, 1 | 3), only those pixels for which the mask is not 0."""
        eight_bit = in_eight_bits(samples)
        planes = cv2.split(eight_bit)
        channels = [_counts(plane, opaque) for plane in planes]
        colours = (channels * 3)[:3]
        brightest, luma = channels[0], channels[0]
        if len(channels) > 1:
            brightest = _counts(functools.reduce(cv2.max, planes), opaque)
            luma = _counts(cv2.cvtColor(eight_bit, cv2.COLOR_RGB2GRAY), opaque)
        ceilings = [_ceiling(each) for each in (*colours, brightest)]
        clipping_ratio, clipped_share = sorted(map(_clipping, channels))[-2:][0]
        return cls(
            cast=_stops_to_neutral([_light(each, BRIGHTEST_CHANNEL) for each in colours]),
            mean_cast=_stops_to_neutral([_mean_light(each) for each in colours]),
            stops_to_white=float(-np.log2(_light(brightest, BRIGHTEST))),
            black=_level(luma, DARKEST),
            middle=_level(luma, 0.5),
            clipping_ratio=clipping_ratio,
            clipped_share=clipped_share,
            upper=_level(luma, UPPER),
            ceilings=np.array([ratio for ratio, _ in ceilings]),
            ceiling_share=ceilings[-1][1],
            accent_stops=float(np.log2(_light(brightest, BRIGHTEST) / _light(brightest, BELOW_ACCENTS))),
        )


def in_eight_bits(levels: NDArray[Any]) -> NDArray[np.uint8]:
    """Return levels as those of 8 bits, in which the same photo would be stored."""
    if levels.dtype == np.uint8:
        return np.ascontiguousarray(levels, np.uint8)
    return np.asarray(cv2.convertScaleAbs(levels, alpha=255 / 65535), np.uint8).reshape(levels.shape)


def _counts(channel: NDArray[Any], opaque: NDArray[np.uint8] | None) -> Counts:
    """Return how many of a channel's pixels have each of 256 levels."""
    return np.asarray(cv2.calcHist([channel], [0], opaque, [256], [0, 256]), np.float64).ravel()


def _level(counts: Counts, share: float) -> float:
    """Return the level, 0 to 1, that this share of the pixels does not exceed."""
    summed = np.cumsum(counts)
    return float(np.searchsorted(summed, share * summed[-1])) / 255


def _light(counts: Counts, share: float) -> float:
    return max(float(to_linear(np.array(_level(counts, share)))), DARKEST_LIGHT)


def _mean_light(counts: Counts) -> float:
    return max(float(counts @ LIGHT_OF_LEVELS) / max(float(counts.sum()), 1.0), DARKEST_LIGHT)


def _stops_to_neutral(light: Sequence[float]) -> NDArray[np.float64]:
    """Return the stops by which red and blue fall short of green."""
    red, green, blue = np.log2(light)
    return np.array([green - red, green - blue])


def _clipping(counts: Counts) -> tuple[float, float]:
    """Return a channel's clipping ratio, and the share of it that is clipped."""
    shares = counts / max(counts.sum(), 1)
    clipped = float(shares[TOP].sum())
    return clipped / (float(shares[JUST_BELOW].sum()) + FLOOR_SHARE), clipped


def _ceiling(counts: Counts) -> tuple[float, float]:
    """Return how many times as densely a channel's levels lie at their end as below it, and the share at the end.

    Levels count as spread over their width, so that another rounding, as of another colour space, changes little.
    """
    summed = np.concatenate([[0.0], np.cumsum(counts)]) / max(counts.sum(), 1)
    edges = np.arange(len(summed), dtype=np.float64)
    heap = float(np.interp(BRIGHTEST_CHANNEL, summed, edges)) - CEILING_LEVELS
    upto_heap, upto_below = np.interp([heap, heap - LEVELS_BELOW], edges, summed)
    below = float(upto_heap - upto_below) * CEILING_LEVELS / LEVELS_BELOW
    return float(1 - upto_heap) / (below + FLOOR_SHARE), float(1 - upto_heap)
