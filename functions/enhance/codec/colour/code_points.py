"""Colours named by numbers: code points, gamma and chromaticities, or a mark in the EXIF, instead of a profile.

The meaning of code points is that of ISO/IEC 23091-2 (ITU-T H.273).
"""

from dataclasses import dataclass

from PIL import Image

from functions.enhance.codec.colour import primaries, tone_curves
from functions.enhance.codec.colour.hdr import Hdr
from functions.enhance.codec.colour.icc_writer import colour_profile, grey_profile
from functions.enhance.codec.colour.primaries import Primaries
from functions.enhance.codec.colour.tone_curves import ToneCurve

UNSPECIFIED = 2
NOTHING_SAID = (UNSPECIFIED, UNSPECIFIED)
# A gAMA of 0.45455 stands for sRGB's curve (PNG, third edition, 11.3.2.5).
SRGB_GAMMA, GAMMA_TOLERANCE, POINT_TOLERANCE = 0.45455, 0.001, 0.002
FIRST_GAMMA, LAST_GAMMA = 0.05, 5.0


@dataclass(frozen=True)
class Named:
    """Colours with a name for people; the curve of HDR is told by its name, "PQ" or "HLG"."""

    name: str
    primaries: Primaries
    curve: ToneCurve | str

    def resolved(self, *, is_grey: bool) -> bytes | Hdr | None:
        """Return the profile that says the same, or how it is HDR; None for sRGB. Raises ValueError."""
        if isinstance(self.curve, str):
            return Hdr(self.curve, self.primaries)
        if self.curve == tone_curves.SRGB and (is_grey or self.primaries == primaries.SRGB):
            return None
        return grey_profile(self.name, self.curve) if is_grey else colour_profile(self.name, self.primaries, self.curve)


def by_code_points(colours: int, transfer: int) -> Named | None:
    """Return what code points of primaries and transfer characteristics name; None for those that are not known.

    Where they leave one of the two unspecified, it is BT.2020 for HDR, and sRGB's for anything else.
    """
    if (colours, transfer) == NOTHING_SAID:
        return None
    hdr = {tone_curves.PQ: "PQ", tone_curves.HLG: "HLG"}.get(transfer)
    usual = primaries.BT2020 if hdr else primaries.SRGB
    space = usual if colours == UNSPECIFIED else primaries.BY_CODE_POINT.get(colours)
    curve = tone_curves.SRGB if transfer == UNSPECIFIED else tone_curves.BY_CODE_POINT.get(transfer)
    if space is None or not (hdr or curve):
        return None
    name = "Display P3" if (colours, transfer) == (12, 13) else f"CICP {colours}/{transfer}"
    return Named(name, space, hdr or curve or tone_curves.SRGB)


def by_png_chunks(image: Image.Image) -> Named | None:
    """Return what a PNG's chunks sRGB, gAMA and cHRM name; None where there are none, or they make no sense."""
    gamma, points = image.info.get("gamma"), image.info.get("chromaticity")
    if "srgb" in image.info or not (gamma or points):
        return None
    space = _primaries(points) if points else primaries.SRGB
    if gamma is None or (abs(gamma - SRGB_GAMMA) < GAMMA_TOLERANCE and space == primaries.SRGB):
        return Named("PNG chromaticities", space, tone_curves.SRGB)
    if not FIRST_GAMMA <= gamma <= LAST_GAMMA:
        return None
    return Named(f"PNG gamma {gamma:.5f}", space, ToneCurve(1 / gamma))


def _primaries(points: tuple[float, ...]) -> Primaries:
    white, red, green, blue = zip(points[::2], points[1::2], strict=True)
    usual = (primaries.SRGB.white, primaries.SRGB.red, primaries.SRGB.green, primaries.SRGB.blue)
    pairs = zip((*white, *red, *green, *blue), (part for point in usual for part in point), strict=True)
    if all(abs(found - known) <= POINT_TOLERANCE for found, known in pairs):
        return primaries.SRGB
    return Primaries(red, green, blue, white)


MARKED_ADOBE_RGB = Named("Adobe RGB (1998)", primaries.ADOBE_RGB, tone_curves.ADOBE_RGB)
"""What cameras mean by DCF's mark in the EXIF, which they write instead of a profile."""
