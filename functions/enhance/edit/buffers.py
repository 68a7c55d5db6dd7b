"""Memory that is used again: to get an array from the system anew for each strip costs more than the work on it."""

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Buffers:
    """Arrays by name, for one thread. What an array held is gone when its name is asked for again."""

    def __init__(self) -> None:
        self._arrays: dict[str, NDArray[Any]] = {}

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Return an array of this shape, with anything in it."""
        length = math.prod(shape) * np.dtype(dtype).itemsize
        known = self._arrays.get(name)
        if known is None or known.size < length:
            known = self._arrays[name] = np.empty(length, np.uint8)
        return known[:length].view(dtype).reshape(shape)
