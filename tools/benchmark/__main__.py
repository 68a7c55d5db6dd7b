"""`python -m tools.benchmark`: what the make targets bench-quality, bench-rules and bench-speed run."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from darkroom.command_line import run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a benchmark; returns the exit status: 0, 1 for what a person can mend, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    return run(options, f"bench {options.command}", options.run)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.benchmark", description="Measures Darkroom and its peers.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    quality = commands.add_parser("quality", help="how good the photos become")
    quality.add_argument("photos", type=Path, help="folder with sets of photos")
    quality.set_defaults(run=_quality)

    rules = commands.add_parser("rules", help="what each rule about the extremes gains, cross-validated")
    rules.add_argument("photos", type=Path, help="folder with sets of photos")
    rules.set_defaults(run=_rules)

    speed = commands.add_parser("speed", help="how fast, against decoding and encoding alone")
    speed.set_defaults(run=_speed)

    return parser


def _quality(options: argparse.Namespace, console: Console) -> None:
    # Scientific packages take a second to import, and a wrong command line should not wait for them.
    from tools.benchmark.quality import measure_quality  # noqa: PLC0415

    measure_quality(options.photos, console)


def _rules(options: argparse.Namespace, console: Console) -> None:
    from tools.benchmark.rules import measure_rules  # noqa: PLC0415

    measure_rules(options.photos, console)


def _speed(_options: argparse.Namespace, console: Console) -> None:
    from tools.benchmark.speed import measure_speed  # noqa: PLC0415

    measure_speed(console)


if __name__ == "__main__":
    sys.exit(main())
