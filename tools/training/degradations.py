"""Spoiling good photos on purpose: wrong light, wrong exposure, flat raw exports, the dark. Levels are 0 to 1."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from functions.enhance.analysis.colour import LUMA, LUMINANCE, Colours, to_coded, to_linear

# Lights of everyday: tungsten, shade, fluorescent, mild evening.
LIGHTS = np.array([(1.45, 1, 0.55), (0.78, 1, 1.35), (0.92, 1.15, 0.85), (1.15, 1, 0.85)])
# Of the photos without colours.
TONED_SHARE = 0.7
STOPS = (-2.5, -1.5, -1.0, 0.8)
# What eleven raw exports of MIT-Adobe FiveK lack, against what expert C made of them: exposure in stops, black, power
# of the midtones, S-curve and saturation. New flat exports are drawn around these.
FLAT_EXPORTS = np.array(
    [
        (0.85, 0.23, 0.57, -0.05, 1.31),
        (0.41, 0.19, 0.67, -0.02, 1.21),
        (0.47, 0.16, 0.63, 0.14, 1.16),
        (0.82, 0.25, 0.74, -0.06, 1.21),
        (1.48, 0.26, 0.71, -0.04, 1.08),
        (0.35, 0.11, 0.65, 0.00, 1.14),
        (0.33, 0.16, 0.61, 0.17, 1.05),
        (1.58, 0.12, 0.88, -0.17, 1.20),
        (0.66, 0.28, 0.45, 0.04, 1.20),
        (0.85, 0.17, 0.58, 0.01, 1.13),
        (0.16, 0.19, 0.50, -0.02, 1.36),
    ]
)
FLAT_SPREAD = np.array([0.32, 0.06, 0.1, 0.06, 0.08])
# Variance of a sensor's noise: per unit of linear light, and at none.
NOISE, NOISE_AT_NIGHT = (2e-4, 2e-6), (4e-5, 2e-7)


@dataclass(frozen=True)
class Degraded:
    """A photo with a fault, and the stops of red and blue against green by which its light is off."""

    photo: Colours
    fault: str
    light: tuple[float, float] = (0.0, 0.0)


def degraded(photo: Colours, rng: Generator, *, keep_light: bool) -> Degraded:
    """Return the photo with a fault drawn at random, or none; with `keep_light`, under the light that it has."""
    faults = {name: fault for name, fault in FAULTS.items() if not (keep_light and "cast" in name)}
    shares = np.array([share for share, _ in faults.values()])
    return faults[str(rng.choice(list(faults), p=shares / shares.sum()))][1](photo, rng)


def monochrome(photo: Colours, rng: Generator) -> Colours:
    """Return the photo in greys, or toned: sepia, selenium, blue."""
    grey = (photo @ LUMA)[..., None]
    toned = rng.random() < TONED_SHARE
    return np.asarray(grey ** np.exp(rng.normal(0, (0.3, 0.1, 0.3)) * toned))


def restyled(photo: Colours, rng: Generator) -> Colours:
    """Return the photo as another hand might have finished it: as good, and a little different."""
    gains = 2.0 ** (rng.normal(0, 0.06, 3) + rng.normal(0, 0.12))
    toned = np.clip(to_coded(to_linear(photo) * gains), 0, 1) ** np.exp(rng.normal(0, 0.08))
    return np.clip(_saturated(toned, np.exp(rng.normal(0, 0.12))), 0, 1)


def _nothing(photo: Colours, _rng: Generator) -> Degraded:
    return Degraded(photo, "none")


def _cast(photo: Colours, rng: Generator) -> Degraded:
    gains = _light(rng)
    stops = np.log2(gains)
    # A camera that was wrong about the light applied its own tone curve after that, not sRGB's.
    gamma = rng.uniform(1.6, 2.8) if rng.random() < 0.3 else None
    light = to_linear(photo) if gamma is None else photo**gamma
    lit = np.clip(light * gains, 0, 1)
    coded = to_coded(lit) if gamma is None else lit ** (1 / gamma)
    return Degraded(coded, "cast", (stops[0] - stops[1], stops[2] - stops[1]))


def _light(rng: Generator) -> Colours:
    if rng.random() < 0.6:
        gains = LIGHTS[rng.integers(len(LIGHTS))] ** rng.uniform(0.5, 1.15) * 2 ** rng.normal(0, 0.05, 3)
    else:
        warmth, red, blue = rng.normal(0, (0.5, 0.135, 0.135))
        gains = 2.0 ** np.array([0.6 * warmth + red, 0, -0.8 * warmth + blue])
    return np.asarray(gains / (gains @ LUMINANCE))


def _exposure(photo: Colours, rng: Generator) -> Degraded:
    usual = rng.random() < 0.7
    stops = rng.choice(STOPS) + rng.normal(0, 0.25) if usual else rng.uniform(-3, 1)
    return Degraded(_exposed(photo, stops, NOISE, rng), "exposure")


def flat_export(photo: Colours, rng: Generator) -> Colours:
    """Return the photo as a raw converter might export it with all settings at none; some with a fault besides."""
    flat, draw = _flat(photo, rng), rng.random()
    if draw < 0.12:
        return to_coded(np.clip(to_linear(flat) * _light(rng) ** rng.uniform(0.2, 0.6), 0, 1))
    if draw < 0.22:
        return to_coded(np.clip(to_linear(flat) * 2 ** rng.uniform(-1.2, 0.5), 0, 1))
    return flat


def _flat(photo: Colours, rng: Generator) -> Colours:
    lacks = FLAT_EXPORTS[rng.integers(len(FLAT_EXPORTS))] + rng.normal(0, FLAT_SPREAD)
    lacks[:2] = max(lacks[0], -0.1), np.clip(lacks[1], 0, 0.34)
    return np.clip(_flattened(photo, lacks), 0, 1)


def _flat_and_cast(photo: Colours, rng: Generator) -> Degraded:
    cast = _cast(_flat(photo, rng), rng)
    return Degraded(cast.photo, "flat and cast", cast.light)


def _dark(photo: Colours, rng: Generator) -> Degraded:
    lacks = np.array([0, rng.uniform(0, 0.09), rng.uniform(0.5, 1.2), 0, rng.uniform(0.9, 1.5)])
    return Degraded(_exposed(_flattened(photo, lacks), -rng.uniform(3.5, 6.4), NOISE_AT_NIGHT, rng), "dark")


def _cast_and_dark(photo: Colours, rng: Generator) -> Degraded:
    cast = _cast(photo, rng)
    return Degraded(_exposed(cast.photo, -rng.uniform(0.3, 2.5), NOISE, rng), "cast and exposure", cast.light)


# How often each fault is drawn.
FAULTS: dict[str, tuple[float, Callable[[Colours, Generator], Degraded]]] = {
    "none": (0.30, _nothing),
    "cast": (0.22, _cast),
    "exposure": (0.20, _exposure),
    "flat and cast": (0.02, _flat_and_cast),
    "dark": (0.07, _dark),
    "cast and exposure": (0.05, _cast_and_dark),
}


def _exposed(photo: Colours, stops: float, noise: tuple[float, float], rng: Generator) -> Colours:
    light = to_linear(photo) * 2.0**stops
    per_light, at_none = noise
    return to_coded(np.clip(light + rng.normal(0, 1, light.shape) * np.sqrt(light * per_light + at_none), 0, 1))


def _flattened(photo: Colours, lacks: Colours) -> Colours:
    """Return the photo from which the steps would make this one, given what it lacks: see FLAT_EXPORTS."""
    stops, black, power, contrast, saturation = lacks
    pale = np.clip(_saturated(photo, 1 / saturation), 0, 1)
    tones = np.linspace(0, 1, 2001)
    even = np.interp(pale, tones + contrast * (tones * tones * (3 - 2 * tones) - tones), tones)
    return to_coded(to_linear(even ** (1 / power) * (1 - black) + black) * 2.0**-stops)


def _saturated(photo: Colours, gain: float) -> Colours:
    grey = (photo @ LUMA)[..., None]
    return np.asarray(grey + gain * (photo - grey))
