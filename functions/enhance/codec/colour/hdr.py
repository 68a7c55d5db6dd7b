"""Renders HDR (ITU-R BT.2100: PQ or HLG) to the range of an ordinary display, as Display P3.

The curve is the EETF of ITU-R BT.2390-11, section 5.4.1: what the display can show keeps its brightness up to a knee,
and a spline takes the rest, up to the brightest light of this picture, to the display's white. The brightest channel
of each pixel decides, and the others follow, so that hues stay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from functions.enhance.arrays import Levels
from functions.enhance.codec.colour.primaries import DISPLAY_P3, Primaries
from functions.enhance.colour_space import (
    OWN_ROOTS,
    POINTS,
    Light,
    index_of,
    light_of_index,
    looked_up,
    srgb_levels,
    transformed,
)

# In candelas per square metre: white of a page or a face in the sun in HDR (ITU-R BT.2408), which becomes the display's
# white; the most that PQ can hold; and the display for which HLG is made.
WHITE, PQ_PEAK, HLG_PEAK = 203.0, 10_000.0, 1_000.0
HLG_SYSTEM_GAMMA = 1.2
LUMINANCE_2020 = (0.2627, 0.6780, 0.0593)
# Of the pixels, those brighter than this share do not count, and so many at most are looked at.
BRIGHTEST, SAMPLES = 0.9995, 2**20
STRIP_ROWS = 32

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Hdr:
    """A picture's curve, "PQ" or "HLG", and its primaries."""

    curve: str
    primaries: Primaries


def render_for_display(levels: Levels, hdr: Hdr) -> None:
    """Turn levels of shape (rows, columns, 1 | 3 | 4), in place, into those of Display P3 (of sRGB's grey)."""
    top = int(np.iinfo(levels.dtype).max)
    table = LIGHT[hdr.curve](np.linspace(0, 1, top + 1)).astype(np.float32)[:, None]
    gain = _gain(_peak(levels, table, hdr)).astype(np.float32)[:, None]
    shown = srgb_levels(levels.dtype)
    to_p3 = np.linalg.inv(DISPLAY_P3.to_xyz()) @ hdr.primaries.to_xyz()
    for top_row in range(0, len(levels), STRIP_ROWS):
        strip = levels[top_row : top_row + STRIP_ROWS, :, :3]
        nits = _nits(np.ascontiguousarray(strip), table, hdr)
        dimmed = nits * looked_up(index_of(_brightest(nits) / np.float32(PQ_PEAK), OWN_ROOTS), gain)
        own = transformed(dimmed / np.float32(WHITE), to_p3 if dimmed.shape[-1] > 1 else np.ones(1))
        strip[:] = looked_up(index_of(own, OWN_ROOTS), shown)


def _peak(levels: Levels, table: Light, hdr: Hdr) -> float:
    """Return the brightest light of the picture, but for a few pixels; at least WHITE."""
    stride = max(1, int(np.sqrt(levels.shape[0] * levels.shape[1] / SAMPLES)))
    some = _brightest(_nits(np.ascontiguousarray(levels[::stride, ::stride, :3]), table, hdr))
    return max(float(np.quantile(some, BRIGHTEST)), WHITE)


def _brightest(nits: Light) -> Light:
    """Return the highest channel; numpy takes twenty times as long to reduce so short an axis."""
    return np.asarray(reduce(np.maximum, np.moveaxis(nits, -1, 0)))[..., None]


def _nits(levels: Levels, table: Light, hdr: Hdr) -> Light:
    """Return the light of the picture on the display that it was made for, in candelas per square metre."""
    light = looked_up(levels, table)
    if hdr.curve == "PQ":
        return light
    # The OOTF of BT.2100, table 5: the display makes bright scenes brighter still.
    luminance = light @ np.array(LUMINANCE_2020, np.float32) if light.shape[-1] > 1 else light[..., 0]
    return np.asarray(light * (HLG_PEAK * luminance ** (HLG_SYSTEM_GAMMA - 1))[..., None], np.float32)


def _gain(peak: float) -> Values:
    """Return by how much light is dimmed, by its index: the EETF from 0 .. `peak` to 0 .. WHITE."""
    nits = light_of_index(OWN_ROOTS) * PQ_PEAK
    source_peak = float(_pq_coded(np.array(peak)))
    coded, white = _pq_coded(nits) / source_peak, float(_pq_coded(np.array(WHITE))) / source_peak
    knee = 1.5 * white - 0.5
    if knee >= 1:
        return np.ones(POINTS)
    along = ((coded - knee) / (1 - knee)).clip(0, 1)
    square, cube = along**2, along**3
    spline = (2 * cube - 3 * square + 1) * knee + (cube - 2 * square + along) * (1 - knee)
    mapped = np.where(coded < knee, coded, spline + (3 * square - 2 * cube) * white)
    return np.asarray(pq_light(mapped * source_peak) / np.maximum(nits, 1e-6)).clip(0, 1)


def pq_light(coded: Values) -> Values:
    """Return the light of PQ's coded values, in candelas per square metre (ITU-R BT.2100-2, table 4)."""
    root = coded ** (32 / 2523)
    return np.asarray(PQ_PEAK * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (16384 / 2610))


def _pq_coded(nits: Values) -> Values:
    root = (nits / PQ_PEAK) ** (2610 / 16384)
    return np.asarray(((0.8359375 + 18.8515625 * root) / (1 + 18.6875 * root)) ** (2523 / 32))


def hlg_light(coded: Values) -> Values:
    """Return the light of the scene, 0 to 1, of HLG's coded values (ITU-R BT.2100-2, table 5)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(coded <= 0.5, coded**2 / 3, (np.exp((np.maximum(coded, 0.5) - c) / a) + b) / 12)


LIGHT: dict[str, Callable[[Values], Values]] = {"PQ": pq_light, "HLG": hlg_light}
