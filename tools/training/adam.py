"""The optimiser: Adam (Kingma and Ba 2015) in JAX."""

from collections.abc import Callable
from functools import partial
from typing import Generic, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

Parameters = dict[str, Array]
# Parameters of one model, or of several by name.
Fitted = TypeVar("Fitted")


class _Adam(NamedTuple, Generic[Fitted]):
    """The state of Adam: parameters, and running means of gradients and their squares."""

    parameters: Fitted
    mean: Fitted
    square: Fitted


def minimised(loss: Callable[[Fitted, Array], Array], start: Fitted, steps: int, rate: float) -> Fitted:
    """Return the parameters after `steps` of Adam, whose learning rate falls along a half cosine."""
    zeros = jax.tree.map(jnp.zeros_like, start)
    state = _Adam(start, zeros, zeros)
    rates = rate * 0.5 * (1 + np.cos(np.pi * np.arange(steps) / steps))
    step = jax.jit(partial(_step, loss))
    for number, key in enumerate(jax.random.split(jax.random.key(1), steps)):
        state = step(state, number, rates[number], key)
    found: Fitted = state.parameters
    return found


def _step(
    loss: Callable[[Fitted, Array], Array], state: _Adam[Fitted], number: int, rate: float, key: Array
) -> _Adam[Fitted]:
    gradients = jax.tree.map(lambda part: jnp.where(jnp.isfinite(part), part, 0), jax.grad(loss)(state.parameters, key))
    mean = jax.tree.map(lambda old, new: 0.9 * old + 0.1 * new, state.mean, gradients)
    square = jax.tree.map(lambda old, new: 0.999 * old + 0.001 * new * new, state.square, gradients)
    unbiased_mean, unbiased_square = 1 - 0.9 ** (number + 1), 1 - 0.999 ** (number + 1)

    def moved(value: Array, first: Array, second: Array) -> Array:
        return value - rate * (first / unbiased_mean) / (jnp.sqrt(second / unbiased_square) + 1e-8)

    return _Adam(jax.tree.map(moved, state.parameters, mean, square), mean, square)
