"""The `darkroom` command."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from darkroom.build import Target, build
from darkroom.errors import CommandError
from darkroom.repository import BUILD, ROOT

SAMPLE = ROOT / "examples" / "mountain.jpg"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0, 1 for what failed, 2 for wrong usage, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    console = Console()
    try:
        options.run(options, console)
    except KeyboardInterrupt:
        return 130
    except (CommandError, OSError) as error:
        Console(stderr=True).print(f"[bold red]darkroom {options.command}:[/] {escape(str(error))}", highlight=False)
        return 1
    return 0


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

    builder = commands.add_parser("build", help="make the functions' zips")
    builder.add_argument("target", nargs="?", choices=("host", "lambda"), help="this machine or AWS (default: both)")
    builder.set_defaults(run=_build)
    return parser


def _demo(options: argparse.Namespace, console: Console) -> None:
    # Here and below: moto takes a second to import, and `darkroom build` does without it.
    from darkroom.demo import demonstrate  # noqa: PLC0415

    demonstrate(options.photo, options.folder, console)


def _local(options: argparse.Namespace, console: Console) -> None:
    from darkroom.watch import keep_running  # noqa: PLC0415

    keep_running(BUILD / "local" / "inbox", options.port, console)


def _build(options: argparse.Namespace, console: Console) -> None:
    targets: tuple[Target, ...] = (options.target,) if options.target else ("lambda", "host")
    for target in targets:
        for path in build(target).values():
            size_megabytes = path.stat().st_size / 1e6
            console.print(f"{size_megabytes:6.1f} MB  {escape(str(path.relative_to(ROOT)))}", highlight=False)


def _readable_file(text: str) -> Path:
    path = Path(text)
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise argparse.ArgumentTypeError(f"cannot read {text!r}: {error.strerror}; name a photo file") from error


if __name__ == "__main__":
    sys.exit(main())
