"""Small networks that predict outputs from features; each was trained on other photos than its neighbours."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.correction import Outputs
from functions.enhance.analysis.features import Features


@dataclass(frozen=True)
class Network:
    """One network, with one hidden layer."""

    hidden_weights: NDArray[np.float64]
    hidden_biases: NDArray[np.float64]
    output_weights: NDArray[np.float64]
    output_biases: NDArray[np.float64]

    def predict(self, features: Features) -> Outputs:
        """Return the outputs for normalised features."""
        hidden = np.tanh(features @ self.hidden_weights + self.hidden_biases)
        return np.asarray(hidden @ self.output_weights + self.output_biases, np.float64)


@dataclass(frozen=True)
class Networks:
    """Networks with the same inputs, and the mean and deviation of each input."""

    means: Features
    deviations: Features
    members: tuple[Network, ...]

    def outputs(self, features: Features) -> Outputs:
        """Return the outputs of each network, shape (networks, outputs)."""
        normalised = (features - self.means) / self.deviations
        return np.array([member.predict(normalised) for member in self.members])

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Networks":
        """Return the networks as the model's file holds them."""
        members = (
            Network(**{name: np.array(values) for name, values in member.items()}) for member in document["ensemble"]
        )
        return cls(np.array(document["means"]), np.array(document["deviations"]), tuple(members))
