"""Memory that one photo leaves to the next: allocating it page by page takes a fifth of a photo's time."""

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
    """A buffer for the pixels of one image; it is zeroed before it is used again."""

    def __init__(self, buffer: Bytes) -> None:
        self.buffer = buffer

    def core(self, size: tuple[int, int]) -> Any:
        """Return the core of an RGB image of this width and height, all black, whose pixels lie in the buffer.

        Only one can be in use at a time. Pillow decodes into the core that an image has, and allocates none.
        """
        length = size[0] * size[1] * PIXEL_BYTES
        if len(self.buffer) < length:
            # Before the larger one is allocated, for there may be no memory for both.
            self.release()
            self.buffer = np.zeros(length, np.uint8)
        else:
            self.buffer[:length] = 0
        return _imaging.map_buffer(self.buffer[:length], size, "raw", 0, ("RGB", 0, 1))

    def release(self) -> None:
        """Give the memory back to the system."""
        self.buffer = np.empty(0, np.uint8)


@contextmanager
def buffer_pool() -> Iterator[BufferPool]:
    """Lend the kept buffer to one photo at a time: a second photo meanwhile gets its own."""
    pool = BufferPool(_kept.pop() if _kept else np.empty(0, np.uint8))
    try:
        yield pool
    finally:
        _kept[:] = [pool.buffer]


def drop_kept_buffer() -> None:
    """Give the kept buffer back to the system, where the next photo may be long in coming."""
    _kept.clear()
