"""Predicts the correction from what was measured: small networks, and second ones that revise their opinion.

`tools/training` fitted `correction.json` to photos that it degraded on purpose, with the colour difference (CIE94)
that remains after the edit steps as the loss. Where the evidence is thin, the prediction is therefore close to "no
correction". Each network was trained on other photos: where they disagree, the photo is unlike those they know.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import ramp
from functions.enhance.analysis.correction import Correction, Outputs
from functions.enhance.analysis.extremes import Extremes
from functions.enhance.analysis.features import Features, features_of, features_of_extremes, level_histograms
from functions.enhance.analysis.illuminant import LightModel, light_statistics
from functions.enhance.analysis.networks import Networks, array_of
from functions.enhance.analysis.surfaces import Surfaces
from functions.enhance.arrays import Colours

# An uncertain network predicts a little of everything: a prediction up to the first number is dropped, from the second
# on it is kept whole.
UNCERTAIN_TONES, UNCERTAIN_CAST_STOPS = (0.05, 0.3), (0.02, 0.08)
# How much the networks' disagreement counts against their mean prediction.
DISAGREEMENT_WEIGHT = 3
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
    """Everything that was fitted: the light model, and two ensembles that learned from different photos.

    The second also sees the first one's opinion, the extremes and the histograms of the levels.
    """

    light: LightModel
    first: Networks
    second: Networks

    def predict_correction(self, thumbnail: Colours, opaque: NDArray[np.bool_], extremes: Extremes) -> Correction:
        """Predict from a thumbnail of shape (rows, columns, 3), 0 to 1; at least one of its pixels must be opaque."""
        surfaces, pixels = Surfaces.of(thumbnail, opaque), thumbnail[opaque]
        light = light_statistics(self.light.probabilities(surfaces))
        measured = np.concatenate([features_of(pixels, surfaces), light])
        first = self.first.outputs(measured)
        seen = seen_by_second(measured, features_of_extremes(extremes), level_histograms(pixels), first)
        return combined_prediction(revised(first, self.second.outputs(seen)))


def seen_by_second(measured: Features, extremes: NDArray[Any], levels: NDArray[Any], first: Outputs) -> Features:
    """Return the second networks' features: what the first see, the extremes, the levels, and the first's opinion.

    All may have axes for many photos before their last, `first` after its networks.
    """
    return np.concatenate([measured, extremes, levels, opinion(first)], axis=-1)


def opinion(outputs: Outputs) -> Features:
    """Return what networks think, from their outputs (networks, ..., 8): 8 means and 8 standard deviations."""
    return np.concatenate([outputs.mean(axis=0), outputs.std(axis=0)], axis=-1)


def revised(first: Outputs, second: Outputs) -> Outputs:
    """Return the first networks' mean as each second one revises it, shape (second networks, 8).

    A second network has sixteen outputs: what it adds, and how much of the mean it keeps, each before a logistic curve.
    """
    added, kept = np.split(second, 2, axis=-1)
    return np.asarray(added + first.mean(axis=0) / (1 + np.exp(-kept)))


@cache
def model() -> Model:
    """Return the fitted model."""
    document = json.loads(MODEL_FILE.read_text())
    light = LightModel(array_of(document["filters"]), array_of(document["prior"]), document["gain"])
    return Model(light, Networks.of(document["first"]), Networks.of(document["second"]))


def predict_correction(thumbnail: Colours, opaque: NDArray[np.bool_], extremes: Extremes) -> Correction:
    """Predict from a thumbnail of shape (rows, columns, 1 | 3); a grey one needs no correction of colour."""
    return model().predict_correction(np.broadcast_to(thumbnail, (*thumbnail.shape[:2], 3)), opaque, extremes)
