"""`darkroom enhance`: photos and folders of this machine, without AWS."""

import argparse
import os
from pathlib import Path

from rich.console import Console

from darkroom.commands.arguments import Commands, add_command, count, readable, strength
from darkroom.packaging.repository import function_definition
from functions.shared.controls import PRESETS

EXAMPLES = """\
  darkroom enhance holiday beach.heic --out better
  darkroom enhance holiday --out better --skip-existing
  darkroom enhance scan.png --out better --preset document --strength 80
  darkroom enhance holiday --out better --json | jq -r '.photos[] | select(.status == "failed") | .photo'"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments; their defaults are the deployed function's settings."""
    settings = function_definition("enhance").environment
    parser = add_command(commands, "enhance", "enhance photos and folders of this machine", EXAMPLES)
    parser.add_argument("photos", nargs="+", type=readable, metavar="PHOTO", help="a photo, or a folder of them")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the enhanced copies go")
    existing = parser.add_mutually_exclusive_group()
    existing.add_argument("--force", action="store_true", help="replace copies that are there already")
    existing.add_argument("--skip-existing", action="store_true", help="keep them, and count that as success")
    parser.add_argument(
        "--preset", choices=PRESETS, default=settings["PRESET"], help="what it is taken for (default: %(default)s)"
    )
    parser.add_argument(
        "--strength", type=strength, default=settings["STRENGTH"], help="0 to 100 percent (default: %(default)s)"
    )
    for limit in ("bytes", "pixels", "frames"):
        default = settings[f"MAX_{limit.upper()}"]
        text = f"refuse photos with more {limit} (default: %(default)s)"
        parser.add_argument(f"--max-{limit}", type=count, default=default, metavar="N", help=text)
    parser.add_argument("--jobs", type=count, default=os.cpu_count() or 1, help="at a time (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of lines")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> None:
    # OpenCV and Pillow take a second to import, and a wrong command line should not wait for them.
    from darkroom.commands.enhance_files import Job, enhance_all  # noqa: PLC0415
    from darkroom.commands.enhance_report import JsonReport, LineReport  # noqa: PLC0415
    from functions.enhance.edit.presets import Control  # noqa: PLC0415
    from functions.validate.inspect_photo import Limits  # noqa: PLC0415

    limits = Limits(options.max_bytes, options.max_pixels, options.max_frames)
    job = Job(options.out, options.force, limits, Control(options.preset, options.strength))
    report = JsonReport() if options.json else LineReport(console, skip_existing=options.skip_existing)
    enhance_all(options.photos, job, report, processes=options.jobs, skip_existing=options.skip_existing)
