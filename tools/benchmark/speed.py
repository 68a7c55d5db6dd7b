"""`make bench-speed`: measures time and memory at 24 megapixels against coding alone, and an older checkout."""

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rich.console import Console

from darkroom.commands.display import short_path
from darkroom.packaging.repository import ROOT
from tools.benchmark.chains import BASELINE
from tools.benchmark.peers import imagemagick_note
from tools.benchmark.quality_report import FOLDER
from tools.benchmark.scores import DARKROOM
from tools.benchmark.speed_against import compared
from verification.benchmarks_document import DOCUMENT, circumstances, table, write_section

SIZE = (6000, 4000)
ROUNDS = 5
SOURCE_QUALITY = 90
MAX_RATIO, MAX_RATIO_DENOISED, MAX_BYTES_PER_PIXEL = 1.6, 3.0, 6.0
TEXT = """`make bench-speed`, {circumstances}
{note}

JPEGs of {size[0]} x {size[1]} pixels and quality {quality}, made by script: `detailed` is the sample photo scaled up,
well exposed, with grain; `smooth` is a gradient; `dark` is the same with a tenth of the light. Each chain decodes,
edits and encodes (quality 85; Darkroom 90). They run in turn; a time is the median over {rounds} rounds, as a ratio to
decoding and encoding alone in the same round (`detailed`: {baseline:.2f} s here). Memory is the peak less the idle
interpreter's, for ImageMagick the peak of its process. Goals: {ratio} times, {denoised:g} times for dark photos,
{memory:g} bytes per pixel.

{table}
"""


def measure_speed(base: Path | None, console: Console) -> None:
    """Measure all chains on all photos, and against an older checkout; print the tables and write them down.

    Raises VersionError where that checkout cannot enhance photos.
    """
    photos = make_photos(FOLDER / "speed")
    seconds: dict[str, Mapping[str, Sequence[float]]] = {}
    rows = []
    for name, path in photos.items():
        console.print(f"Measuring {name} ...")
        seconds[name] = _measure(path, str(ROUNDS))
        memory = {chain: _measure(path, "--memory", chain) / (SIZE[0] * SIZE[1]) for chain in seconds[name]}
        rows += speed_lines(name, seconds[name], memory)
    text = TEXT.format(
        circumstances=circumstances("pillow", "numpy", "opencv-python-headless", "pyvips-binary"),
        note=imagemagick_note(),
        size=SIZE,
        quality=SOURCE_QUALITY,
        rounds=ROUNDS,
        baseline=statistics.median(seconds["detailed"][BASELINE]),
        ratio=MAX_RATIO,
        denoised=MAX_RATIO_DENOISED,
        memory=MAX_BYTES_PER_PIXEL,
        table=table(["photo", "chain", "time, x decode + encode", "memory, bytes/pixel", "goals reached?"], rows),
    )
    if base:
        console.print("Measuring the older checkout ...")
        text += compared(photos, base)
    write_section(DOCUMENT, "Speed", text)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    console.print(f"Written: {short_path(DOCUMENT)}")


def speed_lines(photo: str, rounds: Mapping[str, Sequence[float]], memory: Mapping[str, float]) -> list[list[str]]:
    """Return a photo's lines of the table; each round's time is divided by the same round's baseline."""
    lines = []
    for chain, seconds in rounds.items():
        ratio = statistics.median(own / base for own, base in zip(seconds, rounds[BASELINE], strict=True))
        marks = _marks(photo, ratio, memory[chain]) if chain == DARKROOM else ""
        lines.append([photo, chain, f"{ratio:.2f}", f"{memory[chain]:.1f}", marks])
    return lines


def _marks(photo: str, ratio: float, bytes_per_pixel: float) -> str:
    most = MAX_RATIO_DENOISED if photo == "dark" else MAX_RATIO
    time, memory = ("yes" if reached else "NO" for reached in (ratio <= most, bytes_per_pixel <= MAX_BYTES_PER_PIXEL))
    return f"time {time}, memory {memory}"


def make_photos(folder: Path) -> dict[str, Path]:
    """Make the photos unless they exist; return their files by name."""
    paths = {name: folder / f"{name}.jpg" for name in ("detailed", "smooth", "dark")}
    if not all(path.exists() for path in paths.values()):
        folder.mkdir(parents=True, exist_ok=True)
        for name, pixels in _pictures().items():
            # A fixed seed: the same photo on every machine.
            grain = np.random.default_rng(1).normal(0, {"detailed": 8, "smooth": 0.7, "dark": 5}[name], SIZE[::-1])
            noisy = (pixels + grain[..., None]).clip(0, 255).astype(np.uint8)
            Image.fromarray(noisy).save(paths[name], quality=SOURCE_QUALITY)
    return paths


def _pictures() -> dict[str, Any]:
    with Image.open(ROOT / "examples" / "mountain.jpg") as sample:
        mountain = np.asarray(sample.convert("RGB").resize(SIZE, Image.Resampling.BICUBIC), np.float32)
    x, y = np.linspace(0, 1, SIZE[0], dtype=np.float32), np.linspace(0, 1, SIZE[1], dtype=np.float32)[:, None]
    sky = np.stack(np.broadcast_arrays(60 + 60 * y + 20 * x, 70 + 50 * y, 110 + 40 * y * x), axis=-1)
    # Twice the sample's light is the right exposure: a dim photo with grain would be denoised, as `dark` is.
    return {"detailed": mountain * 2, "smooth": sky, "dark": mountain / 5}


def _measure(photo: Path, *arguments: str) -> Any:
    """Run the chains in a new interpreter, where nothing else has raised the peak."""
    command = [sys.executable, "-m", "tools.benchmark.chains", str(photo), *arguments]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
