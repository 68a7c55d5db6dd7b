"""`darkroom replay`: undelivered events start their executions after all."""

import argparse

from rich.console import Console

from darkroom.commands.arguments import Commands, add_command, count

QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/darkroom-upload-undelivered"
EXAMPLES = f"""\
  darkroom replay {QUEUE} --dry-run
  darkroom replay {QUEUE}"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(commands, "replay", "start executions for the events in a dead-letter queue", EXAMPLES)
    parser.add_argument("queue", metavar="QUEUE_URL", help="the queue's URL; credentials as for the aws command")
    parser.add_argument("--dry-run", action="store_true", help="only list the events, and leave them there")
    parser.add_argument("--limit", type=count, metavar="N", help="at most so many events (default: all)")
    parser.add_argument("--machine", metavar="ARN", help="state machine to start (default: the one they were for)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> None:
    from darkroom.commands.replay_events import replay  # noqa: PLC0415 - boto3 takes its time to import

    replay(options.queue, console, machine_arn=options.machine, limit=options.limit, dry_run=options.dry_run)
