"""The pure parts of the benchmarks: figures, goals, tables, the document, the contact sheet."""

import importlib.util
import io
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.definitions import ROOT
from tests.photos import encoded, scene
from tools.benchmark import speed_against
from tools.benchmark.__main__ import main
from tools.benchmark.chains import chains, peak_bytes
from tools.benchmark.contact_sheet import Row, draw_row, write_sheet
from tools.benchmark.goals import GOALS
from tools.benchmark.peers import auto_gamma, clahe, gray_world, imagemagick_auto_gamma, imagemagick_note
from tools.benchmark.photosets import PhotosNotFoundError, find_photos
from tools.benchmark.quality_report import goals_summary, mark, quality_table
from tools.benchmark.scores import (
    CLIPPED,
    DARKROOM,
    DELTA_E,
    NEARER,
    UNCHANGED,
    WORST,
    Figures,
    Outcome,
    Score,
    mean,
    summary,
)
from tools.benchmark.versions import VersionError
from verification.benchmarks_document import table, write_section
from verification.decoding.imagemagick import imagemagick

needs_bench = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("cv2", "skimage"))), reason="make bench-quality installs the group bench"
)


def score(set_name: str, before: float, after: float, clipped: float = 0.0) -> Score:
    outcomes = {
        UNCHANGED: Outcome(Figures(20, 0.8, before), 0),
        DARKROOM: Outcome(Figures(25, 0.9, after), clipped),
    }
    return Score(set_name, "a", outcomes, 1.0)


def test_a_mean_has_the_standard_error_of_the_sample() -> None:
    assert mean([1, 2, 3, 4]).value == 2.5
    assert mean([1, 2, 3, 4]).standard_error == pytest.approx(math.sqrt(5 / 3 / 4))
    assert math.isnan(mean([1]).standard_error)


def test_a_set_of_pairs_counts_the_photos_that_came_nearer() -> None:
    found = summary([score("fivek", 9, 5), score("fivek", 9, 10), score("fivek", 9, 9), score("fivek", 9, 8)], DARKROOM)
    assert found[NEARER].value == 50
    assert found[DELTA_E].value == 8


def test_the_good_set_reports_its_worst_photo_and_clipping() -> None:
    found = summary([score("good", 0, 2, 0.4), score("good", 0, 7, 0.0)], DARKROOM)
    assert (found[WORST].value, found[CLIPPED].value) == (7, 0.2)
    assert NEARER not in found


def test_goals_are_compared_before_rounding() -> None:
    assert mark("fivek", DELTA_E, 7.0) == "yes"
    assert mark("fivek", DELTA_E, 7.001) == "NO"
    assert mark("fivek", NEARER, 89.9) == "NO"
    assert mark("elsewhere", DELTA_E, 1) == ""


def test_a_goal_without_photos_is_not_reached() -> None:
    text = goals_summary([score("good", 0, 2)])
    assert text.startswith(f"4 of {len(GOALS)} goals reached")
    assert "fivek PSNR" in text


def test_a_row_holds_the_figure_its_goal_and_the_unchanged_photos() -> None:
    line = next(line for line in quality_table([score("fivek", 9, 7.5)]).splitlines() if DELTA_E in line)
    assert [cell.strip() for cell in line.strip("|").split("|")] == ["fivek (1)", DELTA_E, "≤ 7", "7.50", "NO", "9.00"]


def test_a_table_is_aligned() -> None:
    assert len({len(line) for line in table(["a", "bcd"], [["long", "x"], ["", "y"]]).splitlines()}) == 1


def test_a_section_replaces_only_its_last_version(tmp_path: Path) -> None:
    document = tmp_path / "docs" / "benchmarks.md"
    for name, text in (("Speed", "fast"), ("Quality", "old"), ("Quality", "new")):
        write_section(document, name, text)
    text = document.read_text()
    assert "old" not in text
    assert text.index("## Quality\n\nnew") < text.index("## Speed\n\nfast")


def test_sets_are_pairs_good_photos_and_photos_without_a_target(tmp_path: Path) -> None:
    for name in ("fivek/input/a.png", "fivek/target/a.png", "good/b.jpg", "look/c.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = {photo.label: photo.target for photo in find_photos(tmp_path)}
    target, good = tmp_path / "fivek/target/a.png", tmp_path / "good/b.jpg"
    assert found == {"fivek/a": target, "good/b": good, "look/c": None}
    target.unlink()
    with pytest.raises(PhotosNotFoundError, match=r"add .*target"):
        find_photos(tmp_path)


@needs_bench
def test_a_missing_folder_is_reported_with_the_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quality", str(tmp_path / "nowhere"), str(tmp_path)]) == 1
    assert "PHOTOS=" in capsys.readouterr().err


def test_the_contact_sheet_shows_the_worst_of_a_set_first(tmp_path: Path) -> None:
    picture = tmp_path / "rows" / "a.jpg"
    draw_row([Image.new("RGB", (90, 60), colour) for colour in ("red", "lime", "blue")], picture)
    rows = [Row("fivek", name, picture, 9, after, "<done>") for name, after in (("fine", 2), ("worse", 11))]
    page, *pictures = write_sheet(rows, tmp_path)
    text = page.read_text()
    assert text.index("worse") < text.index("fine")
    assert "9.0 -&gt; 11.0" in text
    assert "<done>" not in text
    assert len(pictures) == 1
    with Image.open(picture) as row:
        reds = [row.convert("RGB").getpixel((row.width * part // 6, row.height // 2)) for part in (1, 3, 5)]
    assert [colour.index(max(colour)) for colour in reds if isinstance(colour, tuple)] == [0, 1, 2]


@needs_bench
def test_figures_follow_their_definitions() -> None:
    from tools.benchmark.measures import clipped_percent, figures  # noqa: PLC0415

    photo = scene(64, 48)
    same = figures(photo, photo)
    assert tuple(same) == pytest.approx((60, 1, 0))
    brighter = photo.point(lambda value: value + 10)
    assert figures(brighter, photo).psnr_db == pytest.approx(20 * math.log10(25.5))
    # L* 50 and 60, both neutral: CIEDE2000's lightness term alone.
    greys = [Image.new("RGB", (16, 16), (value,) * 3) for value in (119, 145)]
    assert figures(*greys).delta_e == pytest.approx(9.5, abs=0.4)
    assert clipped_percent(Image.fromarray(np.array([[[0, 255, 9]]], np.uint8))) == pytest.approx(200 / 3)


def test_peers_do_what_their_names_say() -> None:
    dark = scene(brightness=0.3)
    assert np.asarray(auto_gamma(dark)).mean() == pytest.approx(127.5, abs=6)
    assert np.ptp(np.asarray(gray_world(dark)).mean((0, 1))) < 1 < np.ptp(np.asarray(dark).mean((0, 1)))
    assert np.asarray(clahe(dark)).std() > np.asarray(dark).std()


def test_every_chain_returns_a_jpeg_of_the_same_size() -> None:
    body = encoded(scene(), "JPEG", quality=90)
    for name, chain in chains().items():
        image = Image.open(io.BytesIO(chain(body)))
        assert (name, image.format, image.size) == (name, "JPEG", (320, 240))
        assert peak_bytes(body, name) >= 0


@pytest.mark.skipif(not imagemagick(), reason="needs ImageMagick: apt install imagemagick")
def test_our_auto_gamma_equals_imagemagicks() -> None:
    dark = scene(brightness=0.3)
    own, real = (np.asarray(made(dark).convert("RGB")).astype(int) for made in (auto_gamma, imagemagick_auto_gamma))
    assert np.abs(own - real).mean() < 1
    assert imagemagick_note()[:16] in {"ImageMagick is 6", "ImageMagick is 7"}


def test_the_speed_against_an_older_checkout_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = tmp_path / "small.jpg"
    photo.write_bytes(encoded(scene(64, 48), "JPEG"))
    monkeypatch.setattr(speed_against, "ROUNDS", 1)
    assert "| small |" in speed_against.compared({"small": photo}, ROOT)
    assert speed_against.ratio_line("dark", [1.04, 1.2, 0.9]) == ["dark", "1.040", "0.900", "1.200", "yes"]
    assert speed_against.ratio_line("dark", [1.06])[-1] == "NO"
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "__init__.py").touch()
    with pytest.raises(VersionError, match=r"cannot enhance small\.jpg: ModuleNotFoundError"):
        speed_against.compared({"small": photo}, tmp_path)
