"""Backlight: a bright sky or window, and before it a subject that is dark, with hardly anything between the two.

A whole photo that is brightened loses its sky, so the correction leaves such a subject dark. Its shadows are lifted
alone (edit/shadows.py).
"""

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import LUMINANCE, brightest, luma, ramp
from functions.enhance.analysis.percentiles import percentiles
from functions.enhance.arrays import Colours
from functions.enhance.srgb import to_linear

# What is dark in all channels (deep red and blue are not), and what is bright in luma; the rest lies between.
DARK, BRIGHT = 0.3, 0.72
# How much of the photo is dark and how much bright, from none of the evidence to all of it, and how much may lie
# between them: a photo in good light has most of its tones there.
DARK_SHARE, BRIGHT_SHARE, BETWEEN_SHARE = (0.2, 0.35), (0.12, 0.22), (0.42, 0.3)
# A sunset, a stage and a night are meant to be seen as silhouettes: their bright parts are coloured, or none of them
# comes near white. Chroma as a share of the brightest channel.
COLOURED, NEAR_WHITE = (0.35, 0.2), (0.8, 0.9)
# The light comes from behind and above: how much of the uppermost tenth is bright, and how much of the lowest dark. A
# black coat on a white bed has its bright surroundings below as well.
BRIGHT_ABOVE, DARK_BELOW, EDGE_PART = (0.3, 0.5), (0.5, 0.75), 10
# The light that the middle of the dark part is lifted to, and the most stops.
LIFTED_LIGHT, MOST_STOPS = 0.08, 1.2


def backlight_stops(thumbnail: Colours) -> float:
    """Return by how many stops to lift the shadows of a photo against the light, 0 in any other.

    The thumbnail has shape (rows, columns, 1 | 3), from 0 to 1.
    """
    coded = thumbnail.reshape(-1, thumbnail.shape[-1]).clip(0, 1)
    dark, bright = brightest(coded) < DARK, luma(coded) > BRIGHT
    evidence = (
        ramp(float(dark.mean()), *DARK_SHARE)
        * ramp(float(bright.mean()), *BRIGHT_SHARE)
        * ramp(float((~dark & ~bright).mean()), *BETWEEN_SHARE)
    )
    if not evidence:
        return 0.0
    evidence *= _whiteness(coded[bright]) * _is_from_above(dark, bright, thumbnail.shape[0])
    light = to_linear(coded[dark])
    middle = percentiles(light @ LUMINANCE if light.shape[-1] == 3 else light, [50])[0]
    return evidence * float(np.clip(np.log2(LIFTED_LIGHT / max(middle, 1e-3)), 0, MOST_STOPS))


def _whiteness(bright: Colours) -> float:
    """Return how much the bright part of a photo is daylight, 0 to 1: near white, or as blue as a sky."""
    highest = bright.max(axis=-1)
    chroma = float(((highest - bright.min(axis=-1)) / highest).mean())
    return ramp(chroma, *COLOURED) * ramp(float(percentiles(luma(bright), [90])[0]), *NEAR_WHITE)


def _is_from_above(dark: NDArray[np.bool_], bright: NDArray[np.bool_], rows: int) -> float:
    """Return how surely the bright part lies behind the upper edge and the dark part before the lower one, 0 to 1."""
    edge = max(1, rows // EDGE_PART) * (len(dark) // rows)
    return ramp(float(bright[:edge].mean()), *BRIGHT_ABOVE) * ramp(float(dark[-edge:].mean()), *DARK_BELOW)
