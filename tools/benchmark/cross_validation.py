"""Choosing values on one half of the photos to measure them on the other, which had no say in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from tools.benchmark.goals import goal_for
from tools.benchmark.scores import DELTA_E, mean

REPEATS = 10

# Values for some constants of a module; none is as shipped.
Values = Mapping[str, Any]
SHIPPED: Values = {}


class Member(NamedTuple):
    """A photo's set, and what it was made of: photos of one origin are not parted."""

    set_name: str
    origin: str


@dataclass(frozen=True)
class Trials:
    """The colour differences (mean CIEDE2000) of all members under some values; what was measured once is kept."""

    members: Sequence[Member]
    measure: Callable[[Values], list[float]]
    known: dict[str, list[float]] = field(default_factory=dict)

    def of(self, values: Values) -> list[float]:
        """Return the difference of each member."""
        key = repr(sorted(values.items()))
        if key not in self.known:
            self.known[key] = self.measure(values)
        return self.known[key]

    @property
    def sets(self) -> dict[str, list[int]]:
        """The members of each set, by their places."""
        names = dict.fromkeys(member.set_name for member in self.members)
        return {name: [at for at, member in enumerate(self.members) if member.set_name == name] for name in names}


def held_out(trials: Trials, rules: Mapping[str, Sequence[Values]]) -> list[float]:
    """Return each member's mean difference under values that were chosen without it, by REPEATS halvings."""
    chance, found = np.random.default_rng(1), np.zeros((REPEATS, len(trials.members)))
    origins, of_members = np.unique([member.origin for member in trials.members], return_inverse=True)
    for repeat in range(REPEATS):
        is_first = chance.permutation(len(origins))[of_members] % 2 == 0
        for half in (is_first, ~is_first):
            values = best(trials, rules, np.flatnonzero(half))
            found[repeat, ~half] = np.array(trials.of(values))[~half]
    return [float(value) for value in found.mean(axis=0)]


def best(trials: Trials, rules: Mapping[str, Sequence[Values]], half: Iterable[int]) -> Values:
    """Return for every rule the values that serve these members best while the other rules are as shipped."""
    own = set(half)
    return {
        name: value
        for candidates in rules.values()
        for name, value in min(candidates, key=lambda values: _cost(trials, values, own)).items()
    }


def _cost(trials: Trials, values: Values, own: set[int]) -> float:
    """Return the mean over the sets of their differences in parts of their goals."""
    differences, parts = trials.of(values), []
    for name, places in trials.sets.items():
        goal = goal_for(name, DELTA_E)
        seen = [differences[place] for place in places if place in own]
        if goal and seen:
            parts.append(mean(seen).value / goal.bound)
    return mean(parts).value
