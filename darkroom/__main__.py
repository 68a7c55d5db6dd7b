"""The `darkroom` command."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from darkroom.command import run
from darkroom.packaging.build import Target, build
from darkroom.packaging.dependencies import PLATFORMS
from darkroom.packaging.repository import BUILD, ROOT, function_definition
from functions.shared.controls import PRESETS, is_strength

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
    settings = function_definition("enhance").environment
    enhancer.add_argument(
        "--preset", choices=PRESETS, default=settings["PRESET"], help="what it is taken for (default: %(default)s)"
    )
    enhancer.add_argument(
        "--strength", type=_strength, default=settings["STRENGTH"], help="0 to 100 percent (default: %(default)s)"
    )
    enhancer.add_argument("--jobs", type=_count, default=os.cpu_count() or 1, help="at a time (default: %(default)s)")
    enhancer.set_defaults(run=_enhance)

    replayer = commands.add_parser("replay", help="start executions for the events in a dead-letter queue")
    replayer.add_argument("queue", metavar="QUEUE_URL", help="the queue's URL; credentials as for the aws command")
    replayer.add_argument("--dry-run", action="store_true", help="only list the events, and leave them there")
    replayer.add_argument("--limit", type=_count, metavar="N", help="at most so many events (default: all)")
    replayer.add_argument("--machine", metavar="ARN", help="state machine to start (default: the one they were for)")
    replayer.set_defaults(run=_replay)

    matrix = commands.add_parser("fault-matrix", help="let every AWS call meet every fault, and check the promises")
    matrix.add_argument("--only", default="", metavar="TEXT", help="cases whose names hold this, such as 'Publish'")
    matrix.set_defaults(run=_fault_matrix)

    guards = commands.add_parser("guards", help="take every guard away, and see a table turn red")
    guards.add_argument("--only", default="", metavar="TEXT", help="guards whose names or tables hold this")
    guards.set_defaults(run=_guards)

    hostile = commands.add_parser("hostile", help="send hostile files through the pipeline on this machine")
    hostile.add_argument("folder", nargs="?", type=_folder, help="your own files (default: the corpus made by script)")
    hostile.set_defaults(run=_hostile)

    auditor = commands.add_parser("audit", help="hold the dependencies against the known vulnerabilities")
    auditor.set_defaults(run=_audit)

    builder = commands.add_parser("build", help="make the functions' zips")
    builder.add_argument("target", nargs="?", choices=("host", "lambda"), help="this machine or AWS (default: both)")
    builder.add_argument("--architecture", choices=sorted(PLATFORMS), help="of AWS (default: function.json's)")
    builder.set_defaults(run=_build)
    return parser


def _demo(options: argparse.Namespace, console: Console) -> None:
    # Here and below: moto takes a second to import, and `darkroom build` does without it.
    from darkroom.commands.demo import demonstrate  # noqa: PLC0415

    demonstrate(options.photo, options.folder, console)


def _local(options: argparse.Namespace, console: Console) -> None:
    from darkroom.commands.local import keep_running  # noqa: PLC0415

    keep_running(BUILD / "local" / "inbox", options.port, console)


def _enhance(options: argparse.Namespace, console: Console) -> None:
    from darkroom.commands.enhance import enhance_all  # noqa: PLC0415
    from functions.enhance.edit.presets import Control  # noqa: PLC0415

    control = Control(options.preset, options.strength)
    enhance_all(options.photos, options.out, console, force=options.force, processes=options.jobs, control=control)


def _replay(options: argparse.Namespace, console: Console) -> None:
    from darkroom.commands.replay import replay  # noqa: PLC0415

    replay(options.queue, console, machine_arn=options.machine, limit=options.limit, dry_run=options.dry_run)


def _fault_matrix(options: argparse.Namespace, console: Console) -> None:
    from verification.faults.report import print_matrix  # noqa: PLC0415

    print_matrix(console, options.only)


def _guards(options: argparse.Namespace, console: Console) -> None:
    from verification.mutations.report import print_guards  # noqa: PLC0415

    print_guards(console, options.only)


def _hostile(options: argparse.Namespace, console: Console) -> None:
    from verification.corpus.runner import print_trial  # noqa: PLC0415

    print_trial(options.folder, console)


def _audit(_options: argparse.Namespace, console: Console) -> None:
    from tools.audit import audit  # noqa: PLC0415

    audit(console)


def _build(options: argparse.Namespace, console: Console) -> None:
    targets: tuple[Target, ...] = (options.target,) if options.target else ("lambda", "host")
    for target in targets:
        for path in build(target, architecture=options.architecture).values():
            size_megabytes = path.stat().st_size / 1e6
            console.print(f"{size_megabytes:6.1f} MB  {escape(str(path.relative_to(ROOT)))}", highlight=False)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no count; give 1 or more")
    return int(text)


def _strength(text: str) -> int:
    if not is_strength(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no strength; give a whole number from 0 to 100")
    return int(text)


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is no folder; name one that holds the files to try")
    return Path(text)


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
