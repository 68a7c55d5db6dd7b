"""`darkroom replay`: the events in a dead-letter queue start their executions after all, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.table import Table

from darkroom import aws_session
from darkroom.aws_session import AwsError, AwsOptions, explained
from darkroom.commands.fitting import FittingTable
from darkroom.commands.undelivered import Queue, Undelivered, Unreadable
from darkroom.terminal_text import shown

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient
    from rich.console import Console

# Starts are throttled when many events are replayed. The queue is asked first, and soon says where nothing answers.
ATTEMPTS = {"stepfunctions": 9, "sqs": 3}


class ReplayError(AwsError):
    """An event could not be replayed; it is still in the queue, and the message says why."""


def clients_of(options: AwsOptions) -> Callable[[str], Any]:
    """Return what makes the client of a service for the operator who calls; it raises AwsError."""
    return lambda service: aws_session.client(service, attempts=ATTEMPTS[service], options=options)


def replay(  # noqa: PLR0913 - one keyword per option of the command
    queue_url: str,
    console: Console,
    client: Callable[[str], Any],
    *,
    machine_arn: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
) -> None:
    """Start an execution for each event in the queue, at most `limit`, and take it out; in a dry run only list them.

    Raises ReplayError where AWS refuses, or a message is no event: that one stays in the queue. Raises AwsError where
    AWS cannot be asked at all.
    """
    with explained(ReplayError), Queue(client("sqs"), queue_url, machine_arn) as queue:
        messages = list(queue.receive(limit))
        events = [message for message in messages if isinstance(message, Undelivered)]
        unreadable = [message for message in messages if isinstance(message, Unreadable)]
        _print_messages(console, events, unreadable)
        if events:
            counts = {"would be replayed": len(events)}
            if not dry_run:
                with _rest_stays():
                    counts = _start_all(queue, events, client("stepfunctions"))
            console.print(", ".join(f"{count} {what}" for what, count in counts.items()), highlight=False)
    if unreadable:
        raise ReplayError(_stay(len(unreadable)))


def discard(queue_url: str, message_id: str, console: Console, client: Callable[[str], Any]) -> None:
    """Delete the message of this id, if it is no event. Raises ReplayError where it is one, or is not there."""
    with explained(ReplayError), Queue(client("sqs"), queue_url, needs_machine=False) as queue:
        found = {message.message_id: message for message in queue.receive()}
        message = found.get(message_id)
        if message is None:
            raise ReplayError(
                f"message {message_id} is not in the queue, or in use by another replay: list with --dry-run"
            )
        if isinstance(message, Undelivered):
            raise ReplayError(
                f"message {message_id} is the event of {message.subject}: replay it, with --machine if need be"
            )
        queue.delete(message)
    console.print(f"Deleted message {message_id}.", highlight=False)


@contextmanager
def _rest_stays() -> Iterator[None]:
    try:
        with explained():
            yield
    except AwsError as error:
        raise ReplayError(f"{error}. What was not replayed is still in the queue.") from error


def _start_all(queue: Queue, events: Sequence[Undelivered], client: SFNClient) -> dict[str, int]:
    counts = {"replayed": 0, "had been replayed before": 0}
    for event in events:
        counts["replayed" if start_event(client, event) else "had been replayed before"] += 1
        # Only now: an event is in the queue or has its execution, at every moment.
        queue.delete(event)
    return counts


def start_event(client: SFNClient, event: Undelivered) -> bool:
    """Start the event's execution; return False where it was started by an earlier replay."""
    try:
        client.start_execution(stateMachineArn=event.machine_arn, name=event.name, input=event.body)
    except client.exceptions.ExecutionAlreadyExists:
        return False
    return True


def _print_messages(console: Console, events: Sequence[Undelivered], unreadable: Sequence[Unreadable]) -> None:
    if not events and not unreadable:
        console.print("The queue is empty.")
    if events:
        console.print(_table(events), highlight=False)
    for message in unreadable:
        line = f"Message {message.message_id} cannot be replayed: {message.why}."
        console.print(shown(line), style="red", highlight=False, soft_wrap=True)


def _table(events: Sequence[Undelivered]) -> FittingTable:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for title in ("event of", "for"):
        table.add_column(title, no_wrap=True)
    table.add_column("was not delivered because")
    for event in events:
        table.add_row(shown(event.subject), shown(event.machine_arn.rpartition(":")[2]), shown(event.why))
    return FittingTable(table)


def _stay(count: int) -> str:
    which = "1 message is no event" if count == 1 else f"{count} messages are no events"
    return f"{which} of EventBridge and not replayed, see above; `--discard ID` deletes such a message"
