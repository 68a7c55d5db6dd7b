"""The features of a photo that the ensemble predicts from: brightness, contrast, colours and their distribution."""

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import LUMINANCE, brightest, darkest, luma, ramp
from functions.enhance.analysis.extremes import Extremes
from functions.enhance.analysis.percentiles import median, percentiles
from functions.enhance.analysis.surfaces import FLARE, Surfaces
from functions.enhance.arrays import Colours

Features = NDArray[np.float64]

# Chroma in stops between channels: the histogram's range and bins, and the radii within which a colour is neutral.
CHROMA_REACH, CHROMA_BINS = 1.5, 6
NEUTRALS = (0.12, 0.3)
# The histograms of levels: bins of one channel; and from where on a dark photo's stops to white are all alike.
LEVEL_BINS, DARKEST_STOPS = 32, 8.0
# How far from white a photo may end, in stops, for its ceilings to count: darker levels are so coarse that rounding, as
# of another colour space, makes and unmakes heaps.
COARSE_STOPS = (1.2, 0.6)
# The number of features, the first ones, that measure brightness.
BRIGHTNESS_FEATURES = 25


def features_of(pixels: Colours, surfaces: Surfaces) -> Features:
    """Measure opaque pixels, shape (pixels, 3), 0 to 1, and their surfaces; return 88 numbers of about unit size."""
    return np.concatenate([_brightness(pixels, surfaces.all_light), _saturation(pixels), _colour(surfaces)])


def level_histograms(pixels: Colours) -> Features:
    """Return the histograms of luma, red, green and blue as square roots of shares: LEVEL_BINS numbers for each."""
    planes = np.concatenate([luma(pixels)[:, None], pixels], axis=1)
    cells = np.minimum(planes * LEVEL_BINS, LEVEL_BINS - 1).astype(np.intp) + LEVEL_BINS * np.arange(4)
    return np.sqrt(np.bincount(cells.ravel(), minlength=4 * LEVEL_BINS) / len(pixels))


def features_of_extremes(extremes: Extremes) -> Features:
    """Return what the brightest and darkest pixels show, as 17 numbers of about unit size.

    Where all channels end in a ceiling, that is clipped white: its colour is the light's, and what it lacks to white is
    the exposure that is missing. The last three numbers are 0 where there is no ceiling.
    """
    gap, cast = min(extremes.stops_to_white, DARKEST_STOPS) / 4, extremes.cast.clip(-2, 2)
    near_white = ramp(extremes.stops_to_white, *COARSE_STOPS)
    ceilings = near_white * np.log1p(extremes.ceilings) / 2
    numbers = (
        gap,
        extremes.black,
        extremes.middle,
        np.log1p(extremes.clipping_ratio) / 2,
        np.sqrt(extremes.clipped_share),
        np.sqrt(near_white * extremes.ceiling_share),
    )
    by_ceilings = [*cast * min(ceilings[:3].min(), 1.0), gap * min(ceilings[3], 1.0)]
    return np.concatenate([numbers, ceilings, cast, extremes.mean_cast.clip(-2, 2), by_ceilings])


def _brightness(pixels: Colours, light: Colours) -> Features:
    brightness, highest, lowest = luma(pixels), brightest(pixels), darkest(pixels)
    stops = np.log2(percentiles(light @ LUMINANCE, [10, 50, 90, 99.5]) + FLARE)
    shares = [(highest > 0.98).mean(), (lowest > 0.98).mean(), (brightness < 0.02).mean()]
    return np.concatenate(
        [
            percentiles(brightness, [0.5, 2, 10, 25, 50, 75, 90, 98, 99.5]),
            percentiles(highest, [50, 90, 99.5]),
            percentiles(lowest, [0.5, 10, 50, 99.5]),
            stops / 4,
            np.sqrt(shares),
            [brightness.mean(), brightness.std()],
        ]
    )


def _saturation(pixels: Colours) -> Features:
    highest = brightest(pixels)
    chroma = highest - darkest(pixels)
    saturation = chroma / np.maximum(highest, 0.02)
    return np.array([chroma.mean(), saturation.mean(), *percentiles(saturation, [20, 50, 90])])


def _colour(surfaces: Surfaces) -> Features:
    """Measure the colour of the light by several estimators, and the distribution of the photo's colours around it."""
    light, edges = surfaces.light, surfaces.edges + FLARE / 100
    chroma, luminance = _chroma(light), light @ LUMINANCE
    # The grey world (Buchsbaum 1980), shades of grey (Finlayson and Trezzi 2004), the brightest surfaces, and the grey
    # edge of order 1 and 6 (van de Weijer et al. 2007).
    bright = light[luminance >= percentiles(luminance, [95])]
    means = [light.mean(axis=0), _sixth_norm(light), bright.mean(axis=0), edges.mean(axis=0), _sixth_norm(edges)]
    thirds = np.array_split(chroma[np.argsort(luminance, kind="stable")], 3)
    return np.concatenate(
        [
            *(_chroma(mean) for mean in means),
            [median(stops) for stops in chroma.T],
            *(third.mean(axis=0) if len(third) else np.zeros(2) for third in thirds),
            chroma.std(axis=0),
            [np.mean(np.hypot(*chroma.T) < radius) for radius in NEUTRALS],
            _histogram(chroma),
        ]
    )


def _chroma(light: Colours) -> Colours:
    """Return log2(red/green) and log2(blue/green) of light whose last axis is the channels."""
    stops = np.log2(light)
    return np.asarray(stops[..., [0, 2]] - stops[..., [1]])


def _sixth_norm(samples: Colours) -> Colours:
    """Return the Minkowski mean (p = 6) over the first axis, in which the strongest samples count most."""
    squares = samples * samples
    return np.asarray((squares * squares * squares).mean(axis=0) ** (1 / 6))


def _histogram(chroma: Colours) -> Features:
    """Return the histogram of the chromas as square roots of shares, so that the commonest do not dominate."""
    scaled = np.clip((chroma / CHROMA_REACH + 1) / 2, 0, 1 - 1e-9) * CHROMA_BINS
    cells = scaled.astype(np.intp) @ np.array([CHROMA_BINS, 1])
    return np.sqrt(np.bincount(cells, minlength=CHROMA_BINS**2) / len(chroma))
