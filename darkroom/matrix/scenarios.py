"""What happens while a fault is in force, and how it is brought about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from darkroom.local.effects import refused, silent
from darkroom.local.faults import Fault, Where
from darkroom.repository import ROOMS

if TYPE_CHECKING:
    from darkroom.matrix.stage import Stage, Upload

FIRST_WIDTH, SECOND_WIDTH = 64, 96
# Step Functions, which calls the functions.
STATES = "states"


@dataclass
class Play:
    """One case at work: the newest upload of its key and the execution that is to serve it."""

    stage: Stage
    mark: str
    uploads: list[Upload] = field(default_factory=list)
    arn: str = ""
    redrive_count: int = 0
    earlier_messages: int = 0
    fault: Fault | None = None

    @property
    def key(self) -> str:
        """The key of all its uploads."""
        return f"{self.mark}.jpg"

    def upload(self, width: int) -> None:
        """Put a photo, or what is none."""
        self.uploads.append(self.stage.upload(self.key, width))

    def start(self) -> None:
        """Start an execution for the newest upload; its name bears the mark, as its backstop's calls then do."""
        self.arn = self.stage.start(self.uploads[-1], f"{self.mark}-{len(self.uploads)}-{self.redrive_count}")

    def finish(self) -> dict[str, Any]:
        """Return how the execution ended."""
        return self.stage.end(self.arn, self.redrive_count)

    def settle(self) -> None:
        """Wait for the execution's end, and for its backstop's where it has one; what was told so far is the past."""
        if self.finish()["status"] != "SUCCEEDED":
            self.stage.settle_backstop(self.arn, self.redrive_count)
        self.earlier_messages = len(self.stage.witness.messages[self.key])

    def where(self, service: str, operation: str, room: str) -> Where:
        """Return this case's calls of an operation by a room's function."""
        caller = room if room == STATES else f"{self.stage.deployment.project}-{room}"
        return Where(service, operation, caller, self.mark)

    def backstop_is_through(self) -> bool:
        """Tell whether the backstop has ended, or has met the fault as often as it should, or three times."""
        if self.fault and self.fault.count >= (self.fault.times or 3):
            return True
        witness = self.stage.witness
        return any((arn, 0) in witness.ends for arn in witness.backstops.get((self.arn, self.redrive_count), []))


@dataclass(frozen=True)
class Scenario:
    """`prepare` runs before the fault is in force, `act` while it is; `rooms` make the calls that meet it."""

    name: str
    prepare: Callable[[Play], None]
    act: Callable[[Play], None]
    rooms: tuple[str, ...] = (*ROOMS, STATES)


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


def _take_over(play: Play) -> None:
    play.redrive_count = 0
    play.arn = play.stage.start(play.uploads[-1], f"{play.mark}-heir")


def _stop(play: Play) -> None:
    held = silent(play.where("s3", "PutObject", "enhance"))
    with play.stage.aws.faults.add(held):
        _upload(play)
        play.stage.witness.wait_for(lambda: held.count, "EnhanceImage to be at work")
        play.stage.aws.client("stepfunctions").stop_execution(executionArn=play.arn)
        play.finish()
    play.stage.witness.wait_for(play.backstop_is_through, "the backstop")


SCENARIOS = (
    Scenario("a photo", _nothing, _upload),
    Scenario("a newer photo", _completed, _again),
    Scenario("no photo", _nothing, _broken),
    Scenario("redriven", _failed, _redrive),
    Scenario("started anew", _failed, _take_over),
    Scenario("stopped", _nothing, _stop, ("record", "notify")),
)
