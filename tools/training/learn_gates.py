"""Fits the gates (analysis/gates.py) to what specialists say of photos that they did not learn from."""

from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from functions.enhance.analysis.gates import QUESTIONS, SPECIALTIES, seen_by_gates
from functions.enhance.analysis.networks import Networks
from tools.training.adam import Parameters
from tools.training.learn_networks import Inputs, fitted, network, raw, start
from tools.training.trainings import GATES, PARTS, Training

OPINION_NOISE = 0.2


def fit_gates(inputs: Inputs, specialists: tuple[Networks, ...]) -> tuple[Networks, ...]:
    """Fit the gates for all questions; those that did not learn from the same photos are fitted together."""
    opinions = np.stack([held_out(specialist, inputs) for specialist in specialists], axis=1)
    noise = seen_by_gates(inputs.noise, np.full(opinions[0].shape, OPINION_NOISE))
    seen = Inputs(inputs.samples, seen_by_gates(inputs.features, opinions), noise)
    means, deviations, normalised = seen.normalised()
    trainings = enumerate(product(GATES, range(PARTS)))
    members = [_fit_together(normalised, opinions, training, part, seed) for seed, (training, part) in trainings]
    return tuple(
        Networks(means[question.sees], deviations[question.sees], tuple(network(each[name]) for each in members))
        for name, question in QUESTIONS.items()
    )


def held_out(networks: Networks, inputs: Inputs) -> NDArray[np.float64]:
    """Return of each sample the outputs, shape (samples, 8), of the network that did not learn from its photo."""
    return networks.outputs(inputs.features)[inputs.samples.photo % PARTS, np.arange(len(inputs.samples))]


def judged_in_jax(gates: dict[str, Parameters], seen: Array, opinions: Array) -> Array:
    """As `Model.judged` by one gate for each question, of opinions of shape (samples, specialists, 8)."""
    answers = []
    for name, question in QUESTIONS.items():
        shares = jax.nn.softmax(raw(gates[name], seen[:, question.sees]))
        answers.append((shares[..., None] * opinions[:, question.asked, question.outputs]).sum(axis=1))
    return jnp.concatenate(answers, axis=-1)


def _fit_together(
    inputs: Inputs, opinions: NDArray[Any], training: Training, part: int, seed: int
) -> dict[str, Parameters]:
    """Fit a gate for each question to all photos but one part."""
    known = inputs.samples.photo % PARTS != part
    said = jnp.asarray(opinions[known])
    keys = jax.random.split(jax.random.key(seed), len(QUESTIONS))
    first = {
        name: start(len(question.sees), training.hidden, len(SPECIALTIES[question.asked]), key)
        for (name, question), key in zip(QUESTIONS.items(), keys, strict=True)
    }
    return fitted(
        inputs.where(known), training, first, lambda gates, seen, chosen: judged_in_jax(gates, seen, said[chosen])
    )
