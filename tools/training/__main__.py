"""`python -m tools.training`: what `make fit` and `make retouch` run."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from darkroom.command_errors import CommandError
from darkroom.command_line import run
from darkroom.commands.display import short_path
from functions.enhance.analysis.ensemble import MODEL_FILE
from tools.photo_roles import Role, role_of
from tools.training.model_file import as_json
from tools.training.retouched import draw_retouched, write_flat_exports
from tools.training.samples import Samples, draw, reaches_white

FEWEST_PHOTOS = 50
SAMPLES_PER_PAIR = 2


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
    learn = commands.add_parser("learn", help="fit to photos degraded on purpose, and to pairs")
    learn.add_argument("--per-photo", type=int, default=44, help="how many times each photo is degraded (44)")
    learn.set_defaults(run=_learn)
    flatten = commands.add_parser("flatten", help="write flat exports of photos, for the teacher model to retouch")
    flatten.add_argument("--per-photo", type=int, default=3, help="how many are written of each photo (3)")
    flatten.set_defaults(run=_flatten)
    for command in (learn, flatten):
        command.add_argument("photos", type=Path, help="folder of good photos (PNG or JPEG)")
        command.add_argument(
            "pairs", type=Path, help="folder of flat exports (input) and their retouched copies (target)"
        )
        command.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    return run(options, f"training {options.command}", options.run)


def _flatten(options: argparse.Namespace, console: Console) -> None:
    photos = _photos(options.photos)
    write_flat_exports(photos, options.pairs, options.per_photo, options.seed)
    console.print(f"Written: {options.per_photo} flat exports of each of {len(photos)} photos")


def _learn(options: argparse.Namespace, console: Console) -> None:
    photos = good_photos(options.photos)
    # First, because it is refused where there are none, and drawing takes minutes.
    pairs = _pairs(options.pairs, photos, options.seed)
    console.print(f"Degrading {len(photos)} photos {options.per_photo} times each ...")
    samples = draw(photos, options.per_photo, options.seed) + pairs
    # JAX starts threads, which the processes that draw samples must not inherit.
    from tools.training.learn import fit  # noqa: PLC0415

    console.print(f"Learning from {len(samples):,} samples ...")
    MODEL_FILE.write_text(as_json(fit(samples)))
    console.print(f"Written: {short_path(MODEL_FILE)}")


def _pairs(folder: Path, photos: Sequence[Path], seed: int) -> Samples:
    if not any((folder / "target").glob("*.png")):
        raise NoPairsError(f"{folder / 'target'} holds no PNG: `make retouch` makes pairs.")
    return draw_retouched(folder, photos, SAMPLES_PER_PAIR, seed)


def _photos(folder: Path) -> list[Path]:
    photos = (path for path in folder.glob("*") if path.suffix.lower() in {".png", ".jpg", ".jpeg"})
    return sorted(path for path in photos if role_of(path) is Role.FITTED)


def good_photos(folder: Path) -> list[Path]:
    """Return the photos of a folder that reach white; raises TooFewPhotosError where they are too few to learn from."""
    photos = [path for path in _photos(folder) if reaches_white(path)]
    if len(photos) < FEWEST_PHOTOS:
        raise TooFewPhotosError(
            f"{folder} holds {len(photos)} photos (PNG or JPEG) that reach white; {FEWEST_PHOTOS} or more are needed."
        )
    return photos


if __name__ == "__main__":
    sys.exit(main())
