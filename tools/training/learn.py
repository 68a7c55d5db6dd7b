"""Learning from samples, by Adam in JAX: which light a photo was taken under, then what the photo lacks."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from functions.enhance.analysis.correction import EnsembleModel, Model
from functions.enhance.analysis.features import BRIGHTNESS_FEATURES
from functions.enhance.analysis.illuminant import BINS, STEP_STOPS, LightModel, summary
from tools.training.differentiable_steps import ANSWERS, colour_difference, corrected
from tools.training.retouched import RETOUCHED
from tools.training.samples import Samples

LIGHT_STEPS, LIGHT_RATE, LIGHT_BATCH, SMOOTHNESS = 900, 0.02, 128, 3e-4
STEPS, RATE, BATCH, HIDDEN, PIXELS = 6000, 3e-3, 256, 32, 96
# A network that sees each feature a little blurred cannot learn single photos by heart: brightness less, or it could
# not tell how bright white is.
BLUR, BRIGHTNESS_BLUR, WEIGHT_DECAY = 0.5, 0.07, 1e-4
# Photos without fault weigh more, for harm to them is what a user forgives least; then what is hard to tell.
MODEL_FILE = {"none": 2.0, "cast": 2.0, "exposure": 1.3, RETOUCHED: 1.5}
FOLDS = 3
# Each juror learns from all photos but its share, so that they err apart (bagging, Breiman 1996).
ENSEMBLE_SIZE = 8

Parameters = dict[str, Array]
Loss = Callable[[Parameters, Array], Array]


class _Adam(NamedTuple):
    """The state of Adam (Kingma and Ba 2015)."""

    parameters: Parameters
    mean: Parameters
    square: Parameters


def fit(samples: Samples) -> Model:
    """Return the model fitted to all samples."""
    light = fit_light(samples.where(samples.estimate_light))
    measured = np.concatenate([samples.features, _lights_of_others(samples)], axis=1)
    means, deviations = measured.mean(axis=0), measured.std(axis=0) + 1e-3
    values = (measured - means) / deviations
    juries = [samples.photo % ENSEMBLE_SIZE != ensemble_model for ensemble_model in range(ENSEMBLE_SIZE)]
    ensemble = tuple(_fit_ensemble_model(values[own], samples.where(own), number) for number, own in enumerate(juries))
    return Model(light, means, deviations, ensemble)


def fit_light(samples: Samples) -> LightModel:
    """Fit the filters that tell a cast from a colourful subject."""
    histograms, light = jnp.asarray(samples.histograms), jnp.asarray(samples.light)

    def loss(parameters: Parameters, key: Array) -> Array:
        chosen = jax.random.randint(key, (LIGHT_BATCH,), 0, len(samples))
        return _light_loss(parameters, histograms[chosen], light[chosen])

    start = {
        "filters": jnp.zeros((3, BINS, BINS)),
        "prior": jnp.zeros((BINS, BINS)),
        "gain": jnp.array(5.0),
    }
    found = _minimise(loss, start, LIGHT_STEPS, LIGHT_RATE)
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
    surprise = -(truth / truth.sum((1, 2), keepdims=True) * logs).sum((1, 2))
    beliefs = jnp.exp(logs)
    means = jnp.stack([beliefs.sum(2) @ stops, beliefs.sum(1) @ stops], axis=-1)
    distance = jnp.sqrt(((means - light) ** 2).sum(-1) + 1e-4)
    rough = _roughness(parameters["filters"]) + 0.1 * _roughness(parameters["prior"])
    return (0.3 * surprise + 3 * distance).mean() + SMOOTHNESS * (rough + 0.1 * (parameters["filters"] ** 2).sum())


def _roughness(cells: Array) -> Array:
    return sum((((cells - jnp.roll(cells, 1, axis)) ** 2).sum() for axis in (-1, -2)), jnp.array(0.0))


def _lights_of_others(samples: Samples) -> NDArray[np.float64]:
    """Return what is believed of each photo's light by filters that were fitted without it."""
    answers = np.zeros((len(samples), 5))
    for fold in range(FOLDS):
        own = samples.photo % FOLDS == fold
        model = fit_light(samples.where(~own & samples.estimate_light))
        answers[own] = [summary(model.beliefs_of(shares)) for shares in samples.histograms[own]]
    return answers


def _fit_ensemble_model(values: NDArray[Any], samples: Samples, seed: int) -> EnsembleModel:
    inputs, degraded, good = map(jnp.asarray, (values, samples.degraded, samples.good))
    blurs = jnp.where(jnp.arange(inputs.shape[1]) < BRIGHTNESS_FEATURES, BRIGHTNESS_BLUR, BLUR)
    weights = jnp.asarray([MODEL_FILE.get(fault, 1.0) for fault in samples.fault])

    def loss(parameters: Parameters, key: Array) -> Array:
        which, blur, where = jax.random.split(key, 3)
        chosen = jax.random.randint(which, (BATCH,), 0, len(samples))
        seen = inputs[chosen] + blurs * jax.random.normal(blur, (BATCH, inputs.shape[1]))
        pixels = jax.random.randint(where, (PIXELS,), 0, degraded.shape[1])
        remaining = _remaining(_answers(parameters, seen), degraded[chosen][:, pixels], good[chosen][:, pixels])
        decay = sum((parameters[name] ** 2).sum() for name in ("weights", "answer_weights"))
        return (weights[chosen] * remaining).sum() / weights[chosen].sum() + WEIGHT_DECAY * decay

    first, second = jax.random.split(jax.random.key(seed))
    start = {
        "weights": jax.random.normal(first, (inputs.shape[1], HIDDEN)) / np.sqrt(inputs.shape[1]),
        "offsets": jnp.zeros(HIDDEN),
        "answer_weights": 0.1 * jax.random.normal(second, (HIDDEN, ANSWERS)) / np.sqrt(HIDDEN),
        "answer_offsets": jnp.zeros(ANSWERS),
    }
    return EnsembleModel(**{name: np.asarray(value) for name, value in _minimise(loss, start, STEPS, RATE).items()})


def _answers(parameters: Parameters, seen: Array) -> Array:
    cells = jnp.tanh(seen @ parameters["weights"] + parameters["offsets"])
    return cells @ parameters["answer_weights"] + parameters["answer_offsets"]


def _remaining(answers: Array, degraded: Array, good: Array) -> Array:
    """Return what is wrong with each photo still, as the eye and as PSNR see it."""
    made = corrected(degraded, answers)
    mean_square = ((made - good) ** 2).mean((1, 2))
    return colour_difference(made, good).mean(1) / 5 + 0.35 * jnp.log10(mean_square + 2e-4)


def _minimise(loss: Loss, start: Parameters, steps: int, rate: float) -> Parameters:
    """Return parameters after `steps` of Adam, whose rate falls along a half cosine."""
    zeros = jax.tree.map(jnp.zeros_like, start)
    state = _Adam(start, zeros, zeros)
    paces = rate * 0.5 * (1 + np.cos(np.pi * np.arange(steps) / steps))
    step = jax.jit(partial(_step, loss))
    for number, key in enumerate(jax.random.split(jax.random.key(1), steps)):
        state = step(state, number, paces[number], key)
    return state.parameters


def _step(loss: Loss, state: _Adam, number: int, pace: float, key: Array) -> _Adam:
    slopes = jax.tree.map(lambda slope: jnp.where(jnp.isfinite(slope), slope, 0), jax.grad(loss)(state.parameters, key))
    mean = jax.tree.map(lambda old, new: 0.9 * old + 0.1 * new, state.mean, slopes)
    square = jax.tree.map(lambda old, new: 0.999 * old + 0.001 * new * new, state.square, slopes)
    unbiased_mean, unbiased_square = 1 - 0.9 ** (number + 1), 1 - 0.999 ** (number + 1)

    def moved(value: Array, first: Array, second: Array) -> Array:
        return value - pace * (first / unbiased_mean) / (jnp.sqrt(second / unbiased_square) + 1e-8)

    return _Adam(jax.tree.map(moved, state.parameters, mean, square), mean, square)
