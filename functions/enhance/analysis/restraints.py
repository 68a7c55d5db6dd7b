"""Restraints: rules that hold a predicted correction back where it would take away what was meant.

Each is a pure function of the correction and of what was measured, and none asks how the correction was predicted, so
they hold for any fit. `make bench-rules FINISHED=folders` counts the photos in which one is broken.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from functions.enhance.analysis.colour import ramp
from functions.enhance.analysis.correction import Correction
from functions.enhance.analysis.extremes import Extremes
from functions.enhance.analysis.intended_light import is_wrong_balance
from functions.enhance.analysis.scene import Scene

Restraint = Callable[[Correction, Scene], Correction]

# A photo that reaches from black to white needs little correction that one could be sure of: stops to white, black as
# coded, and from how many stops of exposure on the prediction is kept all the same.
FULL_STOPS, FULL_BLACK, CERTAIN_STOPS = (0.2, 0.05), (8 / 255, 3 / 255), (0.3, 0.6)
# Low key: half of it dark and nine tenths not bright, black at hand, and accents: either near white, which an
# underexposed photo does not reach, or brighter than all but a hundredth of the photo by more stops than half of what
# they lack to white. What lacks more than FARTHEST_STOPS was underexposed, whatever it shows.
LOW_KEY_MIDDLE, LOW_KEY_UPPER, LOW_KEY_BLACK = (0.3, 0.22), (0.62, 0.5), (0.09, 0.055)
NEAR_WHITE_STOPS, ACCENT_STOPS, ACCENTS_SHARE_OF_GAP, FARTHEST_STOPS = (0.9, 0.6), (0.3, 0.55), 0.5, (2.4, 1.9)
# Evening: how coloured, in stops, the brightest is after the correction. Of the photos in fit/ three quarters have less
# than 0.22, and of those that lack a stop to white nearly all; alpenglow and dusk have 0.5 and 0.7.
# How like the mean of the light is to it (the cosine), for the brightest may be a flower. How many stops it lacks to
# white: what reaches white is not dim, and what is farther from it was underexposed.
GLOWING_STOPS, GLOWING_ALIKE, DIM_BY_STOPS, UNDEREXPOSED_STOPS = (0.25, 0.5), (0.8, 0.95), (0.2, 0.5), (1.75, 1.1)
# By how many stops low key and evening may be brightened, for no rule is certain; and how many the brightest of an
# evening stays below white.
LOW_KEY_STOPS, EVENING_STOPS, BELOW_WHITE_STOPS = 0.3, 0.5, 0.65


def restrained(correction: Correction, scene: Scene) -> Correction:
    """Return the correction after all restraints."""
    for restraint in RESTRAINTS:
        correction = restraint(correction, scene)
    return correction


def full_range_stays(correction: Correction, scene: Scene) -> Correction:
    """Leave the tones of a photo that reaches from black to white, unless its exposure is surely wrong."""
    full = ramp(scene.extremes.stops_to_white, *FULL_STOPS) * ramp(scene.extremes.black, *FULL_BLACK)
    return correction.scaled(1, 1 - full * (1 - ramp(abs(correction.exposure_stops), *CERTAIN_STOPS)))


def white_is_no_overexposure(correction: Correction, scene: Scene) -> Correction:
    """Darken no photo because of areas that are white in all channels: nothing was lost there."""
    if correction.exposure_stops >= 0:
        return correction
    return replace(correction, exposure_stops=correction.exposure_stops * scene.whites.darkened)


def intended_light_stays(correction: Correction, scene: Scene) -> Correction:
    """Take out a cast only as surely as it is the camera's; the colours of dusk and of a stage stay."""
    return correction.scaled(is_wrong_balance(correction, scene), 1) if correction.cast_stops else correction


def low_key_stays(correction: Correction, scene: Scene) -> Correction:
    """Brighten low key by LOW_KEY_STOPS at most.

    All other tones stay too: black and contrast were meant for a brighter photo, and would darken this one.
    """
    share = low_key(scene.extremes)
    stops = _at_most(correction.exposure_stops, LOW_KEY_STOPS, share)
    return replace(correction.scaled(1, 1 - share), exposure_stops=stops)


def evening_stays(correction: Correction, scene: Scene) -> Correction:
    """Brighten alpenglow and dusk by EVENING_STOPS at most, midtones included: what glows is not to reach white.

    Black and contrast were meant for a brighter photo, and would darken this one. A photo that was brightened so is not
    brightened once more.
    """
    share = evening(correction, scene.extremes)
    most = float(np.clip(scene.extremes.stops_to_white - BELOW_WHITE_STOPS, 0, EVENING_STOPS))
    return replace(
        correction,
        exposure_stops=_at_most(correction.exposure_stops, most, share),
        power=max(correction.power, correction.power ** (1 - share)),
        black=correction.black * (1 - share),
        contrast=correction.contrast * (1 - share),
    )


def _at_most(stops: float, most: float, share: float) -> float:
    return stops - share * max(stops - most, 0.0)


def low_key(extremes: Extremes) -> float:
    """Return how surely a photo is dark by intention, 0 to 1."""
    tones = ramp(extremes.middle, *LOW_KEY_MIDDLE) * ramp(extremes.upper, *LOW_KEY_UPPER)
    dark = tones * ramp(extremes.black, *LOW_KEY_BLACK)
    gap = extremes.stops_to_white
    outshining = ramp(extremes.accent_stops - ACCENTS_SHARE_OF_GAP * gap, *ACCENT_STOPS) * ramp(gap, *FARTHEST_STOPS)
    return dark * max(ramp(gap, *NEAR_WHITE_STOPS), outshining)


def evening(correction: Correction, extremes: Extremes) -> float:
    """Return how surely a photo is dim because its light is, 0 to 1: the brightest has a colour that is to stay."""
    glow, mean = extremes.cast - correction.cast, extremes.mean_cast - correction.cast
    alike = float(glow @ mean) / max(float(np.hypot(*glow) * np.hypot(*mean)), 1e-9)
    dim = ramp(extremes.stops_to_white, *DIM_BY_STOPS) * ramp(extremes.stops_to_white, *UNDEREXPOSED_STOPS)
    return dim * ramp(float(np.hypot(*glow)), *GLOWING_STOPS) * ramp(alike, *GLOWING_ALIKE)


RESTRAINTS: tuple[Restraint, ...] = (
    full_range_stays,
    white_is_no_overexposure,
    intended_light_stays,
    low_key_stays,
    evening_stays,
)
"""In the order in which they are applied: evening_stays asks which cast is to be taken out."""
