"""The brightest and the darkest that a photo holds, and the mean of its light: evidence that a thumbnail blurs.

A jury of networks judges the thumbnail (diagnosis.py); what its verdict is worth in the light of the extremes is said
here by rules. README.md has what each of them gains, and on which photos.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import ramp, to_linear
from functions.enhance.analysis.correction import Correction

# The brightest of a channel, of a pixel; and the darkest: shares of the pixels, so that a few hot ones do not count.
BRIGHTEST_CHANNEL, BRIGHTEST, DARKEST = 0.999, 0.9995, 0.0005
TOP, JUST_BELOW = slice(254, 256), slice(246, 254)
DARKEST_LIGHT = 1e-4
LIGHT_OF_LEVELS = to_linear(np.arange(256) / 255)
# Highlights less coloured than this tell of no cast, unless it is a strong one: a camera makes what it clips white.
NEUTRAL_STOPS, STRONG_CAST_STOPS = (0.0, 0.1), (0.3, 0.6)
# From what likeness of direction on, a cosine, two agree on a cast.
AGREEMENT = (0.3, 0.8)
# A jury in doubt says too little of a cast that there is: the grey world says by how much, once the jury is this sure.
# A camera meets no lamp that is further off than this; what is more is the subject.
GREY_WORLD_SHARE, SURE_STOPS, FARTHEST_STOPS = 0.25, (0.03, 0.12), 1.0
# A photo that reaches from black to white lacks little that one could be sure of: stops to white, black as coded, and
# from how many stops of exposure on the jury is believed all the same.
FULL_STOPS, FULL_BLACK, CERTAIN_STOPS = (0.2, 0.05), (8 / 255, 3 / 255), (0.6, 1.2)
# The stops to white are the exposure that lacks: to what share, from how many on and up to how many, in what proportion
# of the jury's to them. A lifted black tells of a flat export, where white is low by intention.
GAP_SHARE, GAP_STOPS, NOT_NIGHT_STOPS, GAP_PART, FLAT_BLACK = 0.8, (0.1, 0.4), (4.0, 3.0), (0.3, 0.7), (0.03, 0.01)
# An exposure that was too long piles up at the top what belongs above it: by how much to shorten it, from how steep a
# cliff, of how many pixels; and in how bright a photo, for lamps are clipped in any night, clouds on many a good day.
OVEREXPOSED_STOPS, CLIFF, CLIPPED_SHARE, BRIGHT = 0.35, (1.6, 3.0), (0.003, 0.01), (0.42, 0.55)
# What may lie just below the top in a photo without noise: a share of the pixels.
FLOOR_SHARE = 5e-4

Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Extremes:
    """Measured on every so manyth pixel, none of them averaged; brightness is coded, 0 to 1.

    `cast` holds the stops that red and blue need against green to make the brightest of each channel neutral (max-RGB,
    Land and McCann 1971), `mean_cast` those that make the mean of the light neutral (the grey world, Buchsbaum 1980).
    `cliff` is how many times as many samples lie at the top as in a band just below it, in the channel that is second
    in this, of which `clipped_share` is clipped.
    """

    cast: NDArray[np.float64]
    mean_cast: NDArray[np.float64]
    stops_to_white: float
    black: float
    middle: float
    cliff: float
    clipped_share: float

    @classmethod
    def of(cls, samples: NDArray[Any], opaque: NDArray[np.uint8] | None) -> "Extremes":
        """Measure levels of shape (rows, columns, 1 | 3); of the pixels those for which the mask is not 0."""
        eight_bit = np.ascontiguousarray(samples if samples.dtype == np.uint8 else samples >> 8, np.uint8)
        planes = cv2.split(eight_bit)
        channels = [_counts(plane, opaque) for plane in planes]
        colours = (channels * 3)[:3]
        brightest, luma = channels[0], channels[0]
        if len(channels) > 1:
            brightest = _counts(functools.reduce(cv2.max, planes), opaque)
            luma = _counts(cv2.cvtColor(eight_bit, cv2.COLOR_RGB2GRAY), opaque)
        cliff, clipped_share = sorted(map(_cliff, channels))[-2:][0]
        return cls(
            cast=_lacking([_light(each, BRIGHTEST_CHANNEL) for each in colours]),
            mean_cast=_lacking([_mean_light(each) for each in colours]),
            stops_to_white=float(-np.log2(_light(brightest, BRIGHTEST))),
            black=_level(luma, DARKEST),
            middle=_level(luma, 0.5),
            cliff=cliff,
            clipped_share=clipped_share,
        )


def _counts(channel: NDArray[Any], opaque: NDArray[np.uint8] | None) -> Counts:
    """Return how many of a channel's pixels have each of 256 levels."""
    return np.asarray(cv2.calcHist([channel], [0], opaque, [256], [0, 256]), np.float64).ravel()


def _level(counts: Counts, share: float) -> float:
    """Return the level, 0 to 1, that so large a share of the pixels does not exceed."""
    summed = np.cumsum(counts)
    return float(np.searchsorted(summed, share * summed[-1])) / 255


def _light(counts: Counts, share: float) -> float:
    return max(float(to_linear(np.array(_level(counts, share)))), DARKEST_LIGHT)


def _mean_light(counts: Counts) -> float:
    return max(float(counts @ LIGHT_OF_LEVELS) / max(float(counts.sum()), 1.0), DARKEST_LIGHT)


def _lacking(light: Sequence[float]) -> NDArray[np.float64]:
    """Return the stops that red and blue need against green."""
    red, green, blue = np.log2(light)
    return np.array([green - red, green - blue])


def _cliff(counts: Counts) -> tuple[float, float]:
    """Return how steep a channel's end is, and which share of it lies there."""
    shares = counts / max(counts.sum(), 1)
    clipped = float(shares[TOP].sum())
    return clipped / (float(shares[JUST_BELOW].sum()) + FLOOR_SHARE), clipped


def adjusted(said: Correction, seen: Extremes) -> Correction:
    """Return what remains of a verdict, and what comes to it, in the light of the extremes."""
    red, blue = _cast(said.cast, seen)
    believed = said.scaled(1, 1 - _doubt_of_tones(said, seen))
    stops = believed.exposure_stops + _stops_to_white(said, seen)
    overexposed = _overexposure(seen)
    if overexposed:
        stops = min(stops, -OVEREXPOSED_STOPS * overexposed)
    return replace(believed, red_stops=float(red), blue_stops=float(blue), exposure_stops=stops)


def _cast(said: NDArray[np.float64], seen: Extremes) -> NDArray[np.float64]:
    highlights, certain = float(np.hypot(*seen.cast)), ramp(float(np.hypot(*said)), *STRONG_CAST_STOPS)
    kept = said * max(ramp(highlights, *NEUTRAL_STOPS), certain, _agreement(said, seen.cast))
    share = GREY_WORLD_SHARE * ramp(float(np.hypot(*kept)), *SURE_STOPS) * _agreement(kept, seen.mean_cast)
    return np.asarray(kept + share * seen.mean_cast / max(float(np.hypot(*seen.mean_cast)) / FARTHEST_STOPS, 1))


def _agreement(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return how much two casts are of one colour, 0 to 1."""
    lengths = float(np.hypot(*one) * np.hypot(*other))
    return ramp(float(one @ other) / max(lengths, 1e-12), *AGREEMENT)


def _doubt_of_tones(said: Correction, seen: Extremes) -> float:
    """Return how little of what was said of brightness and colourfulness is to be believed, 0 to 1."""
    full = ramp(seen.stops_to_white, *FULL_STOPS) * ramp(seen.black, *FULL_BLACK)
    return full * (1 - ramp(abs(said.exposure_stops), *CERTAIN_STOPS))


def _stops_to_white(said: Correction, seen: Extremes) -> float:
    """Return by how much more than was said a photo is underexposed."""
    gap = seen.stops_to_white
    if said.exposure_stops <= 0 or gap <= 0:
        return 0.0
    certain = ramp(gap, *GAP_STOPS) * ramp(gap, *NOT_NIGHT_STOPS) * ramp(said.black, *FLAT_BLACK)
    return GAP_SHARE * certain * ramp(said.exposure_stops / gap, *GAP_PART) * (gap - said.exposure_stops)


def _overexposure(seen: Extremes) -> float:
    return ramp(seen.cliff, *CLIFF) * ramp(seen.clipped_share, *CLIPPED_SHARE) * ramp(seen.middle, *BRIGHT)
