"""Percentiles equal numpy's, without importing numpy.ma."""

import subprocess
import sys

import numpy as np
import pytest

from darkroom.packaging.repository import ROOT
from functions.enhance.analysis.percentiles import median, percentiles

FIRST_PHOTO = """
import io, sys
from PIL import Image
from functions.enhance.enhance_photo import enhance_photo
from functions.enhance.edit.presets import Control
body = io.BytesIO()
Image.effect_noise((640, 480), 60).convert("RGB").point(lambda level: level // 4).save(body, "JPEG")
photo = enhance_photo(body, control=Control("photo"), max_pixels=10**6)
assert {"exposure", "denoising"} <= set(photo.enhancement), photo.enhancement
sys.exit("numpy.ma" in sys.modules)
"""


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_percentiles_equal_numpys(count: int) -> None:
    values, shares = np.random.default_rng(count).random((count, 3)), [0, 0.5, 33, 50, 99.5, 100]
    assert percentiles(values, shares) == pytest.approx(np.percentile(values, shares), abs=1e-12)
    assert median(values) == pytest.approx(np.median(values), abs=1e-12)


def test_enhancing_a_photo_does_not_import_numpy_ma() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_PHOTO], cwd=ROOT, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
