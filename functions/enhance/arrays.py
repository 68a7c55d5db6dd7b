"""The array types that codec, analysis and edit share, so that none of them has to import another for a type."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Stored samples of 8 or 16 bits (uint8 or uint16), shape (rows, columns, channels). RGB may have a fourth channel
# as padding, which may hold anything.
Levels = NDArray[Any]
# Values from 0 to 1, coded or linear, whose last axis is the channels: one (grey) or three (red, green, blue).
Colours = NDArray[np.float64]
