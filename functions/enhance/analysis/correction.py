"""What a photo lacks, predicted from what was measured: an ensemble of small networks.

`tools/training` fitted `correction.json` to photos that it degraded on purpose, by the loss of colour (CIE94) that
remains after the edit steps. Where the evidence is thin, the prediction is therefore close to "nothing". Each network
has learned from other photos: where they disagree, the photo is unlike what they know.
"""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import Colours, ramp
from functions.enhance.analysis.features import Features, features_of
from functions.enhance.analysis.illuminant import LightModel, summary
from functions.enhance.analysis.surfaces import Surfaces

# A network in doubt answers a little of everything: up to the first number it is doubt, from the second on it is none.
TONE_DOUBT, CAST_DOUBT_STOPS = (0.05, 0.3), (0.02, 0.08)
# How much the jurors' disagreement counts against what they say.
DISAGREEMENT_WEIGHT = 2
MODEL_FILE = Path(__file__).with_name("correction.json")

Answers = NDArray[np.float64]


@dataclass(frozen=True)
class Correction:
    """What would make the photo right, in the order in which it is to be done.

    Stops that red and blue need against green, stops of exposure, by how much white falls for each stop of darkening;
    the level that is to be black, the power of the midtones, the strength of the S-curve, the factor of the colours.
    Power and colours are 1 where nothing is lacking, the others 0.
    """

    red_stops: float = 0.0
    blue_stops: float = 0.0
    exposure_stops: float = 0.0
    highlight_drop: float = 0.25
    black: float = 0.0
    power: float = 1.0
    contrast: float = 0.0
    saturation: float = 1.0

    @classmethod
    def of_answers(cls, answers: Answers) -> "Correction":
        """Keep each of a network's eight answers within what steps may do."""
        red, blue, exposure, black, power, contrast, saturation, drop = answers
        bounded = np.tanh(np.array([red, blue, power, contrast, saturation, drop]) / 2)
        return cls(
            red_stops=1.4 * bounded[0],
            blue_stops=1.4 * bounded[1],
            exposure_stops=float(np.clip(2 * exposure, -1.5, 6.5)),
            highlight_drop=0.25 + 0.2 * bounded[5],
            black=float(0.35 / (1 + np.exp(5 - 2 * black))),
            power=float(np.exp(0.8 * bounded[2])),
            contrast=0.4 * bounded[3],
            saturation=float(np.exp(0.5 * bounded[4])),
        )

    @property
    def cast(self) -> Answers:
        """How the colour of the light is off, in stops."""
        return np.array([self.red_stops, self.blue_stops])

    @property
    def tones(self) -> Answers:
        """How the brightness is off: exposure, black, midtones and contrast, weighed by how much one sees of them."""
        return np.array([self.exposure_stops, 3 * self.black, 1.5 * np.log(self.power), 0.5 * self.contrast])

    def scaled(self, cast: float, tone: float) -> "Correction":
        """Return shares of what this one says of the cast, and of all else: 0 lacks nothing."""
        return replace(
            self,
            red_stops=cast * self.red_stops,
            blue_stops=cast * self.blue_stops,
            exposure_stops=tone * self.exposure_stops,
            black=tone * self.black,
            power=self.power**tone,
            contrast=tone * self.contrast,
            saturation=self.saturation**tone,
        )


def verdict(answers: Answers) -> Correction:
    """Return what jurors say together, by answers of shape (jurors, 8), less what may be doubt alone.

    Faint corrections help no photo and harm the good ones; so do those of which each juror has an idea of their own.
    """
    ensemble_models = [Correction.of_answers(one) for one in answers]
    said = Correction.of_answers(answers.mean(axis=0))
    cast = ramp(float(np.hypot(*said.cast)), *CAST_DOUBT_STOPS) * _agreement(
        [ensemble_model.cast for ensemble_model in ensemble_models]
    )
    tone = ramp(float(np.abs(said.tones).sum()), *TONE_DOUBT) * _agreement(
        [ensemble_model.tones for ensemble_model in ensemble_models]
    )
    return said.scaled(cast, tone)


def _agreement(opinions: list[Answers]) -> float:
    """Return the share of opinions that is signal rather than noise (Wiener 1949): 1 where all are alike."""
    signal = float((np.mean(opinions, axis=0) ** 2).sum())
    return signal / (signal + DISAGREEMENT_WEIGHT * float(np.var(opinions, axis=0).sum()) + 1e-12)


@dataclass(frozen=True)
class EnsembleModel:
    """A network of one hidden layer of cells."""

    weights: NDArray[np.float64]
    offsets: NDArray[np.float64]
    answer_weights: NDArray[np.float64]
    answer_offsets: NDArray[np.float64]

    def answers(self, values: Features) -> Answers:
        """Return eight answers to measured values that have been made comparable."""
        return np.asarray(
            np.tanh(values @ self.weights + self.offsets) @ self.answer_weights + self.answer_offsets, np.float64
        )


@dataclass(frozen=True)
class Model:
    """What was fitted: the colours of lights, and a jury with what makes its features comparable."""

    light: LightModel
    means: Features
    deviations: Features
    ensemble: tuple[EnsembleModel, ...]

    def predict_correction(self, thumbnail: Colours, opaque: NDArray[np.bool_]) -> Correction:
        """Judge a thumbnail of shape (rows, columns, 3), 0 to 1, by its opaque pixels, of which there must be one."""
        surfaces = Surfaces.of(thumbnail, opaque)
        light = summary(self.light.beliefs(surfaces))
        measured = np.concatenate([features_of(thumbnail[opaque], surfaces), light])
        values = (measured - self.means) / self.deviations
        return verdict(np.array([ensemble_model.answers(values) for ensemble_model in self.ensemble]))


@cache
def model() -> Model:
    """Return the fitted model."""
    document = json.loads(MODEL_FILE.read_text())
    light = LightModel(np.array(document["filters"]), np.array(document["prior"]), document["gain"])
    ensemble = tuple(
        EnsembleModel(**{name: np.array(values) for name, values in ensemble_model.items()})
        for ensemble_model in document["ensemble"]
    )
    return Model(light, np.array(document["means"]), np.array(document["deviations"]), ensemble)


def predict_correction(thumbnail: Colours, opaque: NDArray[np.bool_]) -> Correction:
    """Judge a thumbnail of shape (rows, columns, 1 | 3); a grey one lacks no colour."""
    return model().predict_correction(np.broadcast_to(thumbnail, (*thumbnail.shape[:2], 3)), opaque)
