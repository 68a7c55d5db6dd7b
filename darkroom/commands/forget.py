"""`darkroom forget`: what Darkroom made of a photo is deleted, on demand the photo too."""

import argparse

from rich.console import Console

from darkroom.commands.arguments import Commands, add_command, add_operating_arguments

EXAMPLES = """\
  darkroom forget holiday/beach.jpg --dry-run
  darkroom forget holiday/beach.jpg holiday/sea.jpg
  darkroom forget holiday/beach.jpg --originals --yes
  darkroom list --status ALL --user ada --since 3650d --limit 100000 --keys > ada.keys
  xargs -d '\\n' darkroom forget --originals --yes < ada.keys"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    summary = "delete the copies and the record of photos, and on demand the photos"
    parser = add_command(commands, "forget", summary, EXAMPLES)
    parser.add_argument("photos", nargs="+", metavar="KEY", help="the upload's key")
    text = "also the uploads themselves, with all their versions; else they are tagged darkroom-status=forgotten"
    parser.add_argument("--originals", action="store_true", help=text)
    parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")
    parser.add_argument("--yes", action="store_true", help="ask no question")
    add_operating_arguments(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> int:
    from darkroom.commands.access import access_of  # noqa: PLC0415 - boto3 takes its time to import
    from darkroom.commands.forget_all import forget_all  # noqa: PLC0415

    with access_of(options) as access:
        return forget_all(access, console, options)
