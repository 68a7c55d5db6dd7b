"""Memory that one photo leaves to the next: to get it from the system page by page costs a fifth of a photo's time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import _imaging

Bytes = NDArray[np.uint8]

PIXEL_BYTES = 4
_kept: list[Bytes] = []


class BufferPool:
    """Room for the pixels of one image; what an earlier photo left there is wiped before it is used again."""

    def __init__(self, function: Bytes) -> None:
        self.function = function

    def core(self, size: tuple[int, int]) -> Any:
        """Return what stands behind an RGB image of this width and height, all black, with its pixels in this memory.

        There can be one at a time. Pillow fills what an image has, and asks for none of its own.
        """
        length = size[0] * size[1] * PIXEL_BYTES
        if len(self.function) < length:
            # First, for there may be no place for both.
            self.give_back()
            self.function = np.zeros(length, np.uint8)
        else:
            self.function[:length] = 0
        return _imaging.map_buffer(self.function[:length], size, "raw", 0, ("RGB", 0, 1))

    def give_back(self) -> None:
        """Leave the memory to whatever else is needed."""
        self.function = np.empty(0, np.uint8)


@contextmanager
def buffer_pool() -> Iterator[BufferPool]:
    """Lend the memory that is kept, to one photo at a time: another one meanwhile gets its own."""
    memory = BufferPool(_kept.pop() if _kept else np.empty(0, np.uint8))
    try:
        yield memory
    finally:
        _kept[:] = [memory.function]
