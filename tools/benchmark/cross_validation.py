"""Cross-validation: chooses values on one half of the photos and measures them on the other half."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from tools.benchmark.goals import goal_for
from tools.benchmark.scores import DELTA_E, mean

REPEATS = 10

# Values for some constants of a module; an empty mapping is what ships.
Values = Mapping[str, Any]
SHIPPED: Values = {}


class Member(NamedTuple):
    """A photo's set, and its origin: photos of one origin stay in one half."""

    set_name: str
    origin: str


@dataclass(frozen=True)
class Trials:
    """The colour differences (mean CIEDE2000) of all members under some values; each is measured once and kept."""

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
        """The indices of the members of each set."""
        names = dict.fromkeys(member.set_name for member in self.members)
        return {name: [at for at, member in enumerate(self.members) if member.set_name == name] for name in names}


def held_out(trials: Trials, rules: Mapping[str, Sequence[Values]]) -> list[float]:
    """Return each member's mean difference under values that were chosen without it, over REPEATS random splits."""
    rng, found = np.random.default_rng(1), np.zeros((REPEATS, len(trials.members)))
    origins, of_members = np.unique([member.origin for member in trials.members], return_inverse=True)
    for repeat in range(REPEATS):
        is_first = rng.permutation(len(origins))[of_members] % 2 == 0
        for half in (is_first, ~is_first):
            values = best(trials, rules, np.flatnonzero(half))
            found[repeat, ~half] = np.array(trials.of(values))[~half]
    return [float(value) for value in found.mean(axis=0)]


def best(trials: Trials, rules: Mapping[str, Sequence[Values]], half: Iterable[int]) -> Values:
    """Return for every rule the values that are best for these members while the other rules are as shipped."""
    own = set(half)
    return {
        name: value
        for candidates in rules.values()
        for name, value in min(candidates, key=lambda values: _cost(trials, values, own)).items()
    }


def _cost(trials: Trials, values: Values, own: set[int]) -> float:
    """Return the mean over the sets of their difference divided by their goal."""
    differences, parts = trials.of(values), []
    for name, places in trials.sets.items():
        goal = goal_for(name, DELTA_E)
        seen = [differences[place] for place in places if place in own]
        if goal and seen:
            parts.append(mean(seen).value / goal.bound)
    return mean(parts).value
