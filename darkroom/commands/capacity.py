"""`darkroom capacity`: what photos cost, what binds first, and what a burst does."""

import argparse

from rich.console import Console

from darkroom.commands.arguments import Commands, add_command, count, positive

EXAMPLES = """\
  darkroom capacity
  darkroom capacity --photos-per-day 33000 --peak-per-second 20
  darkroom capacity --megapixels 12 --emails 1 --json"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    summary = "what photos cost, what binds first, and what a burst does; it asks no AWS"
    parser = add_command(commands, "capacity", summary, EXAMPLES)
    text = "how many come a day (default: %(default)s)"
    parser.add_argument("--photos-per-day", type=positive, default=1000.0, metavar="N", help=text)
    text = "how many come a second at most (default: ten times the day's average)"
    parser.add_argument("--peak-per-second", type=positive, metavar="N", help=text)
    text = "how large they are (default: %(default)s)"
    parser.add_argument("--megapixels", type=positive, default=24.0, metavar="N", help=text)
    parser.add_argument("--emails", type=count, default=0, metavar="N", help="subscribers by e-mail (default: none)")
    text = "whose quotas hold; prices are those of us-east-1 (default: %(default)s)"
    parser.add_argument("--region", default="us-east-1", metavar="REGION", help=text)
    text = "of Lambda in the account; a new one may have 10 (default: %(default)s)"
    parser.add_argument("--concurrency", type=count, default=1000, metavar="N", help=text)
    parser.add_argument("--json", action="store_true", help="print one JSON document, and nothing else")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> None:
    from darkroom.commands.capacity_screen import print_capacity  # noqa: PLC0415 - pydantic takes its time to import
    from functions.operate.capacity.workload import BURST, SECONDS_A_DAY, Workload  # noqa: PLC0415

    workload = Workload(
        photos_per_day=options.photos_per_day,
        peak_per_second=options.peak_per_second or BURST * options.photos_per_day / SECONDS_A_DAY,
        megapixels=options.megapixels,
        emails=options.emails,
        region=options.region,
        concurrency=options.concurrency,
    )
    print_capacity(workload, console, as_json=options.json)
