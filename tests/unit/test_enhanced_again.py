"""A copy that is uploaded again: Darkroom's mark in its EXIF keeps it from being enhanced twice."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from functions.enhance.codec.renditions import Rendition
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from tests.unit.enhance_scenes import encoded, landscape, opened, photo, surfaces
from tests.unit.sixteen_bits import deep, png, samples_of

MARK = ExifTags.Base.ProcessingSoftware
ALREADY = "Left as it is, for Darkroom has enhanced it already."
UNDEREXPOSED = 0.4 * landscape()
PAGE = np.full((400, 300, 3), 0.7)
PAGE[100:110, 40:260] = 0.1
COLOURED = 0.1 + 0.35 * surfaces(640, 480)


def enhanced(body: bytes, preset: Any = "auto", strength: int = 100, **options: Any) -> EnhancedPhoto:
    return enhance_photo(io.BytesIO(body), max_pixels=1_000_000, control=Control(preset, strength), **options)


def mark_of(body: bytes) -> Any:
    return opened(body).getexif().get(MARK)


def marked(by: str, levels: Any = UNDEREXPOSED) -> bytes:
    exif = Image.Exif()
    exif[MARK] = by
    return encoded(photo(levels), "JPEG", exif=exif, quality=90)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP"])
def test_an_enhanced_copy_stays_as_it_is(file_format: str) -> None:
    once = enhanced(encoded(photo(UNDEREXPOSED), file_format))
    assert "exposure" in once.enhancement
    twice = enhanced(once.body)
    assert (twice.enhancement["kind"], twice.enhancement["summary"]) == ("enhanced", ALREADY)
    # An AVIF is coded once more, at the same quality.
    tolerance = 1.0 if file_format == "AVIF" else 0.0
    moved = np.abs(np.asarray(opened(once.body), float) - np.asarray(opened(twice.body), float))
    assert moved.mean() <= tolerance
    assert enhanced(twice.body).enhancement["summary"] == ALREADY


def test_an_enhanced_copy_of_sixteen_bits_stays_as_it_is() -> None:
    once = enhanced(png(deep(UNDEREXPOSED)))
    assert (samples_of(enhanced(once.body).body) == samples_of(once.body)).all()


@pytest.mark.parametrize("preset", ["photo", "document"])
def test_a_preset_that_asks_for_an_edit_gets_it(preset: str) -> None:
    again = enhanced(marked("Darkroom", PAGE if preset == "document" else UNDEREXPOSED), preset)
    assert {"photo": "exposure", "document": "paper"}[preset] in again.enhancement


def test_a_rendition_is_marked_too() -> None:
    small = Rendition(name="small", longest_edge_pixels=64, format="jpeg")
    made = enhanced(marked("", COLOURED), renditions=[small])
    assert mark_of(made.renditions["small"].body) == "Darkroom"


def test_a_cleaned_page_is_marked() -> None:
    assert mark_of(enhanced(encoded(photo(PAGE), "PNG"), "document").body) == "Darkroom"


@pytest.mark.parametrize(("preset", "strength"), [("none", 100), ("auto", 0), ("document", 0)])
def test_what_was_not_edited_is_not_marked(preset: str, strength: int) -> None:
    assert mark_of(enhanced(encoded(photo(UNDEREXPOSED), "PNG"), preset, strength).body) is None


def test_a_document_without_paper_is_neither_edited_nor_marked() -> None:
    night = encoded(photo(0.1 * landscape()), "JPEG", quality=60)
    copy = enhanced(night, "document")
    assert mark_of(copy.body) is None
    assert opened(copy.body).tobytes() == opened(night).tobytes()


def test_another_programs_mark_is_kept_until_darkroom_edits() -> None:
    source = marked("digiKam-8.4")
    assert mark_of(enhanced(source, "none").body) == "digiKam-8.4"
    edited = enhanced(source)
    assert "exposure" in edited.enhancement
    assert mark_of(edited.body) == "Darkroom"
