"""What happens while a fault is in force, and how it is brought about."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from rich.console import Console

from darkroom.commands import replay
from darkroom.local.http.effects import refused, silent
from darkroom.packaging.repository import ROOMS
from verification.faults.play import Play

FIRST_WIDTH, SECOND_WIDTH = 64, 96
# Step Functions, which calls the functions; and whoever replays undelivered events.
STATES, OPERATOR = "states", "operator"


@dataclass(frozen=True)
class Scenario:
    """`prepare` runs before the fault is in force, `act` while it is; `rooms` make the calls that meet it.

    `is_quiet`: nothing is new, so nothing must be done; `reopens`: FailUnlessRedriven has a record to write.
    `closing_call` is the number of the invocation of FailUnlessRedriven, where the execution comes to it.
    """

    name: str
    prepare: Callable[[Play], None]
    act: Callable[[Play], None]
    rooms: tuple[str, ...] = (*ROOMS, STATES)
    is_quiet: bool = False
    reopens: bool = False
    closing_call: int | None = None


def _nothing(_play: Play) -> None:
    pass


def _upload(play: Play) -> None:
    play.upload(FIRST_WIDTH)
    play.start()


def _broken(play: Play) -> None:
    play.upload(0)
    play.start()
    play.finish()
    play.stage.witness.wait_for(play.backstop_is_through, "the backstop")


def _completed(play: Play) -> None:
    _upload(play)
    play.settle()


def _again(play: Play) -> None:
    play.upload(SECOND_WIDTH)
    play.start()


def _failed(play: Play) -> None:
    denied = refused(play.where("s3", "PutObject", "enhance"))
    with play.stage.aws.faults.add(denied):
        _upload(play)
        play.settle()


def _redrive(play: Play) -> None:
    play.redrive_count += 1
    play.stage.redrive(play.arn)


def _stop(play: Play) -> None:
    held = silent(play.where("s3", "PutObject", "enhance"))
    with play.stage.aws.faults.add(held):
        _upload(play)
        play.stage.witness.wait_for(lambda: held.count, "EnhanceImage to be at work")
        play.stage.aws.client("stepfunctions").stop_execution(executionArn=play.arn)
        play.finish()
    play.stage.witness.wait_for(play.backstop_is_through, "the backstop")


def _make_folder(play: Play) -> None:
    play.upload(0, "{mark}/")
    play.start()


def _return(play: Play) -> None:
    """Darkroom's own copy comes in as an upload, as it would where the rule of uploads is set up wrongly."""
    play.upload(FIRST_WIDTH, "enhanced/{mark}.jpg")
    play.start()


def _undelivered(play: Play) -> None:
    play.upload(FIRST_WIDTH)
    play.stage.bury(play.uploads[-1], play.mark)
    play.starts += 1


def _replay(play: Play) -> None:
    """Replay until all is through, as an operator does who sees an error, and once more."""
    queue, clients = play.stage.queue_url(play.mark), play.stage.clients(OPERATOR)
    for number in range(4):
        if number == 3 and play.fault:
            play.fault.lift()
        if not (number and play.stage.is_empty(play.mark)):
            with suppress(replay.ReplayError):
                replay.replay(queue, Console(file=io.StringIO()), clients)
    ended = play.stage.witness.wait_for(lambda: play.stage.witness.ends_by_key.get(play.key), "the replayed execution")
    play.arn = ended[0]["executionArn"]


SCENARIOS = (
    Scenario("a photo", _nothing, _upload),
    Scenario("a newer photo", _completed, _again),
    Scenario("no photo", _nothing, _broken, closing_call=3),
    Scenario("redriven", _failed, _redrive, reopens=True, closing_call=0),
    Scenario("started anew", _failed, Play.start),
    Scenario("stopped", _nothing, _stop, ("record", "notify")),
    Scenario("told twice", _completed, Play.start, ("validate", STATES), is_quiet=True),
    Scenario("a folder", _nothing, _make_folder, (STATES,), is_quiet=True),
    Scenario("its own copy", _nothing, _return, (STATES,), is_quiet=True),
    Scenario("replayed", _undelivered, _replay, (OPERATOR,)),
)
