"""What a photo lacks, judged from what was measured: a small network, fitted to photos whose faults are known.

`darkroom/fit` made `diagnosis.json` from photos that it spoilt on purpose, by the loss of colour (CIE94) that remains
after the steps have done what the network says. Where the evidence is thin the answer is therefore close to "nothing".
"""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from functions.enhance.colour import Colours, ramp
from functions.enhance.features import Features, features_of
from functions.enhance.illuminant import LightModel, summary
from functions.enhance.surfaces import Surfaces

# A network in doubt answers a little of everything: up to the first number it is doubt, as `beyond_doubt` measures it,
# from the second on it is none.
TONE_DOUBT, CAST_DOUBT_STOPS = (0.05, 0.3), (0.02, 0.08)
WEIGHTS = Path(__file__).with_name("diagnosis.json")

Layer = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class Diagnosis:
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
    def of_answers(cls, answers: NDArray[np.float64]) -> "Diagnosis":
        """Keep each of the network's eight answers within what steps may do."""
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

    def beyond_doubt(self) -> "Diagnosis":
        """Return this diagnosis without what may be doubt alone: faint corrections help no photo and harm the good."""
        tones = abs(self.exposure_stops) + 3 * self.black + 1.5 * abs(np.log(self.power)) + 0.5 * abs(self.contrast)
        tone = ramp(tones, *TONE_DOUBT)
        cast = ramp(float(np.hypot(self.red_stops, self.blue_stops)), *CAST_DOUBT_STOPS)
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


@dataclass(frozen=True)
class Model:
    """What was fitted: the colours of lights, and a network with what makes its features comparable."""

    light: LightModel
    means: Features
    deviations: Features
    layers: tuple[Layer, ...]

    def diagnose(self, thumbnail: Colours, opaque: NDArray[np.bool_]) -> Diagnosis:
        """Judge a thumbnail of shape (rows, columns, 3), 0 to 1, by its opaque pixels, of which there must be one."""
        surfaces = Surfaces.of(thumbnail, opaque)
        light = summary(self.light.beliefs(surfaces))
        measured = np.concatenate([features_of(thumbnail[opaque], surfaces), light])
        values = (measured - self.means) / self.deviations
        for number, (weights, offsets) in enumerate(self.layers, start=1):
            values = values @ weights + offsets
            values = values if number == len(self.layers) else np.tanh(values)
        return Diagnosis.of_answers(values).beyond_doubt()


@cache
def model() -> Model:
    """Return the fitted model."""
    document = json.loads(WEIGHTS.read_text())
    light = LightModel(np.array(document["filters"]), np.array(document["prior"]), document["gain"])
    layers = tuple((np.array(layer["weights"]), np.array(layer["offsets"])) for layer in document["layers"])
    return Model(light, np.array(document["means"]), np.array(document["deviations"]), layers)


def diagnose(thumbnail: Colours, opaque: NDArray[np.bool_]) -> Diagnosis:
    """Judge a thumbnail of shape (rows, columns, 1 | 3); a grey one lacks no colour."""
    return model().diagnose(np.broadcast_to(thumbnail, (*thumbnail.shape[:2], 3)), opaque)
