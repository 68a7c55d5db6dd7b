"""The tables of quality: the goals, what Darkroom reaches, and what the other tools reach."""

import math
from collections.abc import Sequence

from darkroom.packaging.repository import BUILD
from tools.benchmark.goals import GOALS, goal_for
from tools.benchmark.scores import CLIPPED, DARKROOM, NEARER, SSIM, Estimate, Score, summary
from verification.benchmarks_document import table

FOLDER = BUILD / "bench"
DECIMALS = {SSIM: 3, CLIPPED: 2, NEARER: 0}


def quality_table(scores: Sequence[Score]) -> str:
    """Return a row per figure of each set: the goal, Darkroom's figure, and those of the other tools."""
    methods = [name for name in scores[0].outcomes if name != DARKROOM]
    header = ["set", "figure", "goal", DARKROOM, "reached?", *methods]
    sets = dict.fromkeys(score.set_name for score in scores)
    return table(header, [line for name in sets for line in _set_lines(name, scores, methods)])


def _set_lines(set_name: str, scores: Sequence[Score], methods: Sequence[str]) -> list[list[str]]:
    own = [score for score in scores if score.set_name == set_name]
    ours, others = summary(own, DARKROOM), {method: summary(own, method) for method in methods}
    return [
        [
            f"{set_name} ({len(own)})",
            figure,
            str(goal_for(set_name, figure) or ""),
            shown(estimate, figure),
            mark(set_name, figure, estimate.value),
            *(shown(others[method].get(figure), figure) for method in methods),
        ]
        for figure, estimate in ours.items()
    ]


def mark(set_name: str, figure: str, value: float) -> str:
    """Return whether the goal for a figure is reached, as a word; empty where there is no goal."""
    goal = goal_for(set_name, figure)
    if goal is None:
        return ""
    return "yes" if goal.is_reached_by(value) else "NO"


def shown(estimate: Estimate | None, figure: str) -> str:
    """Return a figure with its standard error, rounded to the figure's decimals."""
    if estimate is None:
        return ""
    decimals = DECIMALS.get(figure, 2)
    error = "" if math.isnan(estimate.standard_error) else f" ± {estimate.standard_error:.{decimals}f}"
    return f"{estimate.value:.{decimals}f}{error}"


def goals_summary(scores: Sequence[Score]) -> str:
    """Return how many of the goals are reached, and which are not."""
    sets = dict.fromkeys(score.set_name for score in scores)
    reached = {name: summary([s for s in scores if s.set_name == name], DARKROOM) for name in sets}
    missed = [
        goal
        for goal in GOALS
        if goal.set_name not in reached or not goal.is_reached_by(reached[goal.set_name][goal.figure].value)
    ]
    names = "; ".join(f"{goal.set_name} {goal.figure}" for goal in missed)
    return f"{len(GOALS) - len(missed)} of {len(GOALS)} goals reached" + (f". Not reached: {names}." if missed else ".")
