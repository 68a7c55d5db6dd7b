"""What a program reads in a file: the picture as a person sees it, upright and in sRGB."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[Any]
TOP_LEVEL = 65535
# From 8 to 16 bits.
REPEATED = 257
LEVELS_OF_EIGHT_BITS = 256


@dataclass(frozen=True)
class Reading:
    """A picture that was read: `levels` of 16 bits in sRGB, of shape (rows, columns, 3), upright; alpha likewise.

    Alpha of (rows, columns) is None where every pixel is opaque. `is_deep` says whether the file's own samples say more
    than 8 bits can.
    """

    levels: Levels
    alpha: Levels | None = None
    is_deep: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.levels.shape[1], self.levels.shape[0]


class UnreadError(Exception):
    """A program does not read a file; the message is the program's own, in one line."""


@dataclass(frozen=True)
class Reader:
    """A program by its name and version; `read` takes a file's bytes, and raises UnreadError."""

    name: str
    version: str
    read: Callable[[bytes], Reading]


def reading(samples: Levels, *, is_deep: bool) -> Reading:
    """Return a reading of samples of 16 bits, shape (rows, columns, 1 to 4): grey or sRGB, perhaps with alpha."""
    colours, alpha = samples, None
    if samples.shape[-1] in {2, 4}:
        colours, alpha = samples[..., :-1], samples[..., -1]
    if alpha is not None and (alpha == TOP_LEVEL).all():
        alpha = None
    return Reading(np.broadcast_to(colours, (*colours.shape[:2], 3)), alpha, is_deep)


def is_deep(samples: Levels) -> bool:
    """Return whether samples say more than 8 bits can: those of 16 bits may be 8 bits, repeated."""
    if samples.dtype == np.uint16:
        return bool((samples % REPEATED).any())
    return bool(samples.dtype != np.uint8 and len(np.unique(samples)) > LEVELS_OF_EIGHT_BITS)
