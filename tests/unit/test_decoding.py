"""Copies without edits look as others show the originals: a sample of `make verify-decoding`, and its own checks."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from functions.enhance.enhance_photo import enhance_photo
from functions.shared.imaging.formats import FORMATS
from tests.definitions import ROOT
from verification.decoding.__main__ import main
from verification.decoding.comparison import Compared, compare
from verification.decoding.decoding_corpus import MAKERS, decoding_corpus
from verification.decoding.decoding_run import unused
from verification.decoding.disagreements import LOSSLESS, LOSSY, differences
from verification.decoding.drawing import OPACITY, SCENE, STORED, picture, shown, with_alpha
from verification.decoding.explanations import EXPLANATIONS, IMAGEMAGICK, LIBVIPS, Known, explanations_of, tag
from verification.decoding.imagemagick import imagemagick, installed
from verification.decoding.libvips import LIBVIPS as READ_BY_LIBVIPS
from verification.decoding.readings import Reading

Shares = NDArray[np.float64]

CORPUS = decoding_corpus()
# What only one or two files show.
RARE = {
    "avif-aperture", "avif-turned-by-xmp-alone",
    "bmp-alpha-never-set", "heic-aperture", "jpeg-by-a-table-as-xyb", "jpeg-marked-as-adobe-rgb",
    "png-grey-2-bit-transparent", "tiff-webp-inside",
}  # fmt: skip
SAMPLE = {name: sample for nth, (name, sample) in enumerate(CORPUS.items()) if nth % 3 == 0 or name in RARE}


@pytest.fixture(scope="module")
def rows() -> list[Compared]:
    return [compare(name, sample, [READ_BY_LIBVIPS]) for name, sample in SAMPLE.items()]


def test_no_copy_differs_without_a_reason(rows: list[Compared]) -> None:
    assert {(row.name, *row.unexplained) for row in rows if row.unexplained} == set()


def test_the_sample_holds_every_format_and_property(rows: list[Compared]) -> None:
    assert {row.format for row in rows} >= {row.name for row in FORMATS}
    found = {finding.difference.property for row in rows for finding in row.findings}
    assert found >= {"colour", "alpha", "depth", "refused", "unread"}
    assert {name.split("-")[0] for name in SAMPLE if "orientation" in name} >= {
        "jpeg",
        "png",
        "tiff",
        "webp",
        "avif",
        "heic",
    }
    assert {row.name for row in rows} >= RARE
    alike = [row for row in rows if not row.findings]
    assert len(alike) > len(rows) / 2


def test_each_name_of_the_corpus_is_used_once() -> None:
    names = [name for maker in MAKERS for name, _ in maker()]
    assert len(names) == len(set(names))
    assert f"unedited copies of {len(names)} files" in (ROOT / "docs" / "guarantees.md").read_text()


SHOWN = shown(SCENE)
CHANGES: dict[str, tuple[Reading, Reading]] = {
    "size": (SHOWN, shown(SCENE[:, 1:])),
    "orientation": (SHOWN, shown(SCENE[::-1])),
    "colour": (SHOWN, shown(SCENE**1.1)),
    "alpha": (shown(with_alpha(SCENE)), shown(np.concatenate([SCENE, OPACITY * 0.98], axis=-1))),
    "depth": (replace(SHOWN, is_deep=True), SHOWN),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_property_is_compared(name: str) -> None:
    original, copy = CHANGES[name]
    assert name in {difference.property for difference in differences(original, copy)}
    assert list(differences(original, original)) == []


@pytest.mark.parametrize("turn", [STORED[orientation] for orientation in range(2, 9)])
def test_every_wrong_turn_is_seen(turn: Callable[[Shares], Shares]) -> None:
    square = SCENE[:, : len(SCENE)]
    found = list(differences(shown(square), shown(turn(square))))
    assert [difference.property for difference in found] == ["orientation"]


def test_damage_in_a_corner_is_seen() -> None:
    damaged = SCENE.copy()
    damaged[-8:, -16:] = 0.5
    assert [difference.property for difference in differences(SHOWN, shown(damaged))] == ["colour"]


def test_colours_that_transparency_hides_do_not_count() -> None:
    hidden = np.concatenate([SCENE, np.zeros_like(OPACITY)], axis=-1)
    other = np.concatenate([1 - SCENE, np.zeros_like(OPACITY)], axis=-1)
    assert list(differences(shown(hidden), shown(other))) == []


def test_an_explanation_is_about_one_program_format_property_and_content() -> None:
    known = Known(LIBVIPS, "PNG", ("colour",), "a reason", contains=b"cICP", says="numbers")
    body = b"\x89PNG.. cICP"
    assert known.fits(LIBVIPS, "PNG", body)
    assert known.explains("colour", "the numbers")
    assert not known.fits(IMAGEMAGICK, "PNG", body)
    assert not known.fits(LIBVIPS, "JPEG", body)
    assert not known.fits(LIBVIPS, "PNG", b"\x89PNG..")
    assert not known.explains("alpha", "the numbers")
    assert not known.explains("colour", "nothing")


@pytest.mark.parametrize("order", ["little", "big"])
def test_a_tag_is_found_in_either_byte_order(order: str) -> None:
    names = [name for name in CORPUS if name.startswith("tiff-rgb-and-more-8-bit") and order in name]
    for name in names:
        assert any("unspecified" in known.reason for known in explanations_of(LIBVIPS, "TIFF", CORPUS[name].make()))
    plain = CORPUS[f"tiff-rgb-8-bit-{'little-endian-strips' if order == 'little' else 'big-endian-tiles-deflate'}"]
    assert not any("unspecified" in known.reason for known in explanations_of(LIBVIPS, "TIFF", plain.make()))
    assert names
    assert tag(338, 0)


def test_explanations_that_nothing_needs_are_reported() -> None:
    of_libvips = [known for known in EXPLANATIONS if known.reader != IMAGEMAGICK]
    assert unused([], ["libvips"]) == of_libvips


def test_a_folder_with_a_copy_that_lies_on_its_head_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    picture().save(tmp_path / "a.png")
    assert main([str(tmp_path)]) == 0
    assert "1 files: 1 look alike to all" in capsys.readouterr().out
    picture(SCENE[::-1, ::-1]).save(tmp_path / "b.png")
    upside_down = (tmp_path / "b.png").read_bytes()

    def wrong(source: object, **options: object) -> object:
        return replace(enhance_photo(source, **options), body=upside_down)  # type: ignore[arg-type]

    (tmp_path / "b.png").unlink()
    monkeypatch.setattr("verification.decoding.comparison.enhance_photo", wrong)
    assert main([str(tmp_path)]) == 1
    assert "orientation" in capsys.readouterr().out


@pytest.mark.skipif(not imagemagick(), reason="needs ImageMagick: apt install imagemagick")
@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        # What is drawn differs from any reading by what the JPEG itself loses: dE 0.60 by libvips too.
        ("jpeg-420-orientation-6", LOSSY),
        ("png-rgb-alpha-16-bit", LOSSLESS),
        ("tiff-cmyk-8-bit-little-endian-strips", LOSSLESS),
    ],
)
def test_imagemagick_reads_what_is_drawn(name: str, bounds: tuple[float, float]) -> None:
    [reader] = installed()
    sample = CORPUS[name]
    assert sample.shows
    assert list(differences(sample.shows, reader.read(sample.make()), bounds)) == []
