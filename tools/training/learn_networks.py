"""Fits one network, or several at once, to the difference that remains after the edit steps, with Adam in JAX."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from functions.enhance.analysis.networks import Network
from tools.training.adam import Fitted, Parameters, minimised
from tools.training.differentiable_steps import colour_difference, corrected
from tools.training.samples import Samples
from tools.training.trainings import Training

RATE, WEIGHT_DECAY = 3e-3, 1e-4


@dataclass(frozen=True)
class Inputs:
    """Samples, the features that networks see of each, and the noise on each normalised feature."""

    samples: Samples
    features: NDArray[Any]
    noise: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_]) -> "Inputs":
        """Return the inputs of the samples for which `chosen` is true."""
        return Inputs(self.samples.where(chosen), self.features[chosen], self.noise)

    def normalised(self) -> tuple[NDArray[Any], NDArray[Any], "Inputs"]:
        """Return the mean and the deviation of each feature, and the inputs with normalised features."""
        means, deviations = self.features.mean(axis=0), self.features.std(axis=0) + 1e-3
        return means, deviations, replace(self, features=(self.features - means) / deviations)


def fitted(
    inputs: Inputs, training: Training, first: Fitted, outputs_of: Callable[[Fitted, Array, Array], Array]
) -> Fitted:
    """Return parameters with which little remains, found from the first ones.

    `outputs_of` makes the eight outputs that the steps carry out of parameters, normalised features with noise, and the
    numbers of the samples.
    """
    samples = inputs.samples
    features, degraded, good = map(jnp.asarray, (inputs.features, samples.degraded, samples.good))
    weights = jnp.asarray(training.weights_of(samples))

    def loss(parameters: Fitted, key: Array) -> Array:
        which, noise_key, where = jax.random.split(key, 3)
        chosen = jax.random.randint(which, (training.batch,), 0, len(samples))
        seen = features[chosen] + inputs.noise * jax.random.normal(noise_key, (training.batch, features.shape[1]))
        pixels = jax.random.randint(where, (training.pixels,), 0, degraded.shape[1])
        outputs = outputs_of(parameters, seen, chosen)
        remaining = _remaining(outputs, degraded[chosen][:, pixels], good[chosen][:, pixels])
        return (weights[chosen] * remaining).sum() / weights[chosen].sum() + WEIGHT_DECAY * _squared_weights(parameters)

    return minimised(loss, first, training.steps, RATE)


def start(features: int, hidden: int, size: int, key: Array) -> Parameters:
    """Return the parameters that a network of `size` outputs starts with."""
    first, second = jax.random.split(key)
    return {
        "hidden_weights": jax.random.normal(first, (features, hidden)) / np.sqrt(features),
        "hidden_biases": jnp.zeros(hidden),
        "output_weights": 0.1 * jax.random.normal(second, (hidden, size)) / np.sqrt(hidden),
        "output_biases": jnp.zeros(size),
    }


def raw(parameters: Parameters, seen: Array) -> Array:
    """Return a network's own outputs, as `Network.predict`."""
    hidden = jnp.tanh(seen @ parameters["hidden_weights"] + parameters["hidden_biases"])
    return hidden @ parameters["output_weights"] + parameters["output_biases"]


def network(parameters: Parameters) -> Network:
    """Return the network that has these parameters."""
    return Network(**{name: np.asarray(value) for name, value in parameters.items()})


def _squared_weights(parameters: object) -> Array:
    """Return the sum of the squares of all weights; biases have one axis only."""
    return jnp.stack([(part**2).sum() for part in jax.tree.leaves(parameters) if part.ndim > 1]).sum()


def _remaining(outputs: Array, degraded: Array, good: Array) -> Array:
    """Return the remaining difference of each photo, as a mix of CIE94 and PSNR."""
    made = corrected(degraded, outputs)
    mean_square = ((made - good) ** 2).mean((1, 2))
    return colour_difference(made, good).mean(1) / 5 + 0.35 * jnp.log10(mean_square + 2e-4)
