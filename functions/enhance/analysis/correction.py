"""The correction that a photo needs: what the ensemble predicts, and what the edit steps carry out."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

# What a network predicts of a correction, and how many numbers those are.
Outputs = NDArray[np.float64]
OUTPUTS = 8


@dataclass(frozen=True)
class Correction:
    """The corrections that make a photo right, in the order in which the steps apply them.

    `red_stops` and `blue_stops` are gains relative to green, `exposure_stops` is a gain in light. `highlight_drop` is
    by how much white falls for each stop of darkening, `black` the level that becomes black. `power` is that of the
    midtones, `contrast` the strength of the S-curve, `saturation` a factor, `shadow_stops` the gain in light of the
    shadows alone, which no network predicts (backlight.py). Power and saturation are 1 where nothing
    is to be corrected, the others 0.
    """

    red_stops: float = 0.0
    blue_stops: float = 0.0
    exposure_stops: float = 0.0
    highlight_drop: float = 0.25
    black: float = 0.0
    power: float = 1.0
    contrast: float = 0.0
    saturation: float = 1.0
    shadow_stops: float = 0.0

    @property
    def cast_stops(self) -> float:
        """How strong the colour cast is that is taken out."""
        return float(np.hypot(self.red_stops, self.blue_stops))

    @property
    def cast_name(self) -> str:
        """The colour of the cast that is taken out: the opposite of the gains."""
        if abs(self.red_stops - self.blue_stops) > abs(self.red_stops + self.blue_stops):
            return "warm" if self.red_stops < self.blue_stops else "cool"
        return "green" if self.red_stops + self.blue_stops > 0 else "magenta"

    @property
    def midtone_lift(self) -> float:
        """By which share the middle between black and white gets lighter; negative where it gets darker."""
        return float(0.5 ** (self.power - 1) - 1)

    @classmethod
    def from_outputs(cls, outputs: Outputs) -> "Correction":
        """Map a network's eight outputs to corrections, each within the range that its step allows."""
        red, blue, exposure, black, power, contrast, saturation, drop = outputs
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
    def cast(self) -> NDArray[np.float64]:
        """The correction of the colour cast: stops of red and of blue."""
        return np.array([self.red_stops, self.blue_stops])

    @property
    def tones(self) -> NDArray[np.float64]:
        """The correction of the brightness: exposure, black, midtones and contrast, weighted by visible effect."""
        return np.array([self.exposure_stops, 3 * self.black, 1.5 * np.log(self.power), 0.5 * self.contrast])

    def scaled(self, cast: float, tone: float) -> "Correction":
        """Return this correction with its cast and everything else scaled by a share each: 0 corrects nothing."""
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
