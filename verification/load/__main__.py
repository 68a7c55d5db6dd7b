"""`python -m verification.load`, which `make bench-load` runs: many photos at once, each accounted for."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from darkroom.command_line import run
from verification.load.upload_load import measure_load


def main(arguments: Sequence[str] | None = None) -> int:
    """Send the photos; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m verification.load", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=500, help="how many photos (default: %(default)s)")
    return run(parser.parse_args(arguments), "load", _run)


def _run(options: argparse.Namespace, console: Console) -> None:
    measure_load(options.count, console)


if __name__ == "__main__":
    sys.exit(main())
