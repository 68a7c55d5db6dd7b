"""Fits the specialists and their gates (analysis/ensemble.py) to samples."""

from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.correction import OUTPUTS
from functions.enhance.analysis.ensemble import Model
from functions.enhance.analysis.features import BRIGHTNESS_FEATURES
from functions.enhance.analysis.gates import SPECIALTIES
from functions.enhance.analysis.illuminant import LightModel, light_statistics
from functions.enhance.analysis.networks import Network, Networks
from tools.training.learn_gates import fit_gates
from tools.training.learn_light import fit_light, held_out_light
from tools.training.learn_networks import Inputs, fitted, network, raw, start
from tools.training.samples import Samples
from tools.training.trainings import PARTS, SPECIALISTS, Training

# Noise on each input keeps a network from memorising single photos: less noise on brightness, or it could not see how
# bright white is; then extremes of brightness, extremes of colour, and levels.
NOISE, BRIGHTNESS_NOISE = 0.5, 0.07
EXTREME_NOISES, LEVEL_NOISE = (*(0.07,) * 3, *(0.3,) * 11, 0.15, 0.15, 0.07), 0.4


def fit(samples: Samples, light: LightModel | None) -> Model:
    """Fit the specialists and the gates to samples; a light model too, where none is given."""
    inputs = inputs_of(samples, light)
    specialists = fit_specialists(inputs)
    light = light or fit_light(samples.where(samples.has_known_light))
    return Model(light, specialists, fit_gates(inputs, specialists))


def inputs_of(samples: Samples, light: LightModel | None) -> Inputs:
    """Return what specialists see of samples, not normalised; the light as one sees it who did not learn from them."""
    statistics = _light_statistics(samples, light)
    seen = np.concatenate([samples.features, statistics, samples.extremes, samples.levels], axis=1)
    levels = np.full(samples.levels.shape[1], LEVEL_NOISE)
    noise = [_noise(samples.features.shape[1] + statistics.shape[1]), np.array(EXTREME_NOISES), levels]
    return Inputs(samples, seen, np.concatenate(noise))


def _light_statistics(samples: Samples, light: LightModel | None) -> NDArray[Any]:
    if light is None:
        return held_out_light(samples)
    return np.array([light_statistics(light.probabilities_of(shares)) for shares in samples.histograms])


def _noise(features: int) -> NDArray[np.float64]:
    return np.where(np.arange(features) < BRIGHTNESS_FEATURES, BRIGHTNESS_NOISE, NOISE)


def fit_specialists(inputs: Inputs) -> tuple[Networks, ...]:
    """Fit each specialist's networks to those samples that have a fault which it is to know."""
    means, deviations, normalised = inputs.normalised()

    def fit_one(training: Training, part: int) -> Network:
        own = training.knows(inputs.samples.fault) & (inputs.samples.photo % PARTS != part)
        first = start(len(means), training.hidden, OUTPUTS, jax.random.key(part))
        return network(fitted(normalised.where(own), training, first, lambda found, seen, _: raw(found, seen)))

    trainings = (SPECIALISTS[name] for name in SPECIALTIES)
    members = (tuple(fit_one(training, part) for part in range(PARTS)) for training in trainings)
    return tuple(Networks(means, deviations, each) for each in members)
