"""`python -m verification.corpus`, which `make malicious-files` runs: the corpus through the deployed pipeline."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from darkroom.command_line import run
from verification.corpus.corpus_run import print_corpus_run


def main(arguments: Sequence[str] | None = None) -> int:
    """Send the files; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m verification.corpus", description=__doc__)
    parser.add_argument("folder", nargs="?", type=_folder, help="your own files (default: the corpus made by script)")
    return run(parser.parse_args(arguments), "malicious-files", _run)


def _run(options: argparse.Namespace, console: Console) -> None:
    print_corpus_run(options.folder, console)


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is no folder; name one that holds the files to send")
    return Path(text)


if __name__ == "__main__":
    sys.exit(main())
