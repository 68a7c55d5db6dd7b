"""Tells light that was meant (dusk, a stage, golden haze, a starry sky) from a wrong white balance.

A wrong white balance shifts every colour alike, the brightest as well: of photos with casts put on them by script, each
had brightest channels that lay at least 0.14 stops towards the cast. Where the brightest are neutral or lie the other
way, as lamps at dusk and stars do, the camera was right and the colour belongs to the scene.
"""

import numpy as np

from functions.enhance.analysis.colour import LUMA, brightest, ramp
from functions.enhance.analysis.correction import Correction
from functions.enhance.analysis.percentiles import median
from functions.enhance.analysis.scene import Scene
from functions.enhance.arrays import Colours
from functions.enhance.srgb import to_linear

# How far the brightest have to lie towards the cast, in stops; a camera makes white what it clips, under whatever lamp,
# so they need not where the cast is this strong.
TOWARDS_STOPS, CERTAIN_STOPS = (0.06, 0.14), (0.7, 1.0)
# How far off neutral half of the surfaces may lie after the correction: beyond, the subject has the colour.
COLOURFUL_STOPS = (2.5, 3.5)
# Surfaces that show a colour: neither dark nor clipped. What keeps the logarithms finite.
DARKEST_LUMA, BRIGHTEST_LEVEL, FLARE = 0.12, 0.97, 1e-3


def is_wrong_balance(correction: Correction, scene: Scene) -> float:
    """Return how surely the predicted cast is one of the camera's, and not of the light that was meant, 0 to 1."""
    length = correction.cast_stops
    if not length:
        return 0.0
    towards = float(scene.extremes.cast @ correction.cast) / length
    shifted = max(ramp(towards, *TOWARDS_STOPS), ramp(length, *CERTAIN_STOPS))
    return shifted * (1 - ramp(_stops_off_neutral(correction, scene.pixels), *COLOURFUL_STOPS))


def _stops_off_neutral(correction: Correction, pixels: Colours) -> float:
    """Return the median over the surfaces of their distance to neutral after the correction; 0 where there is none."""
    if pixels.shape[-1] == 1:
        return 0.0
    surfaces = pixels[(pixels @ LUMA > DARKEST_LUMA) & (brightest(pixels) < BRIGHTEST_LEVEL)]
    if not len(surfaces):
        return 0.0
    stops = np.log2(to_linear(surfaces) + FLARE)
    return median(np.hypot(*(stops[:, [0, 2]] - stops[:, [1]] + correction.cast).T))
