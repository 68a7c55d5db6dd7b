"""Fits the light model to samples with Adam in JAX."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from functions.enhance.analysis.illuminant import BINS, STEP_STOPS, LightModel, light_statistics
from tools.training.adam import Parameters, minimised
from tools.training.samples import Samples

LIGHT_STEPS, LIGHT_RATE, LIGHT_BATCH, SMOOTHNESS = 900, 0.02, 128, 3e-4
FOLDS = 3


def fit_light(samples: Samples) -> LightModel:
    """Fit the filters that distinguish a cast from a colourful subject."""
    histograms, light = jnp.asarray(samples.histograms), jnp.asarray(samples.light)

    def loss(parameters: Parameters, key: Array) -> Array:
        chosen = jax.random.randint(key, (LIGHT_BATCH,), 0, len(samples))
        return _light_loss(parameters, histograms[chosen], light[chosen])

    start = {
        "filters": jnp.zeros((3, BINS, BINS)),
        "prior": jnp.zeros((BINS, BINS)),
        "gain": jnp.array(5.0),
    }
    found = minimised(loss, start, LIGHT_STEPS, LIGHT_RATE)
    return LightModel(np.asarray(found["filters"]), np.asarray(found["prior"]), float(found["gain"]))


def _light_loss(parameters: Parameters, histograms: Array, light: Array) -> Array:
    """Cross-entropy with the true cell and its neighbours, distance of the mean, and roughness of the filters."""
    shares = jnp.sqrt(histograms + 1e-6) - 1e-3
    matches = (jnp.fft.rfft2(shares) * jnp.conj(jnp.fft.rfft2(parameters["filters"]))).sum(axis=1)
    scores = jnp.fft.fftshift(jnp.fft.irfft2(matches, s=(BINS, BINS)), axes=(1, 2)) * parameters["gain"]
    logs = jax.nn.log_softmax((scores + parameters["prior"]).reshape(len(light), -1)).reshape(-1, BINS, BINS)
    stops = (jnp.arange(BINS) - BINS // 2) * STEP_STOPS
    away = (stops[:, None] - light[:, 0, None, None]) ** 2 + (stops - light[:, 1, None, None]) ** 2
    truth = jnp.exp(-away / (2 * (0.8 * STEP_STOPS) ** 2))
    cross_entropy = -(truth / truth.sum((1, 2), keepdims=True) * logs).sum((1, 2))
    probabilities = jnp.exp(logs)
    means = jnp.stack([probabilities.sum(2) @ stops, probabilities.sum(1) @ stops], axis=-1)
    distance = jnp.sqrt(((means - light) ** 2).sum(-1) + 1e-4)
    rough = _roughness(parameters["filters"]) + 0.1 * _roughness(parameters["prior"])
    return (0.3 * cross_entropy + 3 * distance).mean() + SMOOTHNESS * (rough + 0.1 * (parameters["filters"] ** 2).sum())


def _roughness(cells: Array) -> Array:
    return sum((((cells - jnp.roll(cells, 1, axis)) ** 2).sum() for axis in (-1, -2)), jnp.array(0.0))


def held_out_light(samples: Samples) -> NDArray[np.float64]:
    """Return the light statistics of each photo by filters that were fitted without it."""
    statistics = np.zeros((len(samples), 5))
    for fold in range(FOLDS):
        own = samples.photo % FOLDS == fold
        model = fit_light(samples.where(~own & samples.has_known_light))
        statistics[own] = [light_statistics(model.probabilities_of(shares)) for shares in samples.histograms[own]]
    return statistics
