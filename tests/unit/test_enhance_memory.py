"""A photo is held once: no second copy to turn it upright, and strips that stay small while noise is taken out."""

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


def bytes_per_pixel(path: Path) -> float:
    """Return the peak of an interpreter of its own over what it took before, as `make bench-speed` measures it."""
    command = [sys.executable, "-m", "tools.benchmark.chains", str(path), "--memory", DARKROOM]
    peak = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    return float(peak) / (MEGAPIXELS * 1_000_000)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes memory back as soon as it is told")
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photo_that_is_turned_takes_no_second_copy(orientation: int, tmp_path: Path) -> None:
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    photo(surfaces(600, 200)).resize((6000, 2000)).save(tmp_path / "turned.jpg", exif=tags)
    assert bytes_per_pixel(tmp_path / "turned.jpg") < 8


def test_noise_is_taken_out_in_small_pieces(tmp_path: Path) -> None:
    """The wider a photo, the more of it a strip is."""
    grain = np.random.default_rng(1).normal(0, 5, (1000, 12000, 1))
    scene = np.asarray(photo(surfaces(1200, 100) / 5).resize((12000, 1000)))
    Image.fromarray((scene + grain).clip(0, 255).astype(np.uint8)).save(tmp_path / "dark.jpg")
    assert bytes_per_pixel(tmp_path / "dark.jpg") < 10.5
