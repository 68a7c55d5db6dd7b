"""`python -m tools.pictures`: what `make pictures` runs."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from darkroom.command_line import run
from darkroom.packaging.repository import ROOT

PICTURES = ROOT / "docs" / "pictures"
PHOTO = ROOT / "examples" / "mountain.jpg"
# Retries wait for hundredths of seconds, as in the demo.
WAIT_SCALE = 0.01


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures; return the exit status: 0, 1 for a user error, 130 when interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.pictures", description="Makes the pictures of the docs anew."
    )
    parser.add_argument("--folder", type=Path, default=PICTURES, help="where they go (docs/pictures)")
    return run(parser.parse_args(arguments), "pictures", _write_all)


def _write_all(options: argparse.Namespace, console: Console) -> None:
    # Importing moto and the enhancement takes a second, and a wrong command line should fail at once.
    from darkroom.pipeline import running_pipeline  # noqa: PLC0415
    from tools.pictures.architecture import write_architecture  # noqa: PLC0415
    from tools.pictures.before_after_grid import write_grid  # noqa: PLC0415
    from tools.pictures.redriven_execution import write_redriven  # noqa: PLC0415
    from tools.pictures.screenshot import chromium, write_screenshot  # noqa: PLC0415

    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    write_grid(folder / "before-after.jpg")
    write_architecture(folder / "architecture.svg")
    with TemporaryDirectory() as inbox, running_pipeline(Path(inbox), wait_scale=WAIT_SCALE) as pipeline:
        if browser := chromium():
            write_screenshot(pipeline, PHOTO, folder / "page-photo.jpg", browser)
        else:
            console.print("The screenshot of the page stays as it is: no Chromium is on PATH.", highlight=False)
        write_redriven(pipeline, PHOTO, folder / "redriven-execution.svg")
    for picture in sorted({*folder.glob("*.jpg"), *folder.glob("*.svg"), *folder.glob("*.png")}):
        console.print(f"{picture.name:<24} {picture.stat().st_size / 1000:7.0f} kB", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
