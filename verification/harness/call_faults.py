"""Faults at the calls that a deployment's functions make, each until it is lifted or has struck so often."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from darkroom.local.http.effects import hang, lost_response, refused
from darkroom.local.http.faults import Where
from darkroom.local.http.refusals import Refusal

if TYPE_CHECKING:
    from darkroom.local.embedded_aws import EmbeddedAws
    from darkroom.local.http.faults import Fault

DENIED = Refusal("AccessDenied", 403)


@dataclass(frozen=True)
class CallFaults:
    """Puts a fault in force at a call of an operation by a project's function; a context manager lifts it.

    `mark` is text that such a call holds; None fits any.
    """

    aws: EmbeddedAws
    project: str
    mark: str | None = None

    def about(self, key: str) -> CallFaults:
        """Return the same for calls about a key of `Harness.new_key` alone.

        A backstop of an earlier photo may still be at work, and would use up a fault that strikes a few times.
        """
        # Up to the slash, which some protocols encode.
        return replace(self, mark=key.partition("/")[0])

    def fail(self, function: str, service: str, operation: str, times: int | None = None) -> Fault:
        """Let a call fail as in an outage.

        Darkroom retries this code and botocore does not: only the state machine's waits count, and those are scaled.
        """
        return self.aws.faults.add(refused(self._where(function, service, operation), times))

    def lose_response(self, function: str, service: str, operation: str) -> Fault:
        """Let a call have its effect and then look like an outage."""
        return self.aws.faults.add(lost_response(self._where(function, service, operation)))

    def hang(self, function: str, service: str, operation: str) -> Fault:
        """Let a function wait for the answer to a call."""
        return self.aws.faults.add(hang(self._where(function, service, operation)))

    def deny(self, function: str, service: str, operation: str) -> Fault:
        """Refuse a call, as where the permission for it is missing."""
        return self.aws.faults.add(refused(self._where(function, service, operation), answer=DENIED))

    def _where(self, function: str, service: str, operation: str) -> Where:
        return Where(service, operation, f"{self.project}-{function}", self.mark)
