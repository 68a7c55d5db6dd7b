"""What was done to a photo, as a photographer's friend would say it. The numbers are in the record's notes."""

from bisect import bisect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from functions.enhance.analysis.correction import Correction

HALF_STOPS = (
    "a little {}",
    "{} by half a stop",
    "{} by a stop",
    "{} by a stop and a half",
    "{} by two stops",
    "{} by two and a half stops",
    "{} by three stops",
    "{} by more than three stops",
)


@dataclass(frozen=True)
class Change:
    """One change in words. Of size 1, anybody sees it at once."""

    words: str
    size: float


def _exposure(correction: Correction) -> Change:
    stops = correction.exposure_stops
    # As the friend would, it rounds to halves; what rounds to none is still a little.
    words = HALF_STOPS[min(round(abs(stops) * 2), len(HALF_STOPS) - 1)]
    return Change(words.format(_either(stops, "brighter", "darker")), abs(stops) / 0.5)


def _midtones(correction: Correction) -> Change:
    lift = correction.midtone_lift
    words = f"{_either(lift, 'lighter', 'darker')} midtones"
    return Change(_by_size(abs(lift), (0.1,), ("slightly ", ""), words), abs(lift) / 0.1)


def _white_balance(correction: Correction) -> Change:
    stops = correction.cast_stops
    words = f"{correction.cast_name} tint taken out"
    return Change(_by_size(stops, (0.15, 0.5), ("a slight ", "the ", "a strong "), words), stops / 0.25)


def _black_point(correction: Correction) -> Change:
    black = correction.black
    return Change(_by_size(black, (0.03, 0.1), ("slightly ", "", "much "), "deeper blacks"), black / 0.05)


def _contrast(correction: Correction) -> Change:
    half = correction.contrast / 2
    words = f"{_either(half, 'more', 'less')} contrast"
    return Change(_by_size(abs(half), (0.1, 0.2), ("a little ", "", "much "), words), abs(half) / 0.1)


def _shadows(correction: Correction) -> Change:
    stops = correction.shadow_stops
    return Change(_by_size(stops, (0.5, 1.0), ("slightly ", "", "much "), "lighter shadows"), stops / 0.5)


def _saturation(correction: Correction) -> Change:
    gain = correction.saturation - 1
    words = f"{_either(gain, 'stronger', 'calmer')} colours"
    return Change(_by_size(abs(gain), (0.1,), ("slightly ", ""), words), abs(gain) / 0.12)


def _either(value: float, positive: str, negative: str) -> str:
    return positive if value > 0 else negative


def _by_size(size: float, limits: tuple[float, ...], degrees: tuple[str, ...], words: str) -> str:
    return f"{degrees[bisect(limits, size)]}{words}"


CHANGES: Mapping[str, Callable[[Correction], Change]] = MappingProxyType(
    {
        "exposure": _exposure,
        "midtones": _midtones,
        "white_balance": _white_balance,
        "black_point": _black_point,
        "contrast": _contrast,
        "white_point": lambda _: Change("whites kept white", 0.3),
        "shadows": _shadows,
        "saturation": _saturation,
        "denoising": lambda _: Change("less noise", 0.9),
        "sharpening": lambda _: Change("a little sharper", 0.4),
        "paper": lambda _: Change("the paper made even and white", 2),
        "ink": lambda _: Change("the ink deepened", 1),
    }
)
"""Each step's change, in the order in which they are told."""
