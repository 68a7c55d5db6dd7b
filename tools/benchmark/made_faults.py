"""Faults made on purpose, of known kind and strength: a cast by lamp and strength, and a wrong exposure by stops."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from functions.enhance.analysis.colour import LUMINANCE
from functions.enhance.srgb import to_coded, to_linear

Levels = NDArray[np.uint8]

# What a lamp does to red, green and blue where the camera expects daylight.
LAMPS = {
    "tungsten": (1.45, 1.0, 0.55),
    "shade": (0.78, 1.0, 1.35),
    "fluorescent": (0.92, 1.15, 0.85),
    "evening": (1.15, 1.0, 0.85),
    "magenta LED": (1.1, 0.92, 1.12),
}
# As a power of the lamp's gains.
STRENGTHS = {"mild": 0.4, "strong": 1.0}
STOPS = (-2.5, -1.5, -1.0, -0.5, 0.8)
# Variance of a sensor's noise: per unit of linear light, and without light.
NOISE_PER_LIGHT, NOISE = 2e-4, 2e-6
CASTS_PER_PHOTO, EXPOSURES_PER_PHOTO = 4, 3


@dataclass(frozen=True)
class Fault:
    """A fault of one set (`cast` or `exposure`) and kind, and the photo with it."""

    set_name: str
    kind: str
    levels: Levels


def faults_of(right: Levels, number: int) -> Iterator[Fault]:
    """Yield a photo with several faults; over the photos, by their numbers, all kinds take turns."""
    kinds = [(lamp, strength) for strength in STRENGTHS for lamp in LAMPS]
    light = to_linear(right / 255)
    for turn in range(number * CASTS_PER_PHOTO, (number + 1) * CASTS_PER_PHOTO):
        lamp, strength = kinds[turn % len(kinds)]
        yield Fault("cast", f"{lamp}, {strength}", _levels(light * _gains(lamp, strength)))
    for turn in range(number * EXPOSURES_PER_PHOTO, (number + 1) * EXPOSURES_PER_PHOTO):
        stops = STOPS[turn % len(STOPS)]
        noisy = _with_noise(light * 2.0**stops, np.random.default_rng(turn))
        yield Fault("exposure", f"{stops:+.1f} stops", _levels(noisy))


def _gains(lamp: str, strength: str) -> NDArray[np.float64]:
    gains = np.array(LAMPS[lamp]) ** STRENGTHS[strength]
    return np.asarray(gains / (gains @ LUMINANCE))


def _with_noise(light: NDArray[np.float64], rng: Generator) -> NDArray[np.float64]:
    return light + rng.normal(0, 1, light.shape) * np.sqrt(light * NOISE_PER_LIGHT + NOISE)


def _levels(light: NDArray[np.float64]) -> Levels:
    return np.rint(to_coded(np.clip(light, 0, 1)) * 255).astype(np.uint8)
