"""Predicts the correction from what was measured: a mixture of experts (Jacobs et al. 1991) of small networks.

Each specialist learned from photos without a fault and from photos with one kind of fault, one from photos with
several at once, and one from all. Gates say, for the colour of the light and for the tones, how much each is trusted
with this photo.

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
from functions.enhance.analysis.extremes import Extremes
from functions.enhance.analysis.features import Features, features_of, features_of_extremes, level_histograms
from functions.enhance.analysis.gates import QUESTIONS, SPECIALTIES, seen_by_gates, trusted
from functions.enhance.analysis.illuminant import LightModel, light_statistics
from functions.enhance.analysis.networks import Networks, array_of
from functions.enhance.analysis.surfaces import Surfaces
from functions.enhance.arrays import Colours

# An uncertain network predicts a little of everything: a prediction up to the first number is dropped, from the second
# on it is kept whole.
UNCERTAIN_TONES, UNCERTAIN_CAST_STOPS = (0.05, 0.3), (0.02, 0.08)
# How much the networks' disagreement counts against their mean prediction.
DISAGREEMENT_WEIGHT = 6
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
class Model:
    """Everything that was fitted: the light model, one ensemble for each of SPECIALTIES, and gates for QUESTIONS."""

    light: LightModel
    specialists: tuple[Networks, ...]
    gates: tuple[Networks, ...]

    def predict_correction(self, thumbnail: Colours, opaque: NDArray[np.bool_], extremes: Extremes) -> Correction:
        """Predict from a thumbnail of shape (rows, columns, 3), 0 to 1; at least one of its pixels must be opaque."""
        measured = self.measured(thumbnail, opaque, extremes)
        opinions = np.stack([specialist.outputs(measured) for specialist in self.specialists])
        return combined_prediction(self.judged(measured, opinions))

    def measured(self, thumbnail: Colours, opaque: NDArray[np.bool_], extremes: Extremes) -> Features:
        """Return all that is measured of a photo; gates.py says where what stands."""
        surfaces, pixels = Surfaces.of(thumbnail, opaque), thumbnail[opaque]
        light = light_statistics(self.light.probabilities(surfaces))
        parts = (features_of(pixels, surfaces), light, features_of_extremes(extremes), level_histograms(pixels))
        return np.concatenate(parts)

    def judged(self, measured: Features, opinions: Outputs) -> Outputs:
        """Return outputs, one row for each gate, from the specialists' opinions, shape (specialists, networks, 8)."""
        seen = seen_by_gates(measured, opinions.mean(axis=1))
        answers = [
            trusted(opinions[question.asked, :, question.outputs], gates.outputs(seen[question.sees]))
            for question, gates in zip(QUESTIONS.values(), self.gates, strict=True)
        ]
        return np.concatenate(answers, axis=-1)


@cache
def model() -> Model:
    """Return the fitted model."""
    document = json.loads(MODEL_FILE.read_text())
    light = LightModel(array_of(document["filters"]), array_of(document["prior"]), document["gain"])
    specialists = (Networks.of(document["specialists"][name]) for name in SPECIALTIES)
    gates = (Networks.of(document["gates"][name]) for name in QUESTIONS)
    return Model(light, tuple(specialists), tuple(gates))


def predict_correction(thumbnail: Colours, opaque: NDArray[np.bool_], extremes: Extremes) -> Correction:
    """Predict from a thumbnail of shape (rows, columns, 1 | 3); a grey one needs no correction of colour."""
    return model().predict_correction(np.broadcast_to(thumbnail, (*thumbnail.shape[:2], 3)), opaque, extremes)
