"""Adjusts a predicted correction by the extremes, with rules.

The networks (ensemble.py) predict from a thumbnail, which has no extremes; the second ones see them, as 17 numbers
among 254. docs/benchmarks.md says what each rule gains, and on which photos.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import ramp
from functions.enhance.analysis.correction import Correction
from functions.enhance.analysis.extremes import Extremes

# The cosine between two casts from which on they agree.
AGREEMENT = (0.3, 0.8)
# An uncertain ensemble predicts too weak a cast: the grey world adds to it, once the ensemble is this certain. No lamp
# that a camera meets is further off than the last number; what is more is the subject.
GREY_WORLD_SHARE, CERTAIN_CAST_STOPS, FARTHEST_STOPS = 0.25, (0.03, 0.12), 1.0
# A photo that reaches from black to white needs little correction that one could be sure of: stops to white, black as
# coded, and from how many stops of exposure on the prediction is kept all the same.
FULL_STOPS, FULL_BLACK, CERTAIN_STOPS = (0.2, 0.05), (8 / 255, 3 / 255), (0.6, 1.2)
# The stops to white are the exposure that is missing: the share of them that is added, from how many on and up to how
# many, and in what ratio of the predicted stops to them. A lifted black marks a flat export, where white is low by
# intention.
GAP_SHARE, GAP_STOPS, NOT_NIGHT_STOPS, GAP_RATIO, FLAT_BLACK = 0.8, (0.1, 0.4), (4.0, 3.0), (0.3, 0.7), (0.03, 0.01)
# An overexposed photo piles up at the top what belongs above it: by how much to shorten the exposure, from which
# clipping ratio on, of how many pixels; and in how bright a photo, for lamps are clipped in any night, clouds on many
# a good day.
OVEREXPOSED_STOPS, CLIPPING_RATIO, CLIPPED_SHARE, BRIGHT = 0.5, (1.6, 3.0), (0.003, 0.01), (0.42, 0.55)


def adjusted(predicted: Correction, extremes: Extremes) -> Correction:
    """Return the predicted correction, less and more of it where the extremes speak against or for it."""
    red, blue = _cast(predicted.cast, extremes)
    kept = predicted.scaled(1, 1 - _full_range(predicted, extremes))
    stops = kept.exposure_stops + _missing_stops(predicted, extremes)
    overexposed = _overexposure(extremes)
    if overexposed:
        stops = min(stops, -OVEREXPOSED_STOPS * overexposed)
    return replace(kept, red_stops=float(red), blue_stops=float(blue), exposure_stops=stops)


def _cast(predicted: NDArray[np.float64], extremes: Extremes) -> NDArray[np.float64]:
    grey_world = extremes.mean_cast
    certain = ramp(float(np.hypot(*predicted)), *CERTAIN_CAST_STOPS) * _agreement(predicted, grey_world)
    bounded = grey_world / max(float(np.hypot(*grey_world)) / FARTHEST_STOPS, 1)
    return np.asarray(predicted + GREY_WORLD_SHARE * certain * bounded)


def _agreement(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return how much two casts are of one colour, 0 to 1."""
    lengths = float(np.hypot(*one) * np.hypot(*other))
    return ramp(float(one @ other) / max(lengths, 1e-12), *AGREEMENT)


def _full_range(predicted: Correction, extremes: Extremes) -> float:
    """Return how fully the photo reaches from black to white, 0 to 1; 0 where a large exposure error is predicted."""
    full = ramp(extremes.stops_to_white, *FULL_STOPS) * ramp(extremes.black, *FULL_BLACK)
    return full * (1 - ramp(abs(predicted.exposure_stops), *CERTAIN_STOPS))


def _missing_stops(predicted: Correction, extremes: Extremes) -> float:
    """Return by how many stops more than predicted a photo is underexposed."""
    gap = extremes.stops_to_white
    if predicted.exposure_stops <= 0 or gap <= 0:
        return 0.0
    certain = ramp(gap, *GAP_STOPS) * ramp(gap, *NOT_NIGHT_STOPS) * ramp(predicted.black, *FLAT_BLACK)
    ratio = ramp(predicted.exposure_stops / gap, *GAP_RATIO)
    return GAP_SHARE * certain * ratio * (gap - predicted.exposure_stops)


def _overexposure(extremes: Extremes) -> float:
    clipping = ramp(extremes.clipping_ratio, *CLIPPING_RATIO) * ramp(extremes.clipped_share, *CLIPPED_SHARE)
    return clipping * ramp(extremes.middle, *BRIGHT)
