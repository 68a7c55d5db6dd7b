"""`python -m verification.faults`, which `make fault-injection` runs: every AWS call meets every fault."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from darkroom.command_line import run
from verification.faults.fault_report import print_fault_injection


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m verification.faults", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="cases whose names hold this, such as 'Publish'")
    return run(parser.parse_args(arguments), "fault-injection", _run)


def _run(options: argparse.Namespace, console: Console) -> None:
    print_fault_injection(console, options.only)


if __name__ == "__main__":
    sys.exit(main())
