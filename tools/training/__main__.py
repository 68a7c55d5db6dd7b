"""`python -m tools.training`: what `make fit` and `make retouch` run."""

import argparse
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from darkroom.command_errors import CommandError
from darkroom.command_line import run
from darkroom.commands.display import short_path
from functions.enhance.analysis.ensemble import MODEL_FILE, model
from tools.photo_roles import Role, role_of
from tools.training.model_file import as_json
from tools.training.retouched import draw_retouched, write_flat_exports
from tools.training.samples import Samples, draw, reaches_white

FEWEST_PHOTOS = 50
SAMPLES_PER_PAIR = 3


class Drawn(NamedTuple):
    """How many samples and how many flat exports are drawn of each photo."""

    samples: int
    flat_exports: int


# By folder: there are six times as many everyday photos as finished ones.
PER_PHOTO = {"finished": Drawn(180, 8), "everyday": Drawn(46, 3)}


class TooFewPhotosError(CommandError):
    """A folder holds too few photos to learn from; the message says how many are needed."""


class NoPairsError(CommandError):
    """A folder holds no retouched photos; the message says how to make some."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, or write photos for the teacher model; return the exit status: 0, 1 for a user error, 130."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.training", description="Fits the model that predicts corrections."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    learn = commands.add_parser("learn", help="fit to photos degraded on purpose, left alone, and to pairs")
    learn.add_argument("--light", action="store_true", help="fit the light model anew too")
    learn.set_defaults(run=_learn)
    flatten = commands.add_parser("flatten", help="write flat exports of photos, for the teacher model to retouch")
    flatten.set_defaults(run=_flatten)
    for command in (learn, flatten):
        command.add_argument("photos", type=Path, help=f"folder with {' and '.join(PER_PHOTO)} photos (PNG or JPEG)")
        command.add_argument(
            "pairs", type=Path, help="folder of flat exports (input) and their retouched copies (target)"
        )
        command.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    return run(options, f"training {options.command}", options.run)


def _flatten(options: argparse.Namespace, console: Console) -> None:
    for folder, drawn in PER_PHOTO.items():
        photos = _photos(options.photos / folder)
        write_flat_exports(photos, options.pairs, drawn.flat_exports, options.seed)
        console.print(f"Written: {drawn.flat_exports} flat exports of each of {len(photos)} {folder} photos")


def _learn(options: argparse.Namespace, console: Console) -> None:
    photos = {folder: good_photos(options.photos / folder) for folder in PER_PHOTO}
    # First, because it is refused where there are none, and drawing takes minutes.
    samples, first = _pairs(options.pairs, list(chain.from_iterable(photos.values())), options.seed), 0
    for folder, own in photos.items():
        count = PER_PHOTO[folder].samples
        console.print(f"Degrading {len(own)} {folder} photos {count} times each ...")
        samples += draw(own, count, options.seed, first)
        first += len(own)
    # JAX starts threads, which the processes that draw samples must not inherit.
    from tools.training.learn import fit  # noqa: PLC0415

    console.print(f"Learning from {len(samples):,} samples ...")
    found = fit(samples, None if options.light else model().light)
    MODEL_FILE.write_text(as_json(found))
    console.print(f"Written: {short_path(MODEL_FILE)}")


def _pairs(folder: Path, photos: Sequence[Path], seed: int) -> Samples:
    if not any((folder / "target").glob("*.png")):
        raise NoPairsError(f"{folder / 'target'} holds no PNG: `make retouch` makes pairs.")
    return draw_retouched(folder, photos, SAMPLES_PER_PAIR, seed)


def _photos(folder: Path) -> list[Path]:
    photos = (path for path in folder.glob("*") if path.suffix.lower() in {".png", ".jpg", ".jpeg"})
    return sorted(path for path in photos if role_of(path) is Role.FITTED)


def good_photos(folder: Path) -> list[Path]:
    """Return the photos to fit to that reach white; raises TooFewPhotosError where they are too few to learn from."""
    photos = [path for path in _photos(folder) if reaches_white(path)]
    if len(photos) < FEWEST_PHOTOS:
        raise TooFewPhotosError(
            f"{folder} holds {len(photos)} photos (PNG or JPEG) that reach white; {FEWEST_PHOTOS} or more are needed."
        )
    return photos


if __name__ == "__main__":
    sys.exit(main())
