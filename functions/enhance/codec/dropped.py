"""What of one photo the copy could not keep."""

from collections.abc import Iterable

from functions.enhance.codec.colour.colours import Colours
from functions.enhance.codec.losses import Loss, Remark
from functions.enhance.codec.origin import Origin
from functions.enhance.codec.picture import Picture


def dropped_from(origin: Origin, colours: Colours, picture: Picture, extras: Iterable[Loss] = ()) -> tuple[Remark, ...]:
    """Return one remark for each loss, given the picture that is written and what the file held besides it."""
    kept = 16 if picture.is_sixteen_bit else 8
    bits = (Loss.BIT_DEPTH.said(stored=origin.bit_depth, kept=kept),) if origin.bit_depth > kept else ()
    return (*(loss.said() for loss in extras), *colours.remarks, *bits)
