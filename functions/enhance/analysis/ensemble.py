"""Predicts the correction from what was measured: an ensemble of small networks.

`tools/training` fitted `correction.json` to photos that it degraded on purpose, with the colour difference (CIE94)
that remains after the edit steps as the loss. Where the evidence is thin, the prediction is therefore close to "no
correction". Each network was trained on other photos: where they disagree, the photo is unlike those they know.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import ramp
from functions.enhance.analysis.correction import Correction, Outputs
from functions.enhance.analysis.features import Features, features_of
from functions.enhance.analysis.illuminant import LightModel, light_statistics
from functions.enhance.analysis.surfaces import Surfaces
from functions.enhance.arrays import Colours

# An uncertain network predicts a little of everything: a prediction up to the first number is dropped, from the second
# on it is kept whole.
UNCERTAIN_TONES, UNCERTAIN_CAST_STOPS = (0.05, 0.3), (0.02, 0.08)
# How much the networks' disagreement counts against their mean prediction.
DISAGREEMENT_WEIGHT = 2
MODEL_FILE = Path(__file__).with_name("correction.json")


def combined_prediction(outputs: Outputs) -> Correction:
    """Combine the networks' outputs, shape (networks, 8), into one correction.

    The mean counts less where it is small and where the networks disagree: faint corrections help no photo and harm
    the good ones.
    """
    members = [Correction.from_outputs(row) for row in outputs]
    mean = Correction.from_outputs(outputs.mean(axis=0))
    cast = ramp(float(np.hypot(*mean.cast)), *UNCERTAIN_CAST_STOPS) * _agreement([member.cast for member in members])
    tone = ramp(float(np.abs(mean.tones).sum()), *UNCERTAIN_TONES) * _agreement([member.tones for member in members])
    return mean.scaled(cast, tone)


def _agreement(predictions: list[NDArray[np.float64]]) -> float:
    """Return the share of the predictions that is signal rather than noise (Wiener 1949): 1 where all are alike."""
    signal = float((np.mean(predictions, axis=0) ** 2).sum())
    return signal / (signal + DISAGREEMENT_WEIGHT * float(np.var(predictions, axis=0).sum()) + 1e-12)


@dataclass(frozen=True)
class EnsembleModel:
    """One network of the ensemble, with one hidden layer."""

    hidden_weights: NDArray[np.float64]
    hidden_biases: NDArray[np.float64]
    output_weights: NDArray[np.float64]
    output_biases: NDArray[np.float64]

    def predict(self, features: Features) -> Outputs:
        """Return the eight outputs for normalised features."""
        hidden = np.tanh(features @ self.hidden_weights + self.hidden_biases)
        return np.asarray(hidden @ self.output_weights + self.output_biases, np.float64)


@dataclass(frozen=True)
class Model:
    """Everything that was fitted: the light model, the ensemble, and the mean and deviation of each feature."""

    light: LightModel
    means: Features
    deviations: Features
    ensemble: tuple[EnsembleModel, ...]

    def predict_correction(self, thumbnail: Colours, opaque: NDArray[np.bool_]) -> Correction:
        """Predict from a thumbnail of shape (rows, columns, 3), 0 to 1; at least one of its pixels must be opaque."""
        surfaces = Surfaces.of(thumbnail, opaque)
        light = light_statistics(self.light.probabilities(surfaces))
        measured = np.concatenate([features_of(thumbnail[opaque], surfaces), light])
        features = (measured - self.means) / self.deviations
        return combined_prediction(np.array([member.predict(features) for member in self.ensemble]))


@cache
def model() -> Model:
    """Return the fitted model."""
    document = json.loads(MODEL_FILE.read_text())
    light = LightModel(np.array(document["filters"]), np.array(document["prior"]), document["gain"])
    ensemble = tuple(
        EnsembleModel(**{name: np.array(values) for name, values in member.items()}) for member in document["ensemble"]
    )
    return Model(light, np.array(document["means"]), np.array(document["deviations"]), ensemble)


def predict_correction(thumbnail: Colours, opaque: NDArray[np.bool_]) -> Correction:
    """Predict from a thumbnail of shape (rows, columns, 1 | 3); a grey one needs no correction of colour."""
    return model().predict_correction(np.broadcast_to(thumbnail, (*thumbnail.shape[:2], 3)), opaque)
