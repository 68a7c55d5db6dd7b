"""How each specialist and the gates are fitted: from which faults, how long, and what each fault weighs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.training.retouched import RETOUCHED
from tools.training.samples import Samples

# Each network learns from all photos but one part of so many, so that their errors differ (bagging, Breiman 1996).
PARTS = 8
# From how many stops of red and of blue on a light is magenta; by how much brighter than it should be an overexposed
# photo is, of 1.
MAGENTA_STOPS, OVEREXPOSED = 0.06, 0.01


@dataclass(frozen=True)
class Training:
    """How a network is fitted: its hidden cells, and in how many steps of how many samples and pixels.

    `weights` holds what a sample of each fault weighs; from other faults it does not learn. Photos without a fault
    weigh more, because users forgive harm to them least; then the faults that are hard to see, among which `magenta`
    and `overexposed` ones weigh so many times as much once more.
    """

    hidden: int
    steps: int
    batch: int
    weights: Mapping[str, float]
    magenta: float = 1.0
    overexposed: float = 1.0
    pixels: int = 64

    def knows(self, faults: NDArray[np.str_]) -> NDArray[np.bool_]:
        """Return which samples are learned from."""
        return np.isin(faults, list(self.weights))

    def weights_of(self, samples: Samples) -> NDArray[Any]:
        """Return the weight of each sample."""
        weights = np.array([self.weights[fault] for fault in samples.fault])
        brighter = samples.degraded.mean((1, 2)) > samples.good.mean((1, 2)) + OVEREXPOSED
        weights[(samples.light > MAGENTA_STOPS).all(axis=-1)] *= self.magenta
        weights[brighter & (samples.fault == "exposure")] *= self.overexposed
        return weights


# A cast and another fault: what they weigh for the specialist for all faults and for the gates.
SEVERAL = {"flat and cast": 1.0, "cast and exposure": 1.2, "cast and dark": 1.0}
SPECIALISTS = {
    "cast": Training(48, 10_000, 256, {"none": 4.0, "cast": 2.2}, magenta=2.0),
    "several": Training(
        40, 8000, 192, {"none": 4.0, "flat and cast": 2.0, "cast and exposure": 2.0, "cast and dark": 1.0}
    ),
    "any": Training(
        40,
        7000,
        192,
        {"none": 6.0, "cast": 2.2, "exposure": 1.6, "dark": 1.0, RETOUCHED: 4.0} | SEVERAL,
        magenta=1.5,
        overexposed=1.5,
    ),
    "flat": Training(32, 6000, 192, {"none": 3.0, RETOUCHED: 3.5}),
    "exposure": Training(32, 7000, 192, {"none": 3.5, "exposure": 1.6, "dark": 1.0}, overexposed=1.5),
}
# Two weightings, of which the first leaves more photos as they are.
GATES = tuple(
    Training(14, 4000, 256, weights | {"exposure": 2.6, "dark": 1.4, RETOUCHED: 7.0} | SEVERAL)
    for weights in ({"none": 8.0, "cast": 2.6}, {"none": 6.0, "cast": 3.2})
)
