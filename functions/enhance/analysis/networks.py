"""Small networks that predict outputs from features; each was trained on other photos than its neighbours."""

import base64
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
            Network(**{name: array_of(values) for name, values in member.items()}) for member in document["ensemble"]
        )
        return cls(array_of(document["means"]), array_of(document["deviations"]), tuple(members))


def array_of(document: dict[str, Any]) -> NDArray[np.float64]:
    """Return an array as the model's file holds it: in base64, for each cold start would have to read decimals."""
    values = np.frombuffer(base64.b64decode(document["float16"]), "<f2")
    return values.reshape(document["shape"]).astype(np.float64)
