"""`python -m verification.mutations`, which `make mutations` runs: each is applied once, and must be killed."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from darkroom.command_line import run
from verification.mutations.mutation_run import name_killers, print_mutations
from verification.mutations.position_list import print_positions


def main(arguments: Sequence[str] | None = None) -> int:
    """Apply the mutations, or list them; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m verification.mutations", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="mutations whose names or suites hold this")
    parser.add_argument(
        "--list", nargs="*", metavar="FILE", help="print each position in these files (by default, all that have one)"
    )
    parser.add_argument(
        "--name-killers",
        action="store_true",
        help="apply only those without a named killer in killers.json, and write each killer down",
    )
    return run(parser.parse_args(arguments), "mutations", _run)


def _run(options: argparse.Namespace, console: Console) -> None:
    if options.list is not None:
        print_positions(console, options.list)
    elif options.name_killers:
        name_killers(console, options.only)
    else:
        print_mutations(console, options.only)


if __name__ == "__main__":
    sys.exit(main())
