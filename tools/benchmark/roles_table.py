"""The table of roles: what Darkroom reaches on the photos of each role, beside an older version and the best peer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tools.benchmark.bootstrap import Interval, Value, interval, weighted_interval
from tools.benchmark.photosets import GOOD
from tools.benchmark.role_cases import EVERYDAY, FINISHED, Case
from tools.benchmark.scores import DARKROOM, DELTA_E, NEARER, PSNR, SSIM, UNCHANGED, WORST, Figures
from tools.photo_roles import Role
from verification.benchmarks_document import table

BASE = "before"
LEFT_ALONE = "left alone, %"
# A photo that moved less is left alone: side by side, few people see so little.
LEFT_ALONE_DELTA_E = 1.0
# These must stay as they are.
KEPT = (GOOD, FINISHED, EVERYDAY)
# The mean dE that is aimed at: what a set counts in the weighted sum is its mean dE in parts of that.
AIMS = {"fivek": 7.0, "lol": 14.0, "cast": 3.8, "exposure": 4.6, GOOD: 1.2, FINISHED: 0.7, EVERYDAY: 2.0}
WEIGHTED_SUM = "mean dE / aim"
DECIMALS = {SSIM: 3, NEARER: 0, LEFT_ALONE: 0, PSNR: 1}
SMALLER_IS_BETTER = (DELTA_E, WORST, WEIGHTED_SUM)
HEADER = ("photos", "figure", DARKROOM, BASE, "difference", "best peer", "difference")


@dataclass(frozen=True)
class Measured:
    """A case, and how near each method comes to its target."""

    case: Case
    figures: Mapping[str, Figures]


Number = Callable[[Measured, str], float]


def _nearer(one: Measured, method: str) -> float:
    return 100.0 * (one.figures[method].delta_e < one.figures[UNCHANGED].delta_e)


# A figure, and how it is measured on one photo.
FIGURES: dict[str, Number] = {
    PSNR: lambda one, method: one.figures[method].psnr_db,
    SSIM: lambda one, method: one.figures[method].ssim,
    DELTA_E: lambda one, method: one.figures[method].delta_e,
    NEARER: _nearer,
}
FIGURES_OF_KEPT: dict[str, Number] = {
    DELTA_E: FIGURES[DELTA_E],
    LEFT_ALONE: lambda one, method: 100.0 * (one.figures[method].delta_e < LEFT_ALONE_DELTA_E),
}


def roles_table(measured: Sequence[Measured], role: Role) -> str:
    """Return a row for each figure of each set of a role, and one for their weighted sum."""
    own = [one for one in measured if one.case.role is role]
    rows = [row for name, members in grouped(own, lambda case: case.set_name).items() for row in _rows(name, members)]
    return table(HEADER, [*rows, weighted_row(own)])


def kinds_table(measured: Sequence[Measured], role: Role) -> str:
    """Return a row for each kind of cast and exposure of a role: mean dE and the share that came nearer."""
    own = [one for one in measured if one.case.role is role and one.case.kind]
    kinds = grouped(own, lambda case: f"{case.set_name}: {case.kind}")
    return table(
        HEADER,
        [_row(name, members, figure) for name, members in sorted(kinds.items()) for figure in (DELTA_E, NEARER)],
    )


def grouped(measured: Sequence[Measured], name_of: Callable[[Case], str]) -> dict[str, list[Measured]]:
    """Return the measured cases by a name, in the order in which they came."""
    found: dict[str, list[Measured]] = {}
    for one in measured:
        found.setdefault(name_of(one.case), []).append(one)
    return found


def _rows(name: str, members: Sequence[Measured]) -> list[list[str]]:
    figures = FIGURES_OF_KEPT if name in KEPT else FIGURES
    rows = [_row(name, members, figure) for figure in figures]
    return rows + ([_worst_row(name, members)] if name in KEPT else [])


def _row(name: str, members: Sequence[Measured], figure: str) -> list[str]:
    number = (FIGURES | FIGURES_OF_KEPT)[figure]
    means = {method: interval(_values(members, number, method)).mean for method in members[0].figures}
    peers = {method: mean for method, mean in means.items() if method not in {DARKROOM, BASE, UNCHANGED}}
    best = (min if figure in SMALLER_IS_BETTER else max)(peers, key=peers.__getitem__) if peers else None
    others = [BASE if BASE in means else None, best]
    cells = [
        cell
        for other in others
        for cell in (
            _with_name(other, means, figure) if other else "",
            shown_difference(interval(_differences(members, number, other)), figure) if other else "",
        )
    ]
    return [f"{name} ({len(members)})", figure, shown(means[DARKROOM], figure), *cells]


def _worst_row(name: str, members: Sequence[Measured]) -> list[str]:
    methods = [method for method in (DARKROOM, BASE) if method in _all(members)]
    worst = [max(one.figures[method].delta_e for one in members) for method in methods]
    return [f"{name} ({len(members)})", WORST, *(shown(value, WORST) for value in worst), *[""] * (5 - len(worst))]


def weighted_row(members: Sequence[Measured]) -> list[str]:
    """Return the row of the weighted sum of all sets, by which versions are chosen."""
    sets = {name: own for name, own in grouped(members, lambda case: case.set_name).items() if name in AIMS}
    number, weights = FIGURES[DELTA_E], {name: 1 / (AIMS[name] * len(sets)) for name in sets}

    def summed(values: Callable[[Sequence[Measured]], list[Value]]) -> Interval:
        return weighted_interval({name: values(own) for name, own in sets.items()}, weights)

    cells = [shown(summed(lambda own: _values(own, number, DARKROOM)).mean, WEIGHTED_SUM)]
    if BASE in _all(members):
        cells.append(shown(summed(lambda own: _values(own, number, BASE)).mean, WEIGHTED_SUM))
        cells.append(shown_difference(summed(lambda own: _differences(own, number, BASE)), WEIGHTED_SUM))
    return [f"all sets ({sum(map(len, sets.values()))})", WEIGHTED_SUM, *cells, *[""] * (5 - len(cells))]


def _all(members: Sequence[Measured]) -> Mapping[str, Figures]:
    return members[0].figures


def _values(members: Sequence[Measured], number: Number, method: str) -> list[Value]:
    return [Value(one.case.origin, number(one, method)) for one in members]


def _differences(members: Sequence[Measured], number: Number, other: str) -> list[Value]:
    return [Value(one.case.origin, number(one, DARKROOM) - number(one, other)) for one in members]


def _with_name(method: str, means: Mapping[str, float], figure: str) -> str:
    return shown(means[method], figure) + ("" if method == BASE else f" ({method})")


def shown(value: float, figure: str) -> str:
    """Return a figure, rounded to its decimals."""
    return f"{value:.{DECIMALS.get(figure, 2)}f}"


def shown_difference(found: Interval, figure: str) -> str:
    """Return a difference with its interval, and whether it is a gain or a loss: only where zero is excluded."""
    decimals = DECIMALS.get(figure, 2)
    is_gain = (found.mean < 0) == (figure in SMALLER_IS_BETTER)
    word = (" gain" if is_gain else " LOSS") if found.excludes_zero else ""
    return f"{found.mean:+.{decimals}f} [{found.lowest:+.{decimals}f}, {found.highest:+.{decimals}f}]{word}"
