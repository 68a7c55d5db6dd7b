"""Primaries and white points by chromaticity, and as the colorants that an ICC profile holds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
# The x and y of a colour (CIE 1931).
Point = tuple[float, float]

D65: Point = (0.3127, 0.3290)
ILLUMINANT_C: Point = (0.310, 0.316)
DCI_WHITE: Point = (0.314, 0.351)
# The white of profiles, as XYZ (ICC.1:2022, 7.2.16).
D50 = np.array([0.9642, 1.0, 0.8249])
# Cone responses.
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


@dataclass(frozen=True)
class Primaries:
    """The chromaticities of red, green, blue and white."""

    red: Point
    green: Point
    blue: Point
    white: Point = D65

    def to_xyz(self) -> Matrix:
        """Return the matrix from linear light to XYZ adapted to D50; raises ValueError where there is none."""
        try:
            columns = np.array([_xyz(point) for point in (self.red, self.green, self.blue)]).T
            return np.asarray(self.adaptation() @ columns * np.linalg.solve(columns, np.array(_xyz(self.white))))
        except (ZeroDivisionError, np.linalg.LinAlgError) as error:
            raise ValueError(f"these primaries make no colours: {self}") from error

    def adaptation(self) -> Matrix:
        """Return the matrix that takes XYZ under this white to XYZ under D50 (Bradford; ICC.1:2022, annex E)."""
        gains = (BRADFORD @ D50) / (BRADFORD @ np.array(_xyz(self.white)))
        return np.asarray(np.linalg.inv(BRADFORD) @ np.diag(gains) @ BRADFORD)


def _xyz(point: Point) -> tuple[float, float, float]:
    x, y = point
    return x / y, 1.0, (1 - x - y) / y


SRGB = Primaries((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
DISPLAY_P3 = Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE_RGB = Primaries((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
BT2020 = Primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
_SMPTE_170M = Primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070))

# By the code points of ISO/IEC 23091-2 (ITU-T H.273, table 2); 2 says nothing, and 10 is XYZ itself.
BY_CODE_POINT = {
    1: SRGB,
    4: Primaries((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), ILLUMINANT_C),
    5: Primaries((0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    6: _SMPTE_170M,
    7: _SMPTE_170M,
    8: Primaries((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), ILLUMINANT_C),
    9: BT2020,
    11: Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), DCI_WHITE),
    12: DISPLAY_P3,
    22: Primaries((0.630, 0.340), (0.295, 0.605), (0.155, 0.077)),
}
