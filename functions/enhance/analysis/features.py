"""What is measured of a photo to judge it by: brightness, contrast, colours and their spread, as one row of numbers."""

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import LUMINANCE, Colours, brightest, darkest, luma
from functions.enhance.analysis.percentiles import median, percentiles
from functions.enhance.analysis.surfaces import FLARE, Surfaces

Features = NDArray[np.float64]

# Chroma in stops between channels: how far the histogram reaches, in how many bins; and what still counts as neutral.
CHROMA_REACH, CHROMA_BINS = 1.5, 6
NEUTRALS = (0.12, 0.3)
# So many features, the first ones, measure brightness.
BRIGHTNESS_FEATURES = 25


def features_of(pixels: Colours, surfaces: Surfaces) -> Features:
    """Measure opaque pixels, shape (pixels, 3), 0 to 1, and their surfaces; returns 88 numbers of about unit size."""
    return np.concatenate([_brightness(pixels, surfaces.all_light), _saturation(pixels), _colour(surfaces)])


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
    """Measure the colour of the light by what estimates it, and how the photo's colours lie around it."""
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
    """Minkowski mean over the first axis, which leans to the strongest samples."""
    squares = samples * samples
    return np.asarray((squares * squares * squares).mean(axis=0) ** (1 / 6))


def _histogram(chroma: Colours) -> Features:
    """Return how the chromas spread, as square roots of shares, which do not let the commonest drown the rest."""
    scaled = np.clip((chroma / CHROMA_REACH + 1) / 2, 0, 1 - 1e-9) * CHROMA_BINS
    cells = scaled.astype(np.intp) @ np.array([CHROMA_BINS, 1])
    return np.sqrt(np.bincount(cells, minlength=CHROMA_BINS**2) / len(chroma))
