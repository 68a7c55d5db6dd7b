"""`python -m verification.mutations`, which `make mutations` runs: each is applied once, and must be killed."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from darkroom.command_line import run
from verification.mutations.mutation_report import print_mutations


def main(arguments: Sequence[str] | None = None) -> int:
    """Apply the mutations; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m verification.mutations", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="mutations whose names or suites hold this")
    return run(parser.parse_args(arguments), "mutations", _run)


def _run(options: argparse.Namespace, console: Console) -> None:
    print_mutations(console, options.only)


if __name__ == "__main__":
    sys.exit(main())
