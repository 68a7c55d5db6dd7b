"""`darkroom upload`: photos of this machine go to the pipeline."""

import argparse
from pathlib import Path

from rich.console import Console

from darkroom.commands.arguments import (
    Commands,
    add_command,
    add_operating_arguments,
    add_wait,
    readable,
    strength,
    user_id,
)
from functions.shared.controls import PRESETS

EXAMPLES = """\
  darkroom upload beach.jpg --wait
  darkroom upload holiday --prefix 2026 --user-id ada
  darkroom upload scan.png --preset document --strength 80 --wait
  darkroom upload holiday --json | jq -r '.photos[] | select(.outcome == "refused") | .file'"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(commands, "upload", "upload photos and folders of this machine to the pipeline", EXAMPLES)
    parser.add_argument("photos", nargs="+", type=readable, metavar="PATH", help="a photo, or a folder of them")
    parser.add_argument("--prefix", default="", metavar="FOLDER", help="of the bucket, in which they go")
    parser.add_argument("--user-id", type=user_id, metavar="ID", help="whose photos they are")
    parser.add_argument("--preset", choices=PRESETS, help="what they are taken for (default: the function's setting)")
    text = "0 to 100 percent (default: the function's setting)"
    parser.add_argument("--strength", type=strength, metavar="PERCENT", help=text)
    parser.add_argument("--force", action="store_true", help="also what is there already with the same content")
    add_wait(parser)
    add_operating_arguments(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> int:
    from darkroom.commands.access import access_of  # noqa: PLC0415 - boto3 and Pillow take their time to import
    from darkroom.commands.photo_files import find_uploads  # noqa: PLC0415
    from darkroom.commands.upload_all import upload_all  # noqa: PLC0415

    found = find_uploads([Path(path) for path in options.photos])
    with access_of(options) as access:
        return upload_all(access, console, found, options)
