"""The colour of the light that a photo was taken under, and how sure one can be of it."""

import numpy as np
from numpy.typing import NDArray

from functions.enhance.colour import LUMINANCE, Colours, to_linear

# Below, noise and flare decide the colour; above, a clipped channel hides it.
DARKEST_PIXEL, BRIGHTEST_PIXEL = 0.03, 0.97
FEWEST_PIXELS = 50
# How far from grey, in stops between channels, a surface may be and still look neutral.
NEUTRAL_STOPS = 0.3
# How far the hues lie apart, on average, in a photo of a single hue; darker pixels are too coarse to tell.
SINGLE_HUE_STOPS, SURE_HUE = 0.08, 0.2
# Light that every lens scatters; it keeps the ratios of near-black channels finite.
FLARE = 1e-4

Chroma = NDArray[np.float64]


def cast_of(thumbnail: Colours, opaque: NDArray[np.bool_]) -> Chroma:
    """The cast on which independent estimates agree: log2(red/green) and log2(blue/green) of the light, 0 for none.

    Colourful subjects lead the estimates apart, a cast shifts all of them alike. So each axis takes the smallest of
    the estimates, and none where they disagree in direction. The estimates are the grey world, shades of grey
    (Finlayson and Trezzi 2004), the brightest surfaces, and the grey edge of order 1 and 6 (van de Weijer et al. 2007).
    """
    usable = _usable(thumbnail, opaque)
    if np.count_nonzero(usable) < FEWEST_PIXELS:
        return np.zeros(2)
    light = to_linear(thumbnail)
    surfaces, edges = light[usable], _edges(light, usable)
    samples = [_mean(surfaces, 1), _mean(surfaces, 6), _brightest(surfaces)]
    if len(edges) >= FEWEST_PIXELS:
        samples += [_mean(edges, 1), _mean(edges, 6)]
    return _consensus(np.array([_chroma(sample) for sample in samples]))


def neutral_gain(thumbnail: Colours, opaque: NDArray[np.bool_], cast: Chroma) -> float:
    """By how much the share of neutral pixels, -1 to 1, would rise if `cast` were taken out.

    Under a wrong white balance it rises, for walls and clouds and roads turn grey. A sunset, a stage or a flower hold
    nothing that is grey by nature, and nothing becomes so. A photo of one hue, a red wall or a toned print, tells
    nothing about its light: 0.
    """
    usable = _usable(thumbnail, opaque)
    if not usable.any():
        return 0.0
    light = np.log2(to_linear(thumbnail[usable]) + FLARE)
    chroma = light[:, [0, 2]] - light[:, [1]]
    if _is_single_hue(chroma[thumbnail[usable].max(axis=-1) > SURE_HUE]):
        return 0.0
    before, after = (np.hypot(*(chroma - shift).T) < NEUTRAL_STOPS for shift in (np.zeros(2), cast))
    return float(after.mean() - before.mean())


def _is_single_hue(chroma: Chroma) -> bool:
    if len(chroma) < FEWEST_PIXELS:
        return False
    return bool(np.hypot(*(chroma - np.median(chroma, axis=0)).T).mean() < SINGLE_HUE_STOPS)


def _usable(thumbnail: Colours, opaque: NDArray[np.bool_]) -> NDArray[np.bool_]:
    brightest = thumbnail.max(axis=-1)
    usable: NDArray[np.bool_] = opaque & (brightest > DARKEST_PIXEL) & (brightest < BRIGHTEST_PIXEL)
    return usable


def _mean(samples: Colours, norm: int) -> Colours:
    """Minkowski mean over the first axis: 1 is the average, higher norms lean to the strongest samples."""
    return np.asarray((samples**norm).mean(axis=0) ** (1 / norm))


def _brightest(surfaces: Colours) -> Colours:
    luminance = surfaces @ LUMINANCE
    return np.asarray(surfaces[luminance >= np.percentile(luminance, 95)].mean(axis=0))


def _edges(light: Colours, usable: NDArray[np.bool_]) -> Colours:
    """Absolute differences between neighbours, where the pixel and its four neighbours are usable."""
    across = np.abs(light[1:-1, 2:] - light[1:-1, :-2])
    down = np.abs(light[2:, 1:-1] - light[:-2, 1:-1])
    around = usable[1:-1, 2:] & usable[1:-1, :-2] & usable[2:, 1:-1] & usable[:-2, 1:-1]
    return (across + down)[usable[1:-1, 1:-1] & around]


def _chroma(sample: Colours) -> Chroma:
    red, green, blue = np.log2(np.maximum(sample, 1e-9))
    return np.array([red - green, blue - green])


def _consensus(estimates: Chroma) -> Chroma:
    signs = np.sign(estimates)
    agreed = (signs == signs[0]).all(axis=0)
    cast = np.where(agreed, signs[0] * np.abs(estimates).min(axis=0), 0.0)
    # No common light is magenta, but flowers, dresses and stages are.
    return cast - max(0.0, float(cast.mean()))
