"""What a copy cannot keep of its original: each kind once, with the sentence that the record has about it.

docs/reference.md lists them, and a contract test holds the two together.
"""

from dataclasses import dataclass
from enum import Enum


class Loss(Enum):
    """A kind of loss. The value is its sentence; what stands in braces differs from photo to photo."""

    MOTION = "The original holds a short movie (a motion photo), the copy only the photo."
    ANIMATION = "The original is animated, the copy is its first frame."
    PAGES = "The original has several pages, the copy only the first."
    PICTURES = "The original holds several pictures (as of a burst, a stereo pair or a panorama), the copy only one."
    SOUND = "The original holds a sound recording, the copy only the photo."
    GAIN_MAP = (
        "The original shines brighter on an HDR display by its gain map, the copy looks the same on every display."
    )
    HDR = "The HDR colours ({curve}) were rendered to the range of a display (ITU-R BT.2390, EETF)."
    DEPTH = "The original holds a depth map, the copy does not."
    AUXILIARY = "The original holds auxiliary pictures, such as masks of its subject, the copy does not."
    LAYERS = "The original holds Photoshop's layers, the copy the picture that they make."
    BIT_DEPTH = "The original has {stored} bits per sample, the copy {kept}."
    CONVERTED = "The {colours} were converted to sRGB."
    TABLE_PROFILE = "The colours were converted to {space}, because their profile is made of tables."
    OTHER_PROFILE = "The colour profile was left out, because it is made for another kind of picture."
    BROKEN_PROFILE = "The colour profile was left out, because it cannot be read."
    CODE_POINTS = "The colours have code points that name none known, {code_points}, and count as sRGB."
    PRIMARIES = "The primaries that the file names make no colours, so they count as sRGB's."

    def said(self, **details: object) -> "Remark":
        """Return the remark on one photo, given what its sentence says of that photo."""
        return Remark(self, self.value.format(**details))

    @property
    def is_missed(self) -> bool:
        """Whether a person would miss it, so that the message about the photo says it too."""
        return self in MISSED


MISSED = frozenset({Loss.MOTION, Loss.ANIMATION, Loss.PAGES, Loss.PICTURES, Loss.SOUND, Loss.GAIN_MAP, Loss.HDR})


@dataclass(frozen=True)
class Remark:
    """A loss of one photo, and the sentence about it."""

    loss: Loss
    sentence: str
