"""Adjusts a predicted correction by a rule: what is clipped at the top of a bright photo is overexposure.

The networks (ensemble.py) predict from a thumbnail, and see the extremes as 17 numbers among 238.
"""

from dataclasses import replace

from functions.enhance.analysis.colour import ramp
from functions.enhance.analysis.correction import Correction
from functions.enhance.analysis.extremes import Extremes

# An overexposed photo piles up at the top what belongs above it: by how much to shorten the exposure, from which
# clipping ratio on, of how many pixels; and in how bright a photo, for lamps are clipped in any night, clouds on many
# a good day.
OVEREXPOSED_STOPS, CLIPPING_RATIO, CLIPPED_SHARE, BRIGHT = 0.5, (1.6, 3.0), (0.003, 0.01), (0.42, 0.55)


def adjusted(predicted: Correction, extremes: Extremes) -> Correction:
    """Return the predicted correction, darkened where the photo is overexposed."""
    overexposed = _overexposure(extremes)
    if not overexposed:
        return predicted
    return replace(predicted, exposure_stops=min(predicted.exposure_stops, -OVEREXPOSED_STOPS * overexposed))


def _overexposure(extremes: Extremes) -> float:
    clipping = ramp(extremes.clipping_ratio, *CLIPPING_RATIO) * ramp(extremes.clipped_share, *CLIPPED_SHARE)
    return clipping * ramp(extremes.middle, *BRIGHT)
