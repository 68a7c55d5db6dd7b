"""The `darkroom` command."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from darkroom.build import Target, build
from darkroom.command import run
from darkroom.dependencies import PLATFORMS
from darkroom.repository import BUILD, ROOT

SAMPLE = ROOT / "examples" / "mountain.jpg"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0, 1 for what failed, 2 for wrong usage, 130 when interrupted."""
    return run(_parser().parse_args(arguments), "darkroom")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="darkroom", description="Builds, runs and shows the Darkroom pipeline.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="send a photo through the whole pipeline on this machine")
    demo.add_argument("photo", nargs="?", type=_readable_file, default=SAMPLE, help="your own photo")
    demo.add_argument("--folder", type=Path, default=BUILD / "demo", help="for messages and pictures (%(default)s)")
    demo.set_defaults(run=_demo)

    local = commands.add_parser("local", help="keep the pipeline running on this machine")
    local.add_argument("--port", type=int, default=4566, help="where it listens (default: %(default)s)")
    local.set_defaults(run=_local)

    enhancer = commands.add_parser("enhance", help="enhance photos and folders of this machine")
    enhancer.add_argument("photos", nargs="+", type=_readable, metavar="PHOTO", help="a photo, or a folder of them")
    enhancer.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the enhanced copies go")
    enhancer.add_argument("--force", action="store_true", help="replace copies that are there already")
    enhancer.add_argument("--jobs", type=_count, default=os.cpu_count() or 1, help="at a time (default: %(default)s)")
    enhancer.set_defaults(run=_enhance)

    builder = commands.add_parser("build", help="make the functions' zips")
    builder.add_argument("target", nargs="?", choices=("host", "lambda"), help="this machine or AWS (default: both)")
    builder.add_argument("--architecture", choices=sorted(PLATFORMS), help="of AWS (default: function.json's)")
    builder.set_defaults(run=_build)
    return parser


def _demo(options: argparse.Namespace, console: Console) -> None:
    # Here and below: moto takes a second to import, and `darkroom build` does without it.
    from darkroom.demo import demonstrate  # noqa: PLC0415

    demonstrate(options.photo, options.folder, console)


def _local(options: argparse.Namespace, console: Console) -> None:
    from darkroom.watch import keep_running  # noqa: PLC0415

    keep_running(BUILD / "local" / "inbox", options.port, console)


def _enhance(options: argparse.Namespace, console: Console) -> None:
    from darkroom.enhance import enhance_all  # noqa: PLC0415

    enhance_all(options.photos, options.out, console, force=options.force, processes=options.jobs)


def _build(options: argparse.Namespace, console: Console) -> None:
    targets: tuple[Target, ...] = (options.target,) if options.target else ("lambda", "host")
    for target in targets:
        for path in build(target, architecture=options.architecture).values():
            size_megabytes = path.stat().st_size / 1e6
            console.print(f"{size_megabytes:6.1f} MB  {escape(str(path.relative_to(ROOT)))}", highlight=False)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of photos; give 1 or more")
    return int(text)


def _readable(text: str) -> Path:
    return Path(text) if Path(text).is_dir() else _readable_file(text)


def _readable_file(text: str) -> Path:
    path = Path(text)
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise argparse.ArgumentTypeError(f"cannot read {text!r}: {error.strerror}; name a photo file") from error


if __name__ == "__main__":
    sys.exit(main())
