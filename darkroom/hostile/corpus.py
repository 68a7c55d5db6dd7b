"""The corpus, made anew at each run. A new attack is a line in one of its modules; a file is made when asked for."""

from darkroom.hostile.bombs import BOMBS
from darkroom.hostile.boxes import BOXES
from darkroom.hostile.directories import DIRECTORIES
from darkroom.hostile.disguises import DISGUISES
from darkroom.hostile.legal import LEGAL
from darkroom.hostile.limits import LIMITS
from darkroom.hostile.metadata import METADATA
from darkroom.hostile.parts import Make
from darkroom.hostile.segments import SEGMENTS
from darkroom.hostile.shapes import SHAPES
from darkroom.hostile.weights import WEIGHTS


def corpus() -> dict[str, Make]:
    """Return how to make each file, by name."""
    return {
        **BOMBS, **DIRECTORIES, **METADATA, **DISGUISES, **SHAPES, **LEGAL, **BOXES, **SEGMENTS, **LIMITS, **WEIGHTS
    }  # fmt: skip
