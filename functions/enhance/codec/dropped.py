"""What of the original the copy could not keep, in sentences for the record."""

from functions.enhance.codec.colour.colours import Colours
from functions.enhance.codec.origin import Origin
from functions.enhance.codec.picture import Picture


def dropped_from(origin: Origin, colours: Colours, picture: Picture) -> tuple[str, ...]:
    """Return one sentence for each thing, given the picture that is written."""
    stored, kept = 16 if origin.is_sixteen_bit else origin.bit_depth, 16 if picture.is_sixteen_bit else 8
    bits = f"The original has {stored} bits per sample, the copy {kept}."
    return (*colours.remarks, bits) if stored > kept else colours.remarks
