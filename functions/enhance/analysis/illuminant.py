"""The colour of the light, distinguished from colourful subjects: convolutional colour constancy.

A cast shifts every colour of a photo alike, if colours are expressed as stops between channels. The model looks for the
shift after which the photo's colours are distributed as those of good photos are (Barron 2015; Barron and Tsai 2017,
"Fast Fourier Color Constancy"): it correlates the histogram of the colours with a fitted filter, and the result plus
the prior of each light becomes a probability for each light.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import LUMINANCE
from functions.enhance.analysis.percentiles import percentiles
from functions.enhance.analysis.surfaces import Surfaces
from functions.enhance.arrays import Colours

# Histograms of BINS x BINS cells from -REACH to REACH stops of red and of blue against green; they wrap around.
BINS, REACH_STOPS = 32, 2.0
STEP_STOPS = 2 * REACH_STOPS / BINS
# A square root keeps the commonest colour from dominating; this offset keeps its slope finite at 0.
SMALLEST_SHARE = 1e-6

Histogram = NDArray[np.float64]


@dataclass(frozen=True)
class LightModel:
    """The fitted filter for each histogram, shape (3, BINS, BINS), and the log prior of each light."""

    filters: Histogram
    prior: Histogram
    gain: float

    def probabilities(self, surfaces: Surfaces) -> Histogram:
        """Return the probability of each light; the neutral light is the middle cell."""
        return self.probabilities_of(histograms(surfaces))

    def probabilities_of(self, spread: Histogram) -> Histogram:
        """Return the same for histograms of shape (3, BINS, BINS)."""
        shares = np.sqrt(spread + SMALLEST_SHARE) - np.sqrt(SMALLEST_SHARE)
        matches = np.fft.rfft2(shares) * np.conj(np.fft.rfft2(self.filters))
        scores = np.fft.fftshift(np.fft.irfft2(matches.sum(axis=0), s=(BINS, BINS))) * self.gain + self.prior
        weights = np.exp(scores - scores.max())
        return np.asarray(weights / weights.sum())


def histograms(surfaces: Surfaces) -> Histogram:
    """Return the histograms of all surfaces, of the differences between neighbours, and of the brightest surfaces."""
    edges, light = surfaces.edges + 1e-5, surfaces.light
    luminance = light @ LUMINANCE
    bright = light[luminance >= percentiles(luminance, [75])]
    return np.stack([_histogram(light), _histogram(edges, surfaces.edges @ LUMINANCE), _histogram(bright)])


def light_statistics(probabilities: Histogram) -> Colours:
    """Return five numbers: the mean light, in stops of red and of blue against green, and how certain it is.

    The certainty is the probability of no cast, the entropy in nats, and the standard deviation in stops.
    """
    stops = (np.arange(BINS) - BINS // 2) * STEP_STOPS
    red, blue = (probabilities.sum(axis=1 - axis) @ stops for axis in (0, 1))
    middle = np.s_[BINS // 2 - 1 : BINS // 2 + 2]
    none = probabilities[middle, middle].sum()
    entropy = -(probabilities * np.log(probabilities + 1e-9)).sum()
    spread = np.sqrt((probabilities * ((stops[:, None] - red) ** 2 + (stops - blue) ** 2)).sum())
    return np.array([red, blue, none, entropy, spread])


def _histogram(light: Colours, weights: NDArray[np.float64] | None = None) -> Histogram:
    stops = np.log2(light)
    cells = np.floor((stops[:, [0, 2]] - stops[:, [1]] + REACH_STOPS) / STEP_STOPS).astype(np.intp) % BINS
    counts = np.bincount(cells @ np.array([BINS, 1]), weights=weights, minlength=BINS * BINS)
    return np.asarray(counts / max(counts.sum(), 1e-9)).reshape(BINS, BINS)
