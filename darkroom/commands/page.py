"""`darkroom page`: a page on this machine to upload photos, to look at them, and to run them again."""

import argparse

from rich.console import Console

from darkroom.commands.arguments import Commands, add_command, add_deployment_arguments, port

EXAMPLES = """\
  darkroom page
  darkroom page --project gallery --profile photos
  darkroom page --endpoint-url http://127.0.0.1:4566 --port 4600 --no-browser"""
DEFAULT_PORT = 4567


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    summary = "open a page to upload photos, to compare before and after, and to run them again"
    parser = add_command(commands, "page", summary, EXAMPLES)
    parser.add_argument("--port", type=port, default=DEFAULT_PORT, help="where it is served (default: %(default)s)")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    add_deployment_arguments(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> None:
    from darkroom.commands.access import access_of  # noqa: PLC0415 - boto3 and uvicorn take their time to import
    from darkroom.commands.page_serve import serve  # noqa: PLC0415

    with access_of(options) as access:
        serve(access, console, options)
