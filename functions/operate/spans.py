"""Spans of time as people write and read them: `90 s`, `24h`."""

import re

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
WRITTEN = re.compile(r"(\d{1,6})([smhd])")


def span(seconds: float) -> str:
    """Return a span in the largest unit of which it has two or more: "59 s", "2 min", "26 h", "3 days"."""
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {unit}"
    return f"{seconds:.0f} s"


def written_span(seconds: int) -> str:
    """Return a span as read_span() reads it, in the largest unit of which it has two or more, all of them whole."""
    fitting = [(unit, seconds // length) for unit, length in UNITS.items() if seconds % length == 0]
    unit, number = next(((unit, number) for unit, number in reversed(fitting) if number > 1), fitting[0])
    return f"{number}{unit}"


def read_span(text: str) -> int:
    """Return the seconds of a span such as 90s, 15m, 24h or 7d. Raises ValueError."""
    found = WRITTEN.fullmatch(text.strip())
    if not found or not int(found[1]):
        raise ValueError(f"{text!r} is no span of time; give a number and a unit: 90s, 15m, 24h or 7d")
    return int(found[1]) * UNITS[found[2]]
