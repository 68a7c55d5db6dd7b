"""Colour spaces by their definitions, and the PNG chunks that name them: what files hold the same scene in."""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from functions.enhance.codec.colour import primaries, tone_curves
from functions.enhance.codec.colour.icc_writer import colour_profile
from functions.enhance.codec.colour.primaries import Primaries
from functions.enhance.codec.colour.tone_curves import ToneCurve
from functions.enhance.srgb import to_coded, to_linear

Values = NDArray[np.float64]
PROPHOTO = Primaries((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001), (0.3457, 0.3585))
LIGHT = ToneCurve(1.0)


@dataclass(frozen=True)
class Space:
    """A colour space by its definition, with conversions that share nothing with those under test but the numbers."""

    primaries: Primaries
    curve: ToneCurve

    @property
    def profile(self) -> bytes:
        """The space's ICC profile."""
        return colour_profile("a space", self.primaries, self.curve)

    def coded(self, shown: Values) -> Values:
        """Return this space's coded values for what sRGB shows, 0 to 1."""
        light = to_linear(shown) @ np.linalg.solve(self.primaries.to_xyz(), primaries.SRGB.to_xyz()).T
        curve, light = self.curve, light.clip(0, 1)
        curved = (light ** (1 / curve.power) - curve.b) / curve.a
        return np.where(curved >= curve.start, curved, light / (curve.slope or 1)).clip(0, 1)

    def shown(self, coded: Values) -> Values:
        """Return what sRGB shows of coded values, clipped to its gamut."""
        return to_coded(self.light(coded) @ np.linalg.solve(primaries.SRGB.to_xyz(), self.primaries.to_xyz()).T).clip(
            0, 1
        )

    def light(self, coded: Values) -> Values:
        """Return linear light."""
        curve = self.curve
        return np.where(coded >= curve.start, (curve.a * coded + curve.b) ** curve.power, curve.slope * coded)


SRGB = Space(primaries.SRGB, tone_curves.SRGB)
ADOBE_RGB = Space(primaries.ADOBE_RGB, tone_curves.ADOBE_RGB)
DISPLAY_P3 = Space(primaries.DISPLAY_P3, tone_curves.SRGB)
PROPHOTO_RGB = Space(PROPHOTO, ToneCurve(1.8))
BT2020 = Space(primaries.BT2020, tone_curves.SRGB)
GAMMA_18 = Space(primaries.SRGB, ToneCurve(1.8))
LINEAR_LIGHT = Space(primaries.SRGB, LIGHT)


def gamma(value: float) -> tuple[bytes, bytes]:
    """Return type and content of the chunk gAMA."""
    return b"gAMA", struct.pack(">I", round(value * 100_000))


def chromaticities(space: Primaries) -> tuple[bytes, bytes]:
    """Return type and content of the chunk cHRM."""
    points = (space.white, space.red, space.green, space.blue)
    return b"cHRM", struct.pack(">8I", *(round(part * 100_000) for point in points for part in point))


def cicp(colours: int, transfer: int, rest: bytes = b"\0\1") -> tuple[bytes, bytes]:
    """Return type and content of the chunk cICP, by its code points."""
    return b"cICP", bytes([colours, transfer]) + rest
