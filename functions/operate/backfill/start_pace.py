"""How fast photos are started: so many lanes, each of which starts a photo, waits, and starts the next one."""

from __future__ import annotations

import math
from typing import NamedTuple

PAUSES_SECONDS = (1, 2, 3, 4, 5)
"""What a lane may wait: whole seconds, as Step Functions waits, and a batch has to end within five minutes."""
MIN_RATE = 1 / PAUSES_SECONDS[-1]
MAX_LANES = 10_000  # of a Distributed Map
MAX_RATE = float(MAX_LANES)


class StartPace(NamedTuple):
    """How many lanes, and how many seconds each waits after a photo."""

    lanes: int
    pause_seconds: int

    @property
    def per_second(self) -> float:
        """The most photos that are started each second."""
        return self.lanes / self.pause_seconds


def start_pace(rate: float) -> StartPace:
    """Return the pace that comes closest to a rate of photos a second from below. Raises ValueError for one too low."""
    if not MIN_RATE <= rate <= MAX_RATE:
        raise ValueError(f"the rate is {rate:g} photos a second; it can be {MIN_RATE:g} to {MAX_RATE:g}")
    paces = (StartPace(math.floor(rate * pause + 1e-9), pause) for pause in PAUSES_SECONDS)
    return max((pace for pace in paces if pace.lanes), key=lambda pace: (pace.per_second, -pace.pause_seconds))


def lanes_for(rate: float, pause_seconds: int) -> int:
    """Return how many lanes come closest to a rate from below, given what each waits. Raises ValueError."""
    lanes = math.floor(rate * pause_seconds + 1e-9)
    if not 1 <= lanes <= MAX_LANES:
        least, most = 1 / pause_seconds, MAX_LANES / pause_seconds
        raise ValueError(
            f"this run can be set to {least:g} to {most:g} photos a second: for {rate:g}, stop it and apply it again"
        )
    return lanes
