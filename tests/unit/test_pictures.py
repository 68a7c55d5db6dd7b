"""docs/pictures: made anew, the pictures are those that are there; they are small, shown, and safe to show."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.definitions import ROOT, STATE_MACHINE
from tools.pictures.__main__ import PICTURES
from tools.pictures.architecture import architecture
from tools.pictures.before_after_grid import write_grid

DRAWINGS = sorted(PICTURES.glob("*.svg"))
MAX_BYTES = 1_000_000
# Of 255. On the machine that made them nothing differs; other versions of codecs round otherwise.
MAX_MEAN_DIFFERENCE, MAX_DIFFERENCE_OF_MOST = 0.5, 6


def levels(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), np.int16)


def names_of(pattern: str, page: Path) -> set[str]:
    return set(re.findall(pattern, page.read_text()))


def test_before_and_after_are_what_the_code_does_today(tmp_path: Path) -> None:
    write_grid(tmp_path / "grid.jpg")
    difference = abs(levels(tmp_path / "grid.jpg") - levels(PICTURES / "before-after.jpg"))
    assert difference.mean() < MAX_MEAN_DIFFERENCE, "the enhancement has changed: run `make pictures`"
    assert np.percentile(difference, 99.9) <= MAX_DIFFERENCE_OF_MOST, "the enhancement has changed: run `make pictures`"


def test_the_architecture_is_that_of_the_definition() -> None:
    definition = json.loads(STATE_MACHINE.read_text())
    drawn = architecture(definition)
    assert drawn == (PICTURES / "architecture.svg").read_text(), "run `make pictures`"
    titles = {element.text for element in ET.fromstring(drawn).iter() if element.get("class") == "title"}  # noqa: S314
    assert definition["States"].keys() <= titles


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.name)
def test_a_drawing_is_a_picture_alone(path: Path) -> None:
    drawn = path.read_text()
    tags = {element.tag.partition("}")[2] for element in ET.fromstring(drawn).iter()}  # noqa: S314 - our own drawing
    assert tags <= {"svg", "title", "style", "defs", "marker", "g", "rect", "path", "text"}
    assert re.findall(r"href|src=|@import|url\((?!#)", drawn) == []
    assert "prefers-color-scheme:dark" in drawn


def test_all_pictures_together_are_small_and_shown_and_explained() -> None:
    pictures = {path.name: path.stat().st_size for path in PICTURES.iterdir() if path.suffix != ".md"}
    assert sum(pictures.values()) < MAX_BYTES
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = set[str]().union(*(names_of(r"pictures/([\w.-]+)", page) for page in pages)) - {"README.md"}
    assert shown == pictures.keys()
    assert names_of(r"\n\| `([\w.-]+)`", PICTURES / "README.md") == pictures.keys()
