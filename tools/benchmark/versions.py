"""Enhances photos with the code of a checkout: this one, or an older one to compare with."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from darkroom.command_errors import CommandError

# What the older code is called with must have been there in it too.
SCRIPT = """
import io, sys
from PIL import Image
from functions.enhance.enhance_photo import enhance_photo
for line in sys.stdin:
    source, made = line.rstrip("\\n").split("\\t")
    with open(source, "rb") as file:
        enhanced = enhance_photo(io.BytesIO(file.read()), max_pixels=100_000_000, max_frames=1)
    Image.open(io.BytesIO(enhanced.body)).convert("RGB").save(made, compress_level=1)
"""


class VersionError(CommandError):
    """A checkout cannot enhance photos; the message says what it says."""


def enhanced_by(checkout: Path, sources: Sequence[Path], folder: Path) -> list[Path]:
    """Return a PNG in `folder` for each source, enhanced by the code of a checkout. Raises VersionError."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [folder / f"{number}.png" for number in range(len(sources))]
    lines = [f"{source}\t{target}\n" for source, target in zip(sources, made, strict=True)]
    processes = os.cpu_count() or 1
    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(lambda first: run_by(checkout, SCRIPT, lines="".join(lines[first::processes])), range(processes)))
    return made


def run_by(checkout: Path, script: str, *arguments: str, what: str = "photos", lines: str = "") -> str:
    """Return what a script prints that reads `lines` and enhances by the code of a checkout.

    Raises VersionError, which says `what` it cannot enhance.
    """
    command = [sys.executable, "-P", "-c", script, *arguments]
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    done = subprocess.run(command, input=lines, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:]
        raise VersionError(f"{checkout} cannot enhance {what}: {' '.join(said)}")
    return done.stdout


def revision(checkout: Path) -> str:
    """Return the revision of a checkout, or its folder's name where git does not know it."""
    command = [shutil.which("git") or "git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    return done.stdout.strip() or checkout.name
