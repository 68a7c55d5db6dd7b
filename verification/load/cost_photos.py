"""The photos whose costs are measured: a camera's picture of several sizes, and what is no photo."""

from __future__ import annotations

import numpy as np
from PIL import Image

from darkroom.packaging.repository import ROOT
from verification.corpus.file_parts import saved

# Width and height in pixels; the last is the photo of docs/deploy.md.
SIZES = ((1600, 1200), (4000, 3000), (6000, 4000))
QUALITY = 90


def camera_photo(size: tuple[int, int], seed: int) -> bytes:
    """Return a JPEG as a camera makes it: detailed, well exposed, with grain. Each seed makes another."""
    with Image.open(ROOT / "examples" / "mountain.jpg") as sample:
        # Twice the sample's light is the right exposure.
        bright = np.asarray(sample.convert("RGB").resize(size, Image.Resampling.BICUBIC), dtype=np.float32) * 2
    grain = np.random.default_rng(seed).normal(0, 4, (*size[::-1], 1))
    return saved(Image.fromarray((bright + grain).clip(0, 255).astype(np.uint8)), "JPEG", quality=QUALITY)
