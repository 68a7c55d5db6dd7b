"""`python -m verification.decoding`, which `make verify-decoding` runs: unedited copies against their originals."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from darkroom.command_line import run
from verification.decoding.decoding_run import print_decoding_run


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare the files; returns the exit status: 1 where a difference is unexplained."""
    parser = argparse.ArgumentParser(prog="python -m verification.decoding", description=__doc__)
    parser.add_argument("folder", nargs="?", type=_folder, help="your own files (default: the corpus made by script)")
    return run(parser.parse_args(arguments), "verify-decoding", _run)


def _run(options: argparse.Namespace, console: Console) -> None:
    print_decoding_run(options.folder, console)


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is no folder; name one that holds the files to compare")
    return Path(text)


if __name__ == "__main__":
    sys.exit(main())
