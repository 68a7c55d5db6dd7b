"""Photos in other colour spaces than sRGB, and what they look like in sRGB."""

import io
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from functions.enhance.codec.colour import primaries, tone_curves
from functions.enhance.codec.colour.icc_writer import colour_profile
from functions.enhance.codec.colour.primaries import Primaries
from functions.enhance.codec.colour.tone_curves import ToneCurve
from functions.enhance.codec.png_writer import sixteen_bit_png
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from functions.enhance.srgb import to_coded, to_linear
from functions.shared.controls import Preset
from verification.corpus.file_parts import chunk

Values = NDArray[np.float64]
SRGB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
PROPHOTO = Primaries((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001), (0.3457, 0.3585))
LIGHT = ToneCurve(1.0)


@dataclass(frozen=True)
class Space:
    """A colour space by its definition, with conversions that share nothing with those under test but the numbers."""

    primaries: Primaries
    curve: ToneCurve

    @property
    def profile(self) -> bytes:
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


def eight_bits(coded: Values) -> Image.Image:
    return Image.fromarray(np.rint(coded.clip(0, 1) * 255).astype(np.uint8))


def png(coded: Values, *chunks: tuple[bytes, bytes], bits: int = 8, profile: bytes | None = None) -> bytes:
    """Return coded values as a PNG with more chunks, which stand before its pixels."""
    options = {"icc_profile": profile} if profile else {}
    if bits == 16:
        levels = np.rint(coded * 65535).astype(np.uint16)
        body = sixteen_bit_png(levels.reshape(*levels.shape[:2], -1), None, options)
    else:
        file = io.BytesIO()
        eight_bits(coded).save(file, "PNG", **options)
        body = file.getvalue()
    # Behind signature and header.
    return body[:33] + b"".join(chunk(kind, content) for kind, content in chunks) + body[33:]


def gamma(value: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(value * 100_000))


def chromaticities(space: Primaries) -> tuple[bytes, bytes]:
    points = (space.white, space.red, space.green, space.blue)
    return b"cHRM", struct.pack(">8I", *(round(part * 100_000) for point in points for part in point))


def cicp(colours: int, transfer: int, rest: bytes = b"\0\1") -> tuple[bytes, bytes]:
    return b"cICP", bytes([colours, transfer]) + rest


def through(body: bytes, preset: Preset = "none") -> EnhancedPhoto:
    return enhance_photo(io.BytesIO(body), max_pixels=10**7, control=Control(preset))


def as_shown(body: bytes) -> Values:
    """Return what a colour-managed viewer shows of a file of 8 bits, 0 to 1 in sRGB: LittleCMS converts it."""
    image: Image.Image = Image.open(io.BytesIO(body))
    if profile := image.info.get("icc_profile"):
        mode = "L" if image.mode == "L" else "RGB"
        to_srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image.convert(mode), io.BytesIO(profile), to_srgb, outputMode="RGB")
        assert converted is not None
        image = converted
    return np.asarray(image.convert("RGB")) / 255


def difference(one: Values, other: Values) -> float:
    """Return the mean difference in levels of 255."""
    return float(np.abs(one - other).mean() * 255)
