"""The same scene gets the same correction, in whatever colour space its file holds it.

Runs over faults of the repository's sample photo, and over the photos of a folder named by the variable PHOTOS.
"""

import io
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from functions.enhance.codec.colour.icc_writer import grey_profile
from functions.enhance.srgb import to_coded, to_linear
from tests.unit.colour_files import (
    ADOBE_RGB,
    BT2020,
    DISPLAY_P3,
    GAMMA_18,
    LINEAR_LIGHT,
    PROPHOTO_RGB,
    SRGB,
    Space,
    difference,
    png,
    through,
)
from tests.unit.enhance_scenes import landscape

# Each test enhances one scene in nine colour spaces.
pytestmark = pytest.mark.slow

Values = NDArray[np.float64]

# The mean difference that is allowed, in levels of 255.
MOST = 1.5
SPACES = {
    "Adobe RGB": (ADOBE_RGB, 8),
    "Display P3": (DISPLAY_P3, 8),
    "BT.2020": (BT2020, 8),
    "ProPhoto RGB": (PROPHOTO_RGB, 8),
    "gamma 1.8": (GAMMA_18, 8),
    "16-bit Adobe RGB": (ADOBE_RGB, 16),
    "16-bit ProPhoto RGB": (PROPHOTO_RGB, 16),
    "16-bit linear light": (LINEAR_LIGHT, 16),
}
FAULTS: dict[str, Callable[[Values], Values]] = {
    "as it is": lambda shown: shown,
    "flat": lambda shown: 0.2 + 0.5 * shown,
    "two stops too dark": lambda shown: to_coded(to_linear(shown) / 4),
    "in the light of a lamp": lambda shown: to_coded(to_linear(shown) * [1.0, 0.75, 0.4]),
    "overexposed": lambda shown: to_coded(to_linear(shown) * 2.5).clip(0, 1),
}


def rounded(shown: Values) -> Values:
    return np.asarray(np.rint(shown.clip(0, 1) * 255) / 255)


def enhanced(shown: Values, space: Space, bits: int) -> tuple[Values, dict[str, object]]:
    """Return what sRGB shows of the copy of a photo in a space, and what was noted."""
    profile = None if space is SRGB else space.profile
    photo = through(png(space.coded(shown), bits=bits, profile=profile), "auto")
    return rounded(space.shown(_coded(photo.body))), {**photo.enhancement}


def _coded(body: bytes) -> Values:
    """Read a PNG: OpenCV keeps 16 bits."""
    levels = np.asarray(cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_UNCHANGED))[..., ::-1]
    return np.asarray(levels / int(np.iinfo(levels.dtype).max))


def _photos() -> dict[str, Callable[[], Values]]:
    ours = {name: partial(_with_fault, change) for name, change in FAULTS.items()}
    folder = os.environ.get("PHOTOS")
    paths = sorted(path for path in Path(folder).rglob("*") if path.suffix in {".jpg", ".png"}) if folder else []
    return {**ours, **{path.name: partial(_opened, path) for path in paths}}


def _with_fault(change: Callable[[Values], Values]) -> Values:
    return change(landscape()[:240, :360])


def _opened(path: Path) -> Values:
    with Image.open(path) as image:
        small = image.convert("RGB")
        small.thumbnail((700, 700))
        return np.asarray(small) / 255


PHOTOS = _photos()


@pytest.mark.parametrize("name", PHOTOS)
def test_a_scene_gets_the_same_correction_in_every_space(name: str) -> None:
    shown = rounded(PHOTOS[name]())
    right, notes = enhanced(shown, SRGB, 8)
    assert notes["kind"] == "photo"
    differences = {words: difference(enhanced(shown, space, bits)[0], right) for words, (space, bits) in SPACES.items()}
    assert {words: found for words, found in differences.items() if found > MOST} == {}


def test_the_faults_are_corrected() -> None:
    """Without a correction, any two spaces would agree."""
    shown = {name: rounded(PHOTOS[name]()) for name in FAULTS}
    changes = {name: difference(enhanced(photo, SRGB, 8)[0], photo) for name, photo in shown.items()}
    assert sum(change > 8 for change in changes.values()) >= 3, changes


@pytest.mark.parametrize("space", [DISPLAY_P3, BT2020, PROPHOTO_RGB])
def test_colours_beyond_srgb_stay_so_when_they_are_edited(space: Space) -> None:
    """A flat photo with a patch of the space's own red and green, a little below its most saturated ones."""
    coded = space.coded(FAULTS["flat"](landscape()[:240, :360]))
    coded[20:80, 20:80], coded[20:80, 100:160] = [0.9, 0.1, 0.1], [0.1, 0.9, 0.1]
    photo = through(png(coded, profile=space.profile), "auto")
    assert {"contrast", "black_point", "white_balance"} & photo.enhancement.keys()
    edited = _coded(photo.body)
    for patch, channel in ((np.s_[40:60, 40:60], 0), (np.s_[40:60, 120:140], 1)):
        others = [other for other in range(3) if other != channel]
        spread = (edited[patch][..., channel, None] - edited[patch][..., others]).mean()
        assert spread > 0.7
        # No sRGB picture could hold it.
        beyond = space.light(edited[patch]) @ np.linalg.solve(SRGB.primaries.to_xyz(), space.primaries.to_xyz()).T
        assert beyond.min() < -0.02


def test_an_edit_of_nothing_keeps_every_level() -> None:
    coded = np.rint(np.random.default_rng(3).random((64, 64, 3)) * 255) / 255
    for space, bits in ((PROPHOTO_RGB, 8), (DISPLAY_P3, 8), (LINEAR_LIGHT, 16)):
        kept = _coded(through(png(coded, bits=bits, profile=space.profile)).body)
        assert np.array_equal(np.rint(kept * 255), np.rint(coded * 255))


def test_a_grey_photo_gets_the_same_correction_in_every_gamma() -> None:
    shown = rounded(FAULTS["two stops too dark"](landscape()[:240, :360])).mean(axis=-1)
    right = np.asarray(Image.open(io.BytesIO(through(png(shown), "auto").body))) / 255
    assert difference(right, shown) > 8
    coded = to_linear(shown) ** (1 / 1.8)
    copy = through(png(coded, bits=8, profile=grey_profile("grey", GAMMA_18.curve)), "auto").body
    found = to_coded((np.asarray(Image.open(io.BytesIO(copy))) / 255) ** 1.8)
    assert difference(found, right) < MOST
