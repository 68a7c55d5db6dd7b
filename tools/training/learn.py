"""Fits the networks to samples with Adam in JAX: the first ones, and the second ones, which revise their opinion."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from functions.enhance.analysis.ensemble import Model, seen_by_second
from functions.enhance.analysis.features import BRIGHTNESS_FEATURES
from functions.enhance.analysis.illuminant import light_statistics
from functions.enhance.analysis.networks import Network, Networks
from tools.training.adam import Parameters, minimised
from tools.training.differentiable_steps import OUTPUTS, colour_difference, corrected
from tools.training.learn_light import fit_light, held_out_light
from tools.training.retouched import RETOUCHED
from tools.training.samples import Samples

RATE, HIDDEN, WEIGHT_DECAY = 3e-3, 32, 1e-4
# Noise on each input keeps a network from memorising single photos: less noise on brightness, or it could not see how
# bright white is.
NOISE, BRIGHTNESS_NOISE = 0.5, 0.07
# The same for what only the second networks see: extremes of brightness, extremes of colour, levels and opinions.
EXTREME_NOISES, LEVEL_NOISE, OPINION_NOISE = (*(0.07,) * 3, *(0.3,) * 11, 0.15, 0.15, 0.07), 0.4, 0.2
# Each network learns from all photos but one part of so many, so that their errors differ (bagging, Breiman 1996).
PARTS = 8


@dataclass(frozen=True)
class Training:
    """How many networks are fitted, in how many steps of how many samples and pixels, and what each fault weighs.

    Photos without a fault weigh more, because users forgive harm to them least; then the faults that are hard to see.
    """

    networks: int
    steps: int
    batch: int
    pixels: int
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Inputs:
    """Samples, the features that networks see of each, the noise on each feature, and the outputs that are revised."""

    samples: Samples
    features: NDArray[Any]
    noise: NDArray[np.float64]
    revised: NDArray[Any] | None = None

    def where(self, chosen: NDArray[np.bool_]) -> "Inputs":
        """Return the inputs of the samples for which `chosen` is true."""
        revised = None if self.revised is None else self.revised[chosen]
        return Inputs(self.samples.where(chosen), self.features[chosen], self.noise, revised)


FIRST = Training(8, 6000, 256, 96, {"none": 2.0, "cast": 2.0, "exposure": 1.3, RETOUCHED: 1.5})
# Two weightings, whose networks are averaged: one dares to take out casts, one leaves good photos alone.
SECOND = (
    Training(3, 6000, 192, 64, {"none": 5.0, "cast": 2.5, "exposure": 1.6, RETOUCHED: 3.5}),
    Training(3, 6000, 192, 64, {"none": 8.0, "cast": 2.0, "exposure": 1.6, RETOUCHED: 3.5}),
)
# Before it has learned anything, a second network keeps this much of the first ones' opinion (a logistic curve of it).
KEPT_AT_FIRST = 1.0


def fit_first(samples: Samples, known: Model) -> Model:
    """Return the model with its light model and first networks fitted to samples; the second networks stay."""
    light = fit_light(samples.where(samples.has_known_light))
    measured = np.concatenate([samples.features, held_out_light(samples)], axis=1)
    return replace(known, light=light, first=_fit_networks(Inputs(samples, measured, _noise(measured)), FIRST))


def fit_second(samples: Samples, known: Model) -> Model:
    """Return the model with second networks fitted to samples of photos that its first networks do not know."""
    statistics = [light_statistics(known.light.probabilities_of(shares)) for shares in samples.histograms]
    measured = np.concatenate([samples.features, statistics], axis=1)
    outputs = known.first.outputs(measured)
    seen = seen_by_second(measured, samples.extremes, samples.levels, outputs)
    levels = np.full(samples.levels.shape[1], LEVEL_NOISE)
    noise = [_noise(measured), np.array(EXTREME_NOISES), levels, np.full(2 * OUTPUTS, OPINION_NOISE)]
    inputs = Inputs(samples, seen, np.concatenate(noise), outputs.mean(axis=0))
    return replace(known, second=_fit_networks(inputs, *SECOND))


def _noise(measured: NDArray[Any]) -> NDArray[np.float64]:
    return np.where(np.arange(measured.shape[1]) < BRIGHTNESS_FEATURES, BRIGHTNESS_NOISE, NOISE)


def _fit_networks(inputs: Inputs, *trainings: Training) -> Networks:
    """Fit networks that predict outputs, or that revise those of the inputs."""
    means, deviations = inputs.features.mean(axis=0), inputs.features.std(axis=0) + 1e-3
    normalised = replace(inputs, features=(inputs.features - means) / deviations)
    members = (
        _fit_network(normalised.where(inputs.samples.photo % PARTS != number), training, number)
        for training in trainings
        for number in range(training.networks)
    )
    return Networks(means, deviations, tuple(members))


def _fit_network(inputs: Inputs, training: Training, seed: int) -> Network:
    samples = inputs.samples
    features, degraded, good = map(jnp.asarray, (inputs.features, samples.degraded, samples.good))
    weights = jnp.asarray([training.weights.get(fault, 1.0) for fault in samples.fault])
    known = None if inputs.revised is None else jnp.asarray(inputs.revised)

    def loss(parameters: Parameters, key: Array) -> Array:
        which, noise_key, where = jax.random.split(key, 3)
        chosen = jax.random.randint(which, (training.batch,), 0, len(samples))
        seen = features[chosen] + inputs.noise * jax.random.normal(noise_key, (training.batch, features.shape[1]))
        pixels = jax.random.randint(where, (training.pixels,), 0, degraded.shape[1])
        outputs = _outputs(parameters, seen, None if known is None else known[chosen])
        remaining = _remaining(outputs, degraded[chosen][:, pixels], good[chosen][:, pixels])
        decay = sum((parameters[name] ** 2).sum() for name in ("hidden_weights", "output_weights"))
        return (weights[chosen] * remaining).sum() / weights[chosen].sum() + WEIGHT_DECAY * decay

    start = _start(features.shape[1], seed, is_second=known is not None)
    return Network(**{name: np.asarray(value) for name, value in minimised(loss, start, training.steps, RATE).items()})


def _start(features: int, seed: int, *, is_second: bool) -> Parameters:
    first, second = jax.random.split(jax.random.key(seed))
    biases = jnp.zeros(OUTPUTS)
    if is_second:
        biases = jnp.concatenate([biases, jnp.full(OUTPUTS, KEPT_AT_FIRST)])
    return {
        "hidden_weights": jax.random.normal(first, (features, HIDDEN)) / np.sqrt(features),
        "hidden_biases": jnp.zeros(HIDDEN),
        "output_weights": 0.1 * jax.random.normal(second, (HIDDEN, len(biases))) / np.sqrt(HIDDEN),
        "output_biases": biases,
    }


def _outputs(parameters: Parameters, seen: Array, known: Array | None) -> Array:
    """Return what a network predicts from what it sees; a second one revises what is known (`ensemble.revised`)."""
    hidden = jnp.tanh(seen @ parameters["hidden_weights"] + parameters["hidden_biases"])
    outputs = hidden @ parameters["output_weights"] + parameters["output_biases"]
    return outputs if known is None else outputs[:, :OUTPUTS] + known * jax.nn.sigmoid(outputs[:, OUTPUTS:])


def _remaining(outputs: Array, degraded: Array, good: Array) -> Array:
    """Return the remaining difference of each photo, as a mix of CIE94 and PSNR."""
    made = corrected(degraded, outputs)
    mean_square = ((made - good) ** 2).mean((1, 2))
    return colour_difference(made, good).mean(1) / 5 + 0.35 * jnp.log10(mean_square + 2e-4)
