"""Buffers that are reused: allocating an array for each strip would take longer than the work on it."""

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Buffers:
    """Arrays by name, for one thread. Asking for a name again overwrites what its array held."""

    def __init__(self) -> None:
        self._arrays: dict[str, NDArray[Any]] = {}

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Return an uninitialised array of this shape."""
        length = math.prod(shape) * np.dtype(dtype).itemsize
        known = self._arrays.get(name)
        if known is None or known.size < length:
            known = self._arrays[name] = np.empty(length, np.uint8)
        return known[:length].view(dtype).reshape(shape)
