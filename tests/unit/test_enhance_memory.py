"""A photo is held in memory once: rotation takes no second copy, and denoising works on small pieces."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from tests.definitions import ROOT
from tests.unit.enhance_scenes import photo, surfaces
from tools.benchmark.scores import DARKROOM

MEGAPIXELS = 12
# Each test starts an interpreter and enhances 12 megapixels.
pytestmark = pytest.mark.slow


def bytes_per_pixel(path: Path) -> float:
    """Return the peak of a new interpreter over what it took before, as `make bench-speed` measures it."""
    command = [sys.executable, "-m", "tools.benchmark.chains", str(path), "--memory", DARKROOM]
    peak = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    return float(peak) / (MEGAPIXELS * 1_000_000)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes memory back at once (MADV_DONTNEED)")
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_rotating_a_photo_takes_no_second_copy(orientation: int, tmp_path: Path) -> None:
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    photo(surfaces(600, 200)).resize((6000, 2000)).save(tmp_path / "rotated.jpg", exif=tags)
    assert bytes_per_pixel(tmp_path / "rotated.jpg") < 8


def test_denoising_works_on_small_pieces(tmp_path: Path) -> None:
    """The wider a photo, the larger its strips."""
    grain = np.random.default_rng(1).normal(0, 5, (1000, 12000, 1))
    scene = np.asarray(photo(surfaces(1200, 100) / 5).resize((12000, 1000)))
    Image.fromarray((scene + grain).clip(0, 255).astype(np.uint8)).save(tmp_path / "dark.jpg")
    assert bytes_per_pixel(tmp_path / "dark.jpg") < 10.5
