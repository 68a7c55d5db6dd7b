"""`python -m tools.benchmark`: what the make targets bench-quality, bench-rules and the like run."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from darkroom.command_line import run
from tools.photo_roles import Role


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a benchmark; returns the exit status: 0, 1 for a user error, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    return run(options, f"bench {options.command}", options.run)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.benchmark", description="Measures Darkroom and compares it with other tools."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    quality = commands.add_parser("quality", help="measure the quality of the enhanced photos")
    quality.add_argument("photos", type=Path, help="folder with sets of photos")
    quality.add_argument("more", type=Path, help="folder with finished and everyday photos")
    quality.add_argument("--base", type=Path, help="an older checkout to compare with")
    roles = {role.name.lower().replace("_", "-"): role for role in Role}
    quality.add_argument(
        "--role", choices=roles, help="measure and print the photos of one role only, and write nothing: for choosing"
    )
    quality.set_defaults(run=lambda options, console: _quality(options, console, roles.get(options.role)))

    violations = commands.add_parser("violations", help="count the photos that break a rule")
    violations.add_argument("photos", type=Path, nargs="+", help="folders with photos")
    violations.set_defaults(run=_violations)

    sizes = commands.add_parser("sizes", help="measure the size of copies in parts of their sources'")
    sizes.add_argument("photos", type=Path, help="folder with photos, of which the first six count")
    sizes.set_defaults(run=_sizes)

    speed = commands.add_parser("speed", help="measure time and memory against decoding and encoding alone")
    speed.add_argument("base", type=Path, nargs="?", help="an older checkout to compare with")
    speed.set_defaults(run=_speed)

    cold = commands.add_parser("cold-start", help="measure the processor time of functions' starts")
    cold.add_argument("base", type=Path, nargs="?", help="an older checkout to compare with")
    cold.set_defaults(run=_cold_start)

    return parser


def _quality(options: argparse.Namespace, console: Console, role: Role | None) -> None:
    # Importing scientific packages takes a second, and a wrong command line should fail at once.
    from tools.benchmark.quality import measure_quality  # noqa: PLC0415
    from tools.benchmark.roles import measure_roles, print_role  # noqa: PLC0415

    if role:
        print_role(options.photos, options.more, options.base, role, console)
    else:
        measure_roles(options.photos, options.more, options.base, console)
        measure_quality(options.photos, console)


def _violations(options: argparse.Namespace, console: Console) -> None:
    from tools.benchmark.violations import count_violations  # noqa: PLC0415

    count_violations(options.photos, console)


def _sizes(options: argparse.Namespace, console: Console) -> None:
    from tools.benchmark.sizes import measure_sizes  # noqa: PLC0415

    measure_sizes(options.photos, console)


def _speed(options: argparse.Namespace, console: Console) -> None:
    from tools.benchmark.speed import measure_speed  # noqa: PLC0415

    measure_speed(options.base, console)


def _cold_start(options: argparse.Namespace, console: Console) -> None:
    from tools.benchmark.cold_start import measure_cold_start  # noqa: PLC0415

    measure_cold_start(options.base, console)


if __name__ == "__main__":
    sys.exit(main())
