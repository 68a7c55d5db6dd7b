"""One case at work: uploads of a key on the stage, and the execution that is to serve the newest of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from darkroom.local.http.faults import Fault, Where
from darkroom.packaging.repository import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verification.harness.environment import Environment, Upload


@dataclass
class FaultRun:
    """One case at work. `starts` counts the executions that are due, `backstop_redrives` those of its backstops."""

    environment: Environment
    mark: str
    uploads: list[Upload] = field(default_factory=list)
    arn: str = ""
    redrive_count: int = 0
    starts: int = 0
    backstop_redrives: int = 0
    earlier_messages: int = 0
    earlier_record: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault | None = None

    @property
    def key(self) -> str:
        """The key of all its uploads."""
        return self.uploads[-1].key if self.uploads else f"{self.mark}.jpg"

    def upload(self, width: int, key: str = "{mark}.jpg") -> None:
        """Put a photo, or what is none."""
        self.uploads.append(self.environment.upload(key.format(mark=self.mark), width))

    def start(self) -> None:
        """Start an execution for the newest upload; its name bears the mark, as its backstop's calls then do."""
        self.arn = self.environment.start(self.uploads[-1], f"{self.mark}-{self.starts}")
        self.redrive_count = 0
        self.starts += 1

    def finish(self) -> dict[str, Any]:
        """Return how the execution ended."""
        return self.environment.end(self.arn, self.redrive_count)

    def settle(self) -> None:
        """Wait for the execution's end, and for its backstop's where it has one; what was told so far is the past."""
        if self.finish()["status"] != "SUCCEEDED":
            self.backstop_redrives += self.environment.settle_backstop(self.arn, self.redrive_count)
        self.earlier_messages = len(self.environment.recorder.messages[self.key])

    def where(self, service: str, operation: str, function: str) -> Where:
        """Return this case's calls of an operation by a room's function, or by whoever else is named."""
        caller = f"{self.environment.deployment.project}-{function}" if function in FUNCTIONS else function
        return Where(service, operation, caller, self.mark)

    def backstop_is_through(self) -> bool:
        """Tell whether the backstop has ended, or has met the fault as often as it should, or three times."""
        if self.fault and self.fault.count >= (self.fault.times or 3):
            return True
        recorder = self.environment.recorder
        return any((arn, 0) in recorder.ends for arn in recorder.backstops.get((self.arn, self.redrive_count), []))
