"""The figures of one photo, and of a set: means with their standard errors."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tools.benchmark.photosets import GOOD

DARKROOM = "Darkroom"
UNCHANGED = "unchanged"

PSNR = "PSNR dB"
SSIM = "SSIM"
DELTA_E = "mean dE"
WORST = "worst dE"
CLIPPED = "newly clipped, points"
NEARER = "nearer to target, %"
TWICE = "second pass, mean dE"


class Figures(NamedTuple):
    """The similarity of a picture to its target; `delta_e` is the mean CIEDE2000."""

    psnr_db: float
    ssim: float
    delta_e: float


@dataclass(frozen=True)
class Outcome:
    """The result of one method on a photo; `newly_clipped` is in percentage points of all samples."""

    figures: Figures
    newly_clipped: float


@dataclass(frozen=True)
class Score:
    """A photo's outcomes by method, `unchanged` among them; `second_pass_delta_e` is that of enhancing it again."""

    set_name: str
    name: str
    outcomes: dict[str, Outcome]
    second_pass_delta_e: float


@dataclass(frozen=True)
class Estimate:
    """A figure of a set; the standard error of the mean is NaN where there is none."""

    value: float
    standard_error: float = math.nan


def mean(values: Sequence[float]) -> Estimate:
    """Return the mean and its standard error, which takes two values or more."""
    centre = math.fsum(values) / len(values)
    if len(values) < 2:
        return Estimate(centre)
    variance = math.fsum((value - centre) ** 2 for value in values) / (len(values) - 1)
    return Estimate(centre, math.sqrt(variance / len(values)))


def summary(scores: Sequence[Score], method: str) -> dict[str, Estimate]:
    """Return the figures of one set under one method, in the order in which they are shown."""
    outcomes = [score.outcomes[method] for score in scores]
    rows = [outcome.figures for outcome in outcomes]
    found = {
        PSNR: mean([row.psnr_db for row in rows]),
        SSIM: mean([row.ssim for row in rows]),
        DELTA_E: mean([row.delta_e for row in rows]),
    }
    if scores[0].set_name == GOOD:
        found[WORST] = Estimate(max(row.delta_e for row in rows))
        found[CLIPPED] = mean([outcome.newly_clipped for outcome in outcomes])
    elif method != UNCHANGED:
        found[NEARER] = mean([100.0 * is_nearer(score, method) for score in scores])
    if method == DARKROOM:
        found[TWICE] = mean([score.second_pass_delta_e for score in scores])
    return found


def is_nearer(score: Score, method: str) -> bool:
    """Return whether the method brought the photo nearer to its target, in colour difference."""
    return score.outcomes[method].figures.delta_e < score.outcomes[UNCHANGED].figures.delta_e
