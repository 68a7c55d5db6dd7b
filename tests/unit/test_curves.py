"""Tone curves map each level by their tables, whichever lookup they use."""

import numpy as np
import pytest

from functions.enhance.edit.curves import Curves


@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize(("depth", "image_channels", "channels"), [(8, 1, 1), (8, 4, 3), (16, 1, 1), (16, 3, 3)])
def test_each_level_becomes_what_its_channels_table_says(
    depth: int, image_channels: int, channels: int, alike: bool
) -> None:
    rng = np.random.default_rng(3)
    kind = np.uint8 if depth == 8 else np.uint16
    tables = rng.integers(0, 2**depth, (2**depth, 1 if alike else channels), dtype=kind)
    tables = np.broadcast_to(tables, (2**depth, channels)).copy()
    levels = rng.integers(0, 2**depth, (7, 5, image_channels), dtype=kind)
    expected = np.stack([tables[levels[..., channel], channel] for channel in range(channels)], axis=-1)
    Curves(tables, image_channels).apply(levels)
    assert (levels[..., :channels] == expected).all()
