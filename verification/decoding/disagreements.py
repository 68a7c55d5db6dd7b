"""How two readings of a picture differ: in size, orientation, colour, alpha and depth."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.decoding.readings import TOP_LEVEL, Levels, Reading

Values = NDArray[np.float32]

# In dE of CIE 1976: on average, and for nearly all pixels, which finds damage that the mean hides. What a JPEG, WebP
# or AVIF loses when it is stored anew stays below what an eye can tell (2.3: Mahy, Van Eycken and Oosterlinck 1994).
LOSSLESS, LOSSY, NEARLY_ALL = (0.6, 2.5), (2.3, 12.0), 0.99
MOST_ALPHA_LEVELS = 1.0
# Of a larger picture, every nth row and column is looked at.
LARGEST_EDGE = 1200
# A turned picture fits by so much better than an upright one.
CLEARLY = 0.5
GREY = 0.5


@dataclass(frozen=True)
class Difference:
    """Something in which the copy differs from the original, with the numbers."""

    property: str
    text: str


def differences(original: Reading, copy: Reading, bounds: tuple[float, float] = LOSSLESS) -> Iterator[Difference]:
    """Yield what differs; where sizes or orientations do, colours cannot be compared. `bounds` are those of colour."""
    if original.is_deep and not copy.is_deep:
        yield Difference("depth", "more than 8 bits -> 8 bits")
    if original.size != copy.size:
        yield Difference("size", f"{_sized(original)} -> {_sized(copy)}")
        return
    step = max(1, max(copy.size) // LARGEST_EDGE)
    before, after = (_seen(read, step) for read in (original, copy))
    if turned := _better_turned(before, after):
        yield Difference("orientation", f"the copy fits when it is {turned}")
        return
    yield from _of_colours(before, after, bounds)
    yield from _of_alpha(original, copy)


def _sized(read: Reading) -> str:
    return "{} x {}".format(*read.size)


def _seen(read: Reading, step: int) -> Values:
    """Return colours over grey, 0 to 1: those of transparent pixels do not count."""
    colours = np.asarray(read.levels[::step, ::step] / TOP_LEVEL, np.float32)
    if read.alpha is None:
        return colours
    opacity = read.alpha[::step, ::step, None] / TOP_LEVEL
    return np.asarray(colours * opacity + GREY * (1 - opacity), np.float32)


def _better_turned(before: Values, after: Values) -> str:
    """Return how the copy has to be turned to fit, empty where it fits best as it is."""
    turns: dict[str, Levels] = {"mirrored": after[:, ::-1], "upside down": after[::-1, ::-1], "flipped": after[::-1]}
    if after.shape[0] == after.shape[1]:
        across = after.swapaxes(0, 1)
        turns |= {"transposed": across, "turned left": across[::-1], "turned right": across[:, ::-1]}
        turns |= {"transversed": across[::-1, ::-1]}
    found = {name: float(np.abs(turn - before).mean()) for name, turn in turns.items()}
    best = min(found, key=found.__getitem__)
    as_it_is = float(np.abs(after - before).mean())
    return best if found[best] < CLEARLY * as_it_is and as_it_is > 1 / 255 else ""


def _of_colours(before: Values, after: Values, bounds: tuple[float, float]) -> Iterator[Difference]:
    distance = np.linalg.norm(_lab(after) - _lab(before), axis=-1)
    mean, most = float(distance.mean()), float(np.quantile(distance, NEARLY_ALL))
    if mean > bounds[0] or most > bounds[1]:
        yield Difference("colour", f"dE {mean:.2f} on average, {most:.2f} at {NEARLY_ALL:.0%}")


def _lab(colours: Values) -> Values:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(colours), cv2.COLOR_RGB2LAB))


def _of_alpha(original: Reading, copy: Reading) -> Iterator[Difference]:
    before, after = (np.float32(TOP_LEVEL) if read.alpha is None else read.alpha for read in (original, copy))
    mean = float(np.abs(np.asarray(after, np.float32) - before).mean()) / TOP_LEVEL * 255
    if mean > MOST_ALPHA_LEVELS:
        yield Difference("alpha", f"{mean:.1f} of 255 levels on average")
