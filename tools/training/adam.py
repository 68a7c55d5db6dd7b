"""The optimiser: Adam (Kingma and Ba 2015) in JAX."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

Parameters = dict[str, Array]
Loss = Callable[[Parameters, Array], Array]


class _Adam(NamedTuple):
    """The state of Adam: parameters, and running means of gradients and their squares."""

    parameters: Parameters
    mean: Parameters
    square: Parameters


def minimised(loss: Loss, start: Parameters, steps: int, rate: float) -> Parameters:
    """Return the parameters after `steps` of Adam, whose learning rate falls along a half cosine."""
    zeros = jax.tree.map(jnp.zeros_like, start)
    state = _Adam(start, zeros, zeros)
    rates = rate * 0.5 * (1 + np.cos(np.pi * np.arange(steps) / steps))
    step = jax.jit(partial(_step, loss))
    for number, key in enumerate(jax.random.split(jax.random.key(1), steps)):
        state = step(state, number, rates[number], key)
    return state.parameters


def _step(loss: Loss, state: _Adam, number: int, rate: float, key: Array) -> _Adam:
    gradients = jax.tree.map(lambda part: jnp.where(jnp.isfinite(part), part, 0), jax.grad(loss)(state.parameters, key))
    mean = jax.tree.map(lambda old, new: 0.9 * old + 0.1 * new, state.mean, gradients)
    square = jax.tree.map(lambda old, new: 0.999 * old + 0.001 * new * new, state.square, gradients)
    unbiased_mean, unbiased_square = 1 - 0.9 ** (number + 1), 1 - 0.999 ** (number + 1)

    def moved(value: Array, first: Array, second: Array) -> Array:
        return value - rate * (first / unbiased_mean) / (jnp.sqrt(second / unbiased_square) + 1e-8)

    return _Adam(jax.tree.map(moved, state.parameters, mean, square), mean, square)
