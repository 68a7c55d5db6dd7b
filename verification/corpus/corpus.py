"""The corpus, made anew at each run. A new attack is a line in one of its modules; a file is made when asked for."""

from verification.corpus.bombs import BOMBS
from verification.corpus.boxes import BOXES
from verification.corpus.damage import DAMAGED
from verification.corpus.disguises import DISGUISES
from verification.corpus.expectations import LIMITS
from verification.corpus.file_parts import Make
from verification.corpus.heif_companions import HEIF_COMPANIONS
from verification.corpus.ifd_bombs import DIRECTORIES
from verification.corpus.jpeg_companions import JPEG_COMPANIONS
from verification.corpus.metadata_bombs import METADATA
from verification.corpus.metadata_faults import FAULTS
from verification.corpus.segments import SEGMENTS
from verification.corpus.shapes import SHAPES
from verification.corpus.unread_kinds import UNREAD
from verification.corpus.valid_files import LEGAL
from verification.corpus.value_costs import VALUE_COSTS

# One for each way to do harm or to be in order, and how to make each of its files, by name.
KINDS: tuple[dict[str, Make], ...] = (
    BOMBS, DIRECTORIES, METADATA, FAULTS, DISGUISES, SHAPES, LEGAL, BOXES, SEGMENTS, LIMITS, VALUE_COSTS, DAMAGED,
    UNREAD, JPEG_COMPANIONS, HEIF_COMPANIONS,
)  # fmt: skip


def corpus() -> dict[str, Make]:
    """Return how to make each file, by name."""
    return {name: make for kind in KINDS for name, make in kind.items()}
