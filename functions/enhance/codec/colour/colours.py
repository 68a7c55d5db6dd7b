"""Decides what a picture's numbers mean, and whether they stay as they are or are converted.

They stay wherever a profile of tone curves and a matrix can say what they mean, so wide gamut stays wide. Pixels are
converted only where no such profile exists: HDR, and profiles made of tables, as XYB JPEGs have them.
"""

from dataclasses import dataclass

from PIL import Image

from functions.enhance.codec.colour.code_points import (
    MARKED_ADOBE_RGB,
    NOTHING_SAID,
    Named,
    by_code_points,
    by_png_chunks,
)
from functions.enhance.codec.colour.hdr import Hdr
from functions.enhance.codec.colour.icc_reader import hdr_code_points, space_of
from functions.enhance.codec.colour.icc_writer import display_p3
from functions.enhance.codec.colour.table_profiles import is_usable
from functions.enhance.codec.losses import Loss, Remark
from functions.enhance.codec.modes import CONVERTED_MODES
from functions.enhance.codec.origin import Origin
from functions.enhance.colour_space import ColourSpace

PROFILE_SPACES = {"L": b"GRAY", "RGB": b"RGB "}


@dataclass(frozen=True)
class Colours:
    """What the numbers of a picture mean; all None for sRGB without a profile.

    `profile` is the copy's, and `space` what it says, None where that is sRGB. `conversion` is what has to be done to
    the pixels first: render HDR, or convert by a profile of tables. `remarks` says what could not be kept.
    """

    profile: bytes | None = None
    space: ColourSpace | None = None
    conversion: Hdr | bytes | None = None
    remarks: tuple[Remark, ...] = ()


def colours_of(image: Image.Image, origin: Origin, picture_mode: str, *, is_adobe_rgb: bool = False) -> Colours:
    """Return the meaning of a loaded image's colours, given the mode, L or RGB, in which it is enhanced.

    A profile decides, and in a PNG the chunk cICP before it (third edition, 4.3); without either, code points, or the
    chunks sRGB, gAMA and cHRM; at last the mark in the EXIF, `is_adobe_rgb`. Whatever names nothing is sRGB.
    """
    if origin.mode in CONVERTED_MODES:
        return Colours(remarks=(Loss.CONVERTED.said(colours=CONVERTED_MODES[origin.mode]),))
    is_grey = picture_mode == "L"
    named = by_code_points(*origin.code_points) if origin.code_points else None
    if named and origin.format == "PNG":
        return _of_name(named, is_grey=is_grey)
    remarks: tuple[Remark, ...] = ()
    if profile := image.info.get("icc_profile"):
        found = _of_profile(profile, picture_mode)
        if isinstance(found, Colours):
            return found
        remarks = (found,)
    if origin.code_points not in {None, NOTHING_SAID} and not named:
        remarks += (Loss.CODE_POINTS.said(code_points=origin.code_points),)
    named = named or (by_png_chunks(image) if origin.format == "PNG" else None)
    named = named or (MARKED_ADOBE_RGB if is_adobe_rgb else None)
    return _of_name(named, remarks, is_grey=is_grey) if named else Colours(remarks=remarks)


def _of_profile(profile: bytes, picture_mode: str) -> Colours | Remark:
    """Return what a file's profile says; where it says nothing of this picture, a remark."""
    if profile[16:20] != PROFILE_SPACES[picture_mode]:
        return Loss.OTHER_PROFILE.said()
    if (points := hdr_code_points(profile)) and (named := by_code_points(*points)):
        return _of_name(named, is_grey=picture_mode == "L")
    if not is_usable(profile, picture_mode):
        return Loss.BROKEN_PROFILE.said()
    if space := space_of(profile):
        return Colours(profile, None if space.is_srgb else space)
    kept = "Display P3" if picture_mode == "RGB" else "the grey of sRGB"
    return _converted(profile, Loss.TABLE_PROFILE.said(space=kept), is_grey=picture_mode == "L")


def _of_name(named: Named, remarks: tuple[Remark, ...] = (), *, is_grey: bool) -> Colours:
    try:
        meant = named.resolved(is_grey=is_grey)
    except ValueError:
        return Colours(remarks=(*remarks, Loss.PRIMARIES.said()))
    if isinstance(meant, Hdr):
        return _converted(meant, *remarks, Loss.HDR.said(curve=meant.curve), is_grey=is_grey)
    space = space_of(meant) if meant else None
    return Colours(meant, None if space is None or space.is_srgb else space, remarks=remarks)


def _converted(conversion: Hdr | bytes, *remarks: Remark, is_grey: bool) -> Colours:
    if is_grey:
        return Colours(conversion=conversion, remarks=remarks)
    return Colours(display_p3(), space_of(display_p3()), conversion, remarks)
