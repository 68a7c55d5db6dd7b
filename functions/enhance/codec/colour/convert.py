"""Carries out conversions of a picture's colours, in place."""

from functions.enhance.codec.colour.colours import Colours
from functions.enhance.codec.colour.hdr import Hdr, render_for_display
from functions.enhance.codec.colour.table_profiles import convert
from functions.enhance.codec.losses import Loss
from functions.enhance.codec.picture import Picture
from functions.enhance.codec.pixels import pixels_of

STRIP_ROWS = 64


def converted(picture: Picture, colours: Colours) -> Picture:
    """Return the picture as its colours' profile describes it. By a profile of tables, 16 bits become 8."""
    if colours.conversion is None:
        return picture
    if isinstance(colours.conversion, Hdr):
        render_for_display(picture.colours, colours.conversion)
        return picture
    image, alpha = picture.in_eight_bits()
    convert(image, colours.conversion)
    return Picture(pixels_of(image), None if alpha is None else pixels_of(alpha), (image, alpha))


def in_srgb(picture: Picture, colours: Colours) -> Colours:
    """Convert a picture to sRGB, clipped to its gamut, and return what its colours are then."""
    if colours.space is None:
        return colours
    for top in range(0, len(picture.colours), STRIP_ROWS):
        strip = picture.colours[top : top + STRIP_ROWS]
        shown = colours.space.in_srgb(strip)
        strip[..., : shown.shape[-1]] = shown
    return Colours(remarks=(*colours.remarks, Loss.CONVERTED.said(colours="colours")))
