"""`make bench-quality`: measures every photo of every set against the goals and the other tools."""

import multiprocessing
import os
import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import track

from darkroom.commands.display import short_path
from tools.benchmark.assess import Assessment, assess
from tools.benchmark.contact_sheet import write_sheet
from tools.benchmark.peers import imagemagick_note
from tools.benchmark.photosets import Photo, find_photos
from tools.benchmark.quality_report import FOLDER, goals_summary, quality_table
from tools.benchmark.scores import Score
from verification.benchmarks_document import DOCUMENT, circumstances, write_section

# Returning each large array to the system and allocating it again would take half of the time.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "1000000000", "MALLOC_TRIM_THRESHOLD_": "1000000000"}
TEXT = """`make bench-quality`, {circumstances}
{note}

Each figure is the mean over the photos of a set, ± its standard error. PSNR, SSIM and dE (CIEDE2000) are to the
target, in `good` to the photo itself: there, every change is harm. A photo is nearer to its target where its dE is
smaller than the unchanged photo's. A second pass enhances the enhanced photo again, without the mark by which Darkroom
leaves its own copies alone; its dE is how far that moves it.
Auto-gamma is our own numpy version of what ImageMagick's `-auto-gamma` does, gray-world works on encoded values.

**{goals}**

{table}
"""


def measure_quality(folder: Path, console: Console) -> None:
    """Measure all photos, print the table, write the document and the contact sheet. Raises PhotosNotFoundError."""
    photos = find_photos(folder)
    # A photo that was removed from the sets must not stay in the outputs.
    shutil.rmtree(FOLDER / "enhanced", ignore_errors=True)
    found = list(track(_assessed(photos), "Measuring", total=len(photos), console=console))
    scores = [assessment.score for assessment in found if assessment.score]
    text = quality_section(scores)
    write_section(DOCUMENT, "Quality", text)
    page, *pictures = write_sheet([assessment.row for assessment in found], FOLDER)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    console.print(f"Written: {short_path(DOCUMENT)}")
    console.print(f"Contact sheet: {short_path(page)}, and the same as {len(pictures)} PNG pages beside it")


def quality_section(scores: Sequence[Score]) -> str:
    """Return the section of the document."""
    return TEXT.format(
        circumstances=circumstances("pillow", "numpy", "scikit-image", "opencv-python-headless"),
        note=imagemagick_note(),
        goals=goals_summary(scores),
        table=quality_table(scores),
    )


def _assessed(photos: Sequence[Photo]) -> Iterator[Assessment]:
    os.environ.update(KEEP_MEMORY)
    # Not forked, because the progress bar has a thread, and numpy may have more.
    with multiprocessing.get_context("spawn").Pool() as pool:
        yield from pool.imap(partial(assess, folder=FOLDER), photos)
