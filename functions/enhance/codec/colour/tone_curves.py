"""Tone curves as ICC profiles write them: the light of a coded value, both from 0 to 1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True)
class ToneCurve:
    """`(a * coded + b) ** power` from `start` on, `slope * coded` below it (ICC.1:2022, 10.18, function type 3)."""

    power: float
    a: float = 1.0
    b: float = 0.0
    slope: float = 0.0
    start: float = 0.0


SRGB = ToneCurve(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
# Adobe RGB (1998) Color Image Encoding: 2 and 51/256.
ADOBE_RGB = ToneCurve(563 / 256)

# By the code points of ISO/IEC 23091-2 (ITU-T H.273, table 3). Those of television, BT.709 and its kin, are sRGB's
# here: browsers show photos so, because no display follows the curve of the camera that such a number names.
BY_CODE_POINT = {
    **dict.fromkeys((1, 6, 11, 12, 13, 14, 15), SRGB),
    4: ToneCurve(2.2),
    5: ToneCurve(2.8),
    7: ToneCurve(1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 1 / 4, 0.0912),
    8: ToneCurve(1.0),
    17: ToneCurve(2.6, (52.37 / 48) ** (1 / 2.6)),
}
PQ, HLG = 16, 18
