"""The quality goals, and whether a figure reaches them."""

import operator
from dataclasses import dataclass

from tools.benchmark.scores import CLIPPED, DELTA_E, NEARER, PSNR, SSIM, TWICE, WORST


@dataclass(frozen=True)
class Goal:
    """A bound on one figure of one set: `sign` says whether it is a minimum or a maximum."""

    set_name: str
    figure: str
    sign: str
    bound: float

    def is_reached_by(self, value: float) -> bool:
        """Compare the value as measured, not as rounded for the table."""
        return bool((operator.ge if self.sign == "≥" else operator.le)(value, self.bound))

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g}"


PAIR_SETS = ("fivek", "lol", "white-balance", "cast", "exposure")
GOALS = (
    Goal("fivek", PSNR, "≥", 22.5),
    Goal("fivek", SSIM, "≥", 0.90),
    Goal("fivek", DELTA_E, "≤", 7.0),
    Goal("lol", PSNR, "≥", 18.0),
    Goal("lol", SSIM, "≥", 0.70),
    Goal("lol", DELTA_E, "≤", 13.0),
    Goal("white-balance", PSNR, "≥", 26.0),
    Goal("white-balance", DELTA_E, "≤", 7.5),
    Goal("cast", PSNR, "≥", 29.5),
    Goal("cast", DELTA_E, "≤", 5.0),
    Goal("exposure", PSNR, "≥", 25.0),
    Goal("exposure", DELTA_E, "≤", 6.0),
    Goal("good", SSIM, "≥", 0.96),
    Goal("good", DELTA_E, "≤", 2.5),
    Goal("good", WORST, "≤", 8.0),
    Goal("good", CLIPPED, "≤", 0.2),
    *(Goal(name, NEARER, "≥", 90.0) for name in PAIR_SETS),
    *(Goal(name, TWICE, "≤", 2.0) for name in (*PAIR_SETS, "good")),
)


def goal_for(set_name: str, figure: str) -> Goal | None:
    """Return the goal for a figure of a set, or None where there is none."""
    return next((goal for goal in GOALS if (goal.set_name, goal.figure) == (set_name, figure)), None)
