"""`python -m darkroom.fit PHOTOS`: what `make fit` runs."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from darkroom.command import run
from darkroom.display import short_path
from darkroom.errors import CommandError
from darkroom.fit.samples import draw, reaches_white
from darkroom.fit.weights import as_json
from functions.enhance.diagnosis import WEIGHTS

FEWEST_PHOTOS = 50


class TooFewPhotosError(CommandError):
    """A folder holds too few photos to learn from; the message says how many it takes."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit; returns the exit status: 0, 1 for what a person can mend, 130 when interrupted."""
    parser = argparse.ArgumentParser(prog="python -m darkroom.fit", description="Fits what photos are judged by.")
    parser.add_argument("photos", type=Path, help="folder of good photos (PNG or JPEG)")
    parser.add_argument("--per-photo", type=int, default=44, help="how many times each is spoilt (44)")
    parser.add_argument("--seed", type=int, default=1)
    parser.set_defaults(run=_fit, command="photos")
    return run(parser.parse_args(arguments), "fit")


def _fit(options: argparse.Namespace, console: Console) -> None:
    photos = good_photos(options.photos)
    console.print(f"Spoiling {len(photos)} photos {options.per_photo} times each ...")
    samples = draw(photos, options.per_photo, options.seed)
    # JAX starts threads, which the processes that draw must not inherit.
    from darkroom.fit.learn import fit  # noqa: PLC0415

    console.print(f"Learning from {len(samples):,} samples ...")
    WEIGHTS.write_text(as_json(fit(samples)))
    console.print(f"Written: {short_path(WEIGHTS)}")


def good_photos(folder: Path) -> list[Path]:
    """Return the photos of a folder that reach white; raises TooFewPhotosError where they are too few to learn from."""
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in {".png", ".jpg", ".jpeg"})
    photos = [path for path in files if reaches_white(path)]
    if len(photos) < FEWEST_PHOTOS:
        raise TooFewPhotosError(
            f"{folder} holds {len(photos)} photos (PNG or JPEG) that reach white; it takes {FEWEST_PHOTOS} or more."
        )
    return photos


if __name__ == "__main__":
    sys.exit(main())
