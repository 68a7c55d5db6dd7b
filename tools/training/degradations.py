"""Degrades good photos on purpose: wrong light, wrong exposure, flat raw exports, darkness. Levels are 0 to 1."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from functions.enhance.analysis.colour import LUMA, LUMINANCE
from functions.enhance.arrays import Colours
from functions.enhance.srgb import to_coded, to_linear
from tools.training.flat_exports import Flatness, drawn_flat, flattened, saturated

# Common lights: tungsten, shade, fluorescent, mild evening, LEDs that lack green.
LIGHTS = np.array([(1.45, 1, 0.55), (0.78, 1, 1.35), (0.92, 1.15, 0.85), (1.15, 1, 0.85), (1.1, 0.92, 1.12)])
# The share of monochrome photos that are toned.
TONED_SHARE = 0.7
# How often the colour of a wrong light fades toward white, as tone curves of cameras have it, and how much of it at
# white: in pairs from cameras the brightest has a third to two thirds of the cast.
FADING_SHARE, FADING = 0.4, (0.3, 0.9)
STOPS = (-2.5, -2.0, -1.5, -1.0, -0.75, -0.5, 0.5, 0.8)
# Variance of a sensor's noise: per unit of linear light, and without light.
NOISE, NOISE_AT_NIGHT = (2e-4, 2e-6), (4e-5, 2e-7)


@dataclass(frozen=True)
class Degraded:
    """A photo with a fault, and the error of its light in stops of red and of blue against green."""

    photo: Colours
    fault: str
    light: tuple[float, float] = (0.0, 0.0)


def degraded(photo: Colours, rng: Generator, *, keep_light: bool) -> Degraded:
    """Return the photo with a fault drawn at random, or none; `keep_light` excludes colour casts."""
    faults = {name: fault for name, fault in FAULTS.items() if not (keep_light and "cast" in name)}
    shares = np.array([share for share, _ in faults.values()])
    return faults[str(rng.choice(list(faults), p=shares / shares.sum()))][1](photo, rng)


def monochrome(photo: Colours, rng: Generator) -> Colours:
    """Return the photo in greys, or toned: sepia, selenium, blue."""
    grey = (photo @ LUMA)[..., None]
    toned = rng.random() < TONED_SHARE
    return np.asarray(grey ** np.exp(rng.normal(0, (0.3, 0.1, 0.3)) * toned))


def restyled(photo: Colours, rng: Generator) -> Colours:
    """Return the photo as another editor might have finished it: as good, and a little different.

    White stays white: gains would clip it, or tint it, and so hide how wrong exposures and wrong lights are told.
    """
    toned = photo ** np.exp(rng.normal(0, 0.027, 3) + rng.normal(0, 0.097))
    return np.clip(saturated(toned, np.exp(rng.normal(0, 0.12))), 0, 1)


def _nothing(photo: Colours, _rng: Generator) -> Degraded:
    return Degraded(photo, "none")


def _cast(photo: Colours, rng: Generator) -> Degraded:
    gains = _light(rng)
    stops = np.log2(gains)
    # A camera with the wrong white balance applied its own tone curve after it, not sRGB's.
    gamma = rng.uniform(1.6, 2.8) if rng.random() < 0.3 else None
    light = to_linear(photo) if gamma is None else photo**gamma
    lit = np.clip(light * gains, 0, 1)
    coded = to_coded(lit) if gamma is None else lit ** (1 / gamma)
    if rng.random() < FADING_SHARE:
        coded = _fading_to_white(coded, photo, rng.uniform(*FADING))
    return Degraded(coded, "cast", (stops[0] - stops[1], stops[2] - stops[1]))


def _fading_to_white(lit: Colours, photo: Colours, most: float) -> Colours:
    """Return a photo under a wrong light as cameras show it: the brighter, the less of the light's colour is left."""
    faded = most * (photo @ LUMA)[..., None] ** 2
    return np.asarray(lit + faded * (photo - lit))


def _light(rng: Generator) -> Colours:
    if rng.random() < 0.6:
        gains = LIGHTS[rng.integers(len(LIGHTS))] ** rng.uniform(0.3, 1.15) * 2 ** rng.normal(0, 0.05, 3)
    else:
        warmth, red, blue = rng.normal(0, (0.5, 0.135, 0.135))
        gains = 2.0 ** np.array([0.6 * warmth + red, 0, -0.8 * warmth + blue])
    return np.asarray(gains / (gains @ LUMINANCE))


def _exposure(photo: Colours, rng: Generator) -> Degraded:
    usual = rng.random() < 0.7
    stops = rng.choice(STOPS) + rng.normal(0, 0.25) if usual else rng.uniform(-3, 1)
    return Degraded(_exposed(photo, stops, NOISE, rng), "exposure")


def flat_export(photo: Colours, rng: Generator) -> Colours:
    """Return the photo as a raw converter might export it with all settings at zero; some have another fault too."""
    flat, draw = drawn_flat(photo, rng), rng.random()
    if draw < 0.12:
        return to_coded(np.clip(to_linear(flat) * _light(rng) ** rng.uniform(0.2, 0.6), 0, 1))
    if draw < 0.22:
        return to_coded(np.clip(to_linear(flat) * 2 ** rng.uniform(-1.2, 0.5), 0, 1))
    return flat


def _flat_and_cast(photo: Colours, rng: Generator) -> Degraded:
    cast = _cast(drawn_flat(photo, rng), rng)
    return Degraded(cast.photo, "flat and cast", cast.light)


def _dark(photo: Colours, rng: Generator) -> Degraded:
    needed = Flatness(black=rng.uniform(0, 0.09), power=rng.uniform(0.5, 1.2), saturation=rng.uniform(0.9, 1.5))
    return Degraded(_exposed(flattened(photo, needed), -rng.uniform(3.5, 6.4), NOISE_AT_NIGHT, rng), "dark")


def _cast_and_exposure(photo: Colours, rng: Generator) -> Degraded:
    cast = _cast(photo, rng)
    return Degraded(_exposed(cast.photo, -rng.uniform(0.3, 2.5), NOISE, rng), "cast and exposure", cast.light)


def _cast_and_dark(photo: Colours, rng: Generator) -> Degraded:
    cast = _cast(photo, rng)
    return Degraded(_dark(cast.photo, rng).photo, "cast and dark", cast.light)


# How often each fault is drawn.
FAULTS: dict[str, tuple[float, Callable[[Colours, Generator], Degraded]]] = {
    "none": (0.20, _nothing),
    "cast": (0.23, _cast),
    "exposure": (0.24, _exposure),
    "dark": (0.08, _dark),
    "flat and cast": (0.09, _flat_and_cast),
    "cast and exposure": (0.13, _cast_and_exposure),
    "cast and dark": (0.03, _cast_and_dark),
}


def _exposed(photo: Colours, stops: float, noise: tuple[float, float], rng: Generator) -> Colours:
    light = to_linear(photo) * 2.0**stops
    per_light, without_light = noise
    return to_coded(np.clip(light + rng.normal(0, 1, light.shape) * np.sqrt(light * per_light + without_light), 0, 1))
