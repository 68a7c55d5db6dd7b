"""Fits the model to samples with Adam in JAX: first the light of a photo, then the correction that it needs."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from functions.enhance.analysis.ensemble import EnsembleModel, Model
from functions.enhance.analysis.features import BRIGHTNESS_FEATURES
from functions.enhance.analysis.illuminant import BINS, STEP_STOPS, LightModel, light_statistics
from tools.training.adam import Parameters, minimised
from tools.training.differentiable_steps import OUTPUTS, colour_difference, corrected
from tools.training.retouched import RETOUCHED
from tools.training.samples import Samples

LIGHT_STEPS, LIGHT_RATE, LIGHT_BATCH, SMOOTHNESS = 900, 0.02, 128, 3e-4
STEPS, RATE, BATCH, HIDDEN, PIXELS = 6000, 3e-3, 256, 32, 96
# Noise on each feature keeps a network from memorising single photos: less noise on brightness, or it could not see
# how bright white is.
NOISE, BRIGHTNESS_NOISE, WEIGHT_DECAY = 0.5, 0.07, 1e-4
# Photos without a fault weigh more, because users forgive harm to them least; then the faults that are hard to see.
FAULT_WEIGHTS = {"none": 2.0, "cast": 2.0, "exposure": 1.3, RETOUCHED: 1.5}
FOLDS = 3
# Each network learns from all photos but its share, so that their errors differ (bagging, Breiman 1996).
ENSEMBLE_SIZE = 8


def fit(samples: Samples) -> Model:
    """Return the model fitted to all samples."""
    light = fit_light(samples.where(samples.has_known_light))
    measured = np.concatenate([samples.features, _held_out_light(samples)], axis=1)
    means, deviations = measured.mean(axis=0), measured.std(axis=0) + 1e-3
    values = (measured - means) / deviations
    parts = [samples.photo % ENSEMBLE_SIZE != number for number in range(ENSEMBLE_SIZE)]
    ensemble = tuple(_fit_ensemble_model(values[part], samples.where(part), seed) for seed, part in enumerate(parts))
    return Model(light, means, deviations, ensemble)


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


def _held_out_light(samples: Samples) -> NDArray[np.float64]:
    """Return the light statistics of each photo by filters that were fitted without it."""
    statistics = np.zeros((len(samples), 5))
    for fold in range(FOLDS):
        own = samples.photo % FOLDS == fold
        model = fit_light(samples.where(~own & samples.has_known_light))
        statistics[own] = [light_statistics(model.probabilities_of(shares)) for shares in samples.histograms[own]]
    return statistics


def _fit_ensemble_model(values: NDArray[Any], samples: Samples, seed: int) -> EnsembleModel:
    inputs, degraded, good = map(jnp.asarray, (values, samples.degraded, samples.good))
    noise = jnp.where(jnp.arange(inputs.shape[1]) < BRIGHTNESS_FEATURES, BRIGHTNESS_NOISE, NOISE)
    weights = jnp.asarray([FAULT_WEIGHTS.get(fault, 1.0) for fault in samples.fault])

    def loss(parameters: Parameters, key: Array) -> Array:
        which, noise_key, where = jax.random.split(key, 3)
        chosen = jax.random.randint(which, (BATCH,), 0, len(samples))
        seen = inputs[chosen] + noise * jax.random.normal(noise_key, (BATCH, inputs.shape[1]))
        pixels = jax.random.randint(where, (PIXELS,), 0, degraded.shape[1])
        remaining = _remaining(_outputs(parameters, seen), degraded[chosen][:, pixels], good[chosen][:, pixels])
        decay = sum((parameters[name] ** 2).sum() for name in ("hidden_weights", "output_weights"))
        return (weights[chosen] * remaining).sum() / weights[chosen].sum() + WEIGHT_DECAY * decay

    first, second = jax.random.split(jax.random.key(seed))
    start = {
        "hidden_weights": jax.random.normal(first, (inputs.shape[1], HIDDEN)) / np.sqrt(inputs.shape[1]),
        "hidden_biases": jnp.zeros(HIDDEN),
        "output_weights": 0.1 * jax.random.normal(second, (HIDDEN, OUTPUTS)) / np.sqrt(HIDDEN),
        "output_biases": jnp.zeros(OUTPUTS),
    }
    return EnsembleModel(**{name: np.asarray(value) for name, value in minimised(loss, start, STEPS, RATE).items()})


def _outputs(parameters: Parameters, seen: Array) -> Array:
    hidden = jnp.tanh(seen @ parameters["hidden_weights"] + parameters["hidden_biases"])
    return hidden @ parameters["output_weights"] + parameters["output_biases"]


def _remaining(outputs: Array, degraded: Array, good: Array) -> Array:
    """Return the remaining difference of each photo, as a mix of CIE94 and PSNR."""
    made = corrected(degraded, outputs)
    mean_square = ((made - good) ** 2).mean((1, 2))
    return colour_difference(made, good).mean(1) / 5 + 0.35 * jnp.log10(mean_square + 2e-4)
