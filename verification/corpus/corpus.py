"""The corpus, made anew at each run. A new attack is a line in one of its modules; a file is made when asked for."""

from verification.corpus.bombs import BOMBS
from verification.corpus.boxes import BOXES
from verification.corpus.directories import DIRECTORIES
from verification.corpus.disguises import DISGUISES
from verification.corpus.legal import LEGAL
from verification.corpus.limits import LIMITS
from verification.corpus.metadata import METADATA
from verification.corpus.parts import Make
from verification.corpus.segments import SEGMENTS
from verification.corpus.shapes import SHAPES
from verification.corpus.weights import WEIGHTS


def corpus() -> dict[str, Make]:
    """Return how to make each file, by name."""
    return {
        **BOMBS, **DIRECTORIES, **METADATA, **DISGUISES, **SHAPES, **LEGAL, **BOXES, **SEGMENTS, **LIMITS, **WEIGHTS
    }  # fmt: skip
