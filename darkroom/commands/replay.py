"""`darkroom replay`: undelivered events start their executions after all."""

import argparse

from rich.console import Console

from darkroom.command_errors import UsageError
from darkroom.commands.arguments import Commands, add_aws_arguments, add_command, count

QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/darkroom-upload-undelivered"
EXAMPLES = f"""\
  darkroom replay {QUEUE} --dry-run
  darkroom replay {QUEUE}
  darkroom replay {QUEUE} --discard c80e8021-a70a-42c7-a470-796e1186f753"""


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(commands, "replay", "start executions for the events in a dead-letter queue", EXAMPLES)
    parser.add_argument(
        "queue", type=_queue_url, metavar="QUEUE_URL", help="the queue's URL; credentials as for the aws command"
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--dry-run", action="store_true", help="only list the events, and leave them there")
    either.add_argument("--discard", metavar="ID", help="delete the unreadable message of this id, and replay nothing")
    parser.add_argument("--limit", type=count, metavar="N", help="at most so many events (default: all)")
    parser.add_argument("--machine", metavar="ARN", help="state machine to start (default: the one they were for)")
    add_aws_arguments(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> None:
    from darkroom.aws_session import AwsOptions  # noqa: PLC0415 - boto3 takes its time to import
    from darkroom.commands.replay_events import clients_of, discard, replay  # noqa: PLC0415

    client = clients_of(AwsOptions(options.profile, options.region, options.endpoint_url))
    limit, machine_arn = options.limit, options.machine
    if not options.discard:
        replay(options.queue, console, client, machine_arn=machine_arn, limit=limit, dry_run=options.dry_run)
    elif limit or machine_arn:
        raise UsageError("--discard deletes one message and starts nothing: leave --limit and --machine out")
    else:
        discard(options.queue, options.discard, console, client)


def _queue_url(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise argparse.ArgumentTypeError(f"{text!r} is not a queue's URL; copy it from `aws sqs list-queues`")
    return text
