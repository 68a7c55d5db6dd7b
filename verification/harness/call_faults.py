"""Faults at the calls that a deployment's functions make, each until it is lifted or has struck so often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from darkroom.local.http.effects import hang, lost_response
from darkroom.local.http.faults import Where

if TYPE_CHECKING:
    from darkroom.local.embedded_aws import EmbeddedAws
    from darkroom.local.http.faults import Fault


@dataclass(frozen=True)
class CallFaults:
    """Puts a fault in force at a call of an operation by a project's function; a context manager lifts it."""

    aws: EmbeddedAws
    project: str

    def fail(self, function: str, service: str, operation: str, times: int | None = None) -> Fault:
        """Let a call fail as in an outage.

        Darkroom retries this code and botocore does not: only the state machine's waits count, and those are scaled.
        """
        return self.aws.faults.refuse(
            service, operation, caller=self._caller(function), times=times, error_code="InternalError", status=400
        )

    def lose_response(self, function: str, service: str, operation: str) -> Fault:
        """Let a call have its effect and then look like an outage."""
        return self.aws.faults.add(lost_response(Where(service, operation, self._caller(function))))

    def hang(self, function: str, service: str, operation: str) -> Fault:
        """Let a function wait for the answer to a call."""
        return self.aws.faults.add(hang(Where(service, operation, self._caller(function))))

    def deny(self, function: str, service: str, operation: str) -> Fault:
        """Refuse a call, as where the permission for it is missing."""
        return self.aws.faults.refuse(
            service, operation, caller=self._caller(function), error_code="AccessDenied", status=403
        )

    def _caller(self, function: str) -> str:
        return f"{self.project}-{function}"
