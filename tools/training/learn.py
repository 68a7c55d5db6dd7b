"""Fits the specialists and their gates (analysis/ensemble.py) to samples, with Adam in JAX."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product, starmap
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from functions.enhance.analysis.ensemble import CAST_OUTPUTS, ONLY_ABOUT_CASTS, SPECIALTIES, Model, seen_by_gates
from functions.enhance.analysis.features import BRIGHTNESS_FEATURES
from functions.enhance.analysis.illuminant import LightModel, light_statistics
from functions.enhance.analysis.networks import Network, Networks
from tools.training.adam import Parameters, minimised
from tools.training.differentiable_steps import OUTPUTS, colour_difference, corrected
from tools.training.learn_light import fit_light, held_out_light
from tools.training.samples import Samples
from tools.training.trainings import GATES, PARTS, SPECIALISTS, Training

RATE, WEIGHT_DECAY = 3e-3, 1e-4
# Noise on each input keeps a network from memorising single photos: less noise on brightness, or it could not see how
# bright white is; then extremes of brightness, extremes of colour, levels, and specialists' outputs.
NOISE, BRIGHTNESS_NOISE = 0.5, 0.07
EXTREME_NOISES, LEVEL_NOISE, OPINION_NOISE = (*(0.07,) * 3, *(0.3,) * 11, 0.15, 0.15, 0.07), 0.4, 0.2

# From a network's parameters, what it sees, and the numbers of the samples: the outputs that are carried out.
CarriedOut = Callable[[Parameters, Array, Array], Array]


@dataclass(frozen=True)
class Inputs:
    """Samples, the features that networks see of each, and the noise on each normalised feature."""

    samples: Samples
    features: NDArray[Any]
    noise: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_]) -> "Inputs":
        """Return the inputs of the samples for which `chosen` is true."""
        return Inputs(self.samples.where(chosen), self.features[chosen], self.noise)


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
    means, deviations, normalised = _normalised(inputs)

    def fitted(training: Training, number: int) -> Network:
        own = training.knows(inputs.samples.fault) & (inputs.samples.photo % PARTS != number)
        return _fit_network(normalised.where(own), training, number, OUTPUTS, lambda found, seen, _: _raw(found, seen))

    trainings = (SPECIALISTS[name] for name in SPECIALTIES)
    members = (tuple(fitted(training, number) for number in range(PARTS)) for training in trainings)
    return tuple(Networks(means, deviations, each) for each in members)


def fit_gates(inputs: Inputs, specialists: tuple[Networks, ...]) -> Networks:
    """Fit gates to what the specialists say of photos that they did not learn from."""
    opinions = np.stack([held_out(specialist, inputs) for specialist in specialists], axis=1)
    noise = np.concatenate([inputs.noise, np.full(opinions[0].size, OPINION_NOISE)])
    means, deviations, normalised = _normalised(Inputs(inputs.samples, seen_by_gates(inputs.features, opinions), noise))
    scores = 2 * len(specialists) - ONLY_ABOUT_CASTS

    def fitted(training: Training, number: int) -> Network:
        known = inputs.samples.photo % PARTS != number
        said = jnp.asarray(opinions[known])

        def carried_out(parameters: Parameters, seen: Array, chosen: Array) -> Array:
            return trusted_in_jax(said[chosen], _raw(parameters, seen))

        return _fit_network(normalised.where(known), training, number, scores, carried_out)

    return Networks(means, deviations, tuple(starmap(fitted, product(GATES, range(PARTS)))))


def held_out(networks: Networks, inputs: Inputs) -> NDArray[np.float64]:
    """Return of each sample the outputs, shape (samples, 8), of the network that did not learn from its photo."""
    return networks.outputs(inputs.features)[inputs.samples.photo % PARTS, np.arange(len(inputs.samples))]


def trusted_in_jax(opinions: Array, scores: Array) -> Array:
    """As `ensemble.trusted`, from opinions of shape (samples, specialists, 8) and scores of (samples, scores)."""
    casts, tones = (jax.nn.softmax(part)[..., None] for part in jnp.split(scores, [opinions.shape[1]], axis=-1))
    by_cast = (casts * opinions[..., :CAST_OUTPUTS]).sum(axis=1)
    by_tones = (tones * opinions[:, ONLY_ABOUT_CASTS:, CAST_OUTPUTS:]).sum(axis=1)
    return jnp.concatenate([by_cast, by_tones], axis=-1)


def _normalised(inputs: Inputs) -> tuple[NDArray[Any], NDArray[Any], Inputs]:
    """Return the mean and the deviation of each feature, and the inputs with normalised features."""
    means, deviations = inputs.features.mean(axis=0), inputs.features.std(axis=0) + 1e-3
    return means, deviations, replace(inputs, features=(inputs.features - means) / deviations)


def _fit_network(inputs: Inputs, training: Training, seed: int, size: int, carried_out: CarriedOut) -> Network:
    """Fit a network of `size` outputs, from which `carried_out` makes the eight that the steps carry out."""
    samples = inputs.samples
    features, degraded, good = map(jnp.asarray, (inputs.features, samples.degraded, samples.good))
    weights = jnp.asarray(training.weights_of(samples))

    def loss(parameters: Parameters, key: Array) -> Array:
        which, noise_key, where = jax.random.split(key, 3)
        chosen = jax.random.randint(which, (training.batch,), 0, len(samples))
        seen = features[chosen] + inputs.noise * jax.random.normal(noise_key, (training.batch, features.shape[1]))
        pixels = jax.random.randint(where, (training.pixels,), 0, degraded.shape[1])
        outputs = carried_out(parameters, seen, chosen)
        remaining = _remaining(outputs, degraded[chosen][:, pixels], good[chosen][:, pixels])
        decay = sum((parameters[name] ** 2).sum() for name in ("hidden_weights", "output_weights"))
        return (weights[chosen] * remaining).sum() / weights[chosen].sum() + WEIGHT_DECAY * decay

    start = _start(features.shape[1], training.hidden, size, seed)
    return Network(**{name: np.asarray(value) for name, value in minimised(loss, start, training.steps, RATE).items()})


def _start(features: int, hidden: int, size: int, seed: int) -> Parameters:
    first, second = jax.random.split(jax.random.key(seed))
    return {
        "hidden_weights": jax.random.normal(first, (features, hidden)) / np.sqrt(features),
        "hidden_biases": jnp.zeros(hidden),
        "output_weights": 0.1 * jax.random.normal(second, (hidden, size)) / np.sqrt(hidden),
        "output_biases": jnp.zeros(size),
    }


def _raw(parameters: Parameters, seen: Array) -> Array:
    """Return a network's own outputs, as `Network.predict`."""
    hidden = jnp.tanh(seen @ parameters["hidden_weights"] + parameters["hidden_biases"])
    return hidden @ parameters["output_weights"] + parameters["output_biases"]


def _remaining(outputs: Array, degraded: Array, good: Array) -> Array:
    """Return the remaining difference of each photo, as a mix of CIE94 and PSNR."""
    made = corrected(degraded, outputs)
    mean_square = ((made - good) ** 2).mean((1, 2))
    return colour_difference(made, good).mean(1) / 5 + 0.35 * jnp.log10(mean_square + 2e-4)
