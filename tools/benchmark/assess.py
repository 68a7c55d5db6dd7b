"""Runs one photo through Darkroom and the other tools, and returns its figures and its row of the contact sheet."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from tools.benchmark.contact_sheet import Row, draw_row
from tools.benchmark.measures import clipped_percent, colour_difference, figures
from tools.benchmark.peers import peers
from tools.benchmark.photosets import Photo
from tools.benchmark.scores import DARKROOM, UNCHANGED, Outcome, Score

MAX_PIXELS = 100_000_000


@dataclass(frozen=True)
class Assessment:
    """A photo's score, where it has a target, and its row of the contact sheet."""

    score: Score | None
    row: Row


def assess(photo: Photo, folder: Path) -> Assessment:
    """Enhance a photo and measure it; the copy goes to `folder`/enhanced, the row's picture to `folder`/rows."""
    enhanced = _enhance(photo.source.read_bytes())
    _store(enhanced, photo, folder / "enhanced" / photo.set_name)
    before, after = _rgb(photo.source), _rgb(io.BytesIO(enhanced.body))
    target = _rgb(photo.target) if photo.target else None
    score = _score(photo, enhanced, before, after, target) if target else None
    picture = folder / "rows" / photo.set_name / f"{photo.source.stem}.jpg"
    draw_row([before, after, *([target] if target and photo.target != photo.source else [])], picture)
    return Assessment(score, _row(photo, score, colour_difference(before, after), enhanced, picture))


def _enhance(body: bytes) -> EnhancedPhoto:
    return enhance_photo(io.BytesIO(body), max_pixels=MAX_PIXELS, max_frames=1)


def _store(enhanced: EnhancedPhoto, photo: Photo, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{photo.source.stem}.{enhanced.format.lower()}").write_bytes(enhanced.body)


def _rgb(source: Path | io.BytesIO) -> Image.Image:
    with Image.open(source) as image:
        return image.convert("RGB")


def _score(
    photo: Photo, enhanced: EnhancedPhoto, before: Image.Image, after: Image.Image, target: Image.Image
) -> Score:
    results = {UNCHANGED: before, DARKROOM: after} | {name: peer(before) for name, peer in peers().items()}
    clipped_before = clipped_percent(before)
    outcomes = {
        name: Outcome(figures(image, target), clipped_percent(image) - clipped_before)
        for name, image in results.items()
    }
    again = _rgb(io.BytesIO(_enhance(_without_exif(enhanced.body)).body))
    return Score(photo.set_name, photo.source.stem, outcomes, colour_difference(after, again))


def _without_exif(body: bytes) -> bytes:
    """Return a copy as services that strip metadata pass it on: without the mark by which it would be left alone."""
    stripped = io.BytesIO()
    with Image.open(io.BytesIO(body)) as image:
        kept = {"quality": "keep"} if image.format == "JPEG" else {}
        image.save(stripped, image.format, exif=b"", icc_profile=image.info.get("icc_profile"), **kept)
    return stripped.getvalue()


def _row(photo: Photo, score: Score | None, change: float, enhanced: EnhancedPhoto, picture: Path) -> Row:
    summary = str(enhanced.enhancement["summary"])
    # Without a target, the only figure is how far the photo moved.
    before, after = (score.outcomes[name].figures.delta_e if score else 0.0 for name in (UNCHANGED, DARKROOM))
    return Row(photo.set_name, photo.source.stem, picture, before, after if score else change, summary)
