"""How commands declare their arguments: examples below the help, and values that are checked as they are read."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from functions.operate.spans import read_span
from functions.shared.controls import is_strength
from functions.shared.user_metadata import checked_user_id
from functions.shared.workflow import STEPS

DEFAULT_PROJECT = "darkroom"
Commands = Any
"""What ArgumentParser.add_subparsers() returns; argparse keeps its class private."""


def add_command(commands: Commands, name: str, summary: str, examples: str) -> argparse.ArgumentParser:
    """Add a command whose help ends with examples that work when pasted."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return parser


def add_operating_arguments(parser: argparse.ArgumentParser, form: argparse._ActionsContainer | None = None) -> None:
    """Add what says which deployment is meant, and `--json`, among the other forms of output if there are any."""
    add_deployment_arguments(parser)
    (form or parser).add_argument("--json", action="store_true", help="print one JSON document, and nothing else")


def add_deployment_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what says which deployment is meant."""
    group = parser.add_argument_group("which deployment", "by default that of the environment, as for the aws command")
    add_aws_arguments(group)
    text = f"as it was deployed (default: that of an execution, else DARKROOM_PROJECT, else {DEFAULT_PROJECT})"
    group.add_argument("--project", metavar="NAME", help=text)


def add_aws_arguments(group: argparse._ActionsContainer) -> None:
    """Add the flags of the `aws` command that say which AWS is meant."""
    group.add_argument("--profile", metavar="NAME", help="profile of the credentials")
    group.add_argument("--region", metavar="REGION", help="Region of the deployment")
    group.add_argument("--endpoint-url", metavar="URL", help="of another AWS, such as that of `darkroom local`")


def add_filters(parser: argparse.ArgumentParser, statuses: str, *more_statuses: str) -> None:
    """Add the filters of photos; `statuses` says what holds without --status, `more_statuses` what else it can be."""
    group = parser.add_argument_group("filters", "all that are given have to hold")
    text = f"of this status (default: {statuses})"
    group.add_argument("--status", choices=("FAILED", "PROCESSING", *more_statuses), help=text)
    group.add_argument("--error", default="", metavar="NAME", help="failed with this error")
    group.add_argument("--step", default="", choices=[step.state for step in STEPS], help="failed in this step")
    group.add_argument("--user", default="", metavar="ID", help="of this user")
    group.add_argument("--prefix", default="", help="with keys that begin so")
    group.add_argument("--since", type=span, metavar="SPAN", help="changed in the last 90s, 15m, 24h or 7d")


def span(text: str) -> int:
    """Read a span of time, such as 24h, as seconds."""
    try:
        return read_span(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def positive(text: str) -> float:
    """Read a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return number


def strength(text: str) -> int:
    """Read a strength in percent."""
    if not is_strength(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no strength; give a whole number from 0 to 100")
    return int(text)


def count(text: str) -> int:
    """Read a whole number of 1 or more."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no count; give 1 or more")
    return int(text)


def port(text: str) -> int:
    """Read the number of a TCP port."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 1 to 65535")
    return int(text)


def readable(text: str) -> Path:
    """Read the name of a folder, or of a file that can be opened."""
    path = _existing(text)
    return path if path.is_dir() else readable_file(text)


def readable_file(text: str) -> Path:
    """Read the name of a file that can be opened."""
    path = _existing(text)
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise argparse.ArgumentTypeError(f"cannot read {text!r}: {error.strerror}; name a photo file") from error


def add_wait(group: argparse._ActionsContainer) -> None:
    """Add what waits for photos."""
    group.add_argument("--wait", action="store_true", help="until all are over; status 1 if one failed")
    text = "how long --wait waits (default: %(default)s)"
    group.add_argument("--wait-minutes", type=count, default=60, metavar="N", help=text)


def user_id(text: str) -> str:
    """Read a user's id, as object metadata can hold it and the pipeline keeps it."""
    try:
        return checked_user_id(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _existing(text: str) -> Path:
    """Return the path, its tilde expanded where no file has that very name: `make PHOTO=~/a.jpg` passes it on as is."""
    path = Path(text)
    try:
        return path if path.exists() else path.expanduser()
    except RuntimeError:  # there is no such user
        return path
