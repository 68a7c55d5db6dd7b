"""Trouble on demand: calls that the embedded AWS refuses for a while."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

from darkroom.local.refusals import Refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass(frozen=True)
class Call:
    """One API call; `refused` holds the error code if a fault answered it."""

    caller: str
    service: str
    operation: str
    path: str
    refused: str | None = None


# What a fault does in the place of the service: it may call the service before, after or not at all.
Effect = Callable[["WSGIApplication", "WSGIEnvironment", "StartResponse"], Iterable[bytes]]


@dataclass
class Fault:
    """Which calls meet trouble, and which; in force until lifted or used up. `count` says how many it has met."""

    service: str
    operation: str | None
    caller: str | None
    times: int | None
    error_code: str
    effect: Effect
    count: int = 0
    lifted: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def lift(self) -> None:
        """End the trouble."""
        self.lifted = True

    def claims(self, call: Call) -> bool:
        """Whether this call meets the fault; counts it if so."""
        fits = (
            call.service == self.service
            and self.operation in (None, call.operation)
            and self.caller in (None, call.caller)
        )
        with self._lock:
            if not fits or self.lifted or self.count == self.times:
                return False
            self.count += 1
            return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.lift()


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def refuse(  # noqa: PLR0913 - one keyword per thing that a test may want to narrow down
        self,
        service: str,
        operation: str | None = None,
        *,
        caller: str | None = None,
        times: int | None = None,
        error_code: str = "ThrottlingException",
        status: int = 400,
    ) -> Fault:
        """Refuse calls before they have any effect.

        Args:
            service: name in the signature: dynamodb, s3, sns, lambda, states, sqs, logs.
            operation: such as UpdateItem; any if None.
            caller: name of a function, or `states`, `events`; any if None.
            times: how many calls; all until lifted if None.
            error_code: AWS's code for the error.
            status: HTTP status of the answer.

        Returns:
            The fault, which is also a context manager that lifts it.
        """
        return self.add(Fault(service, operation, caller, times, error_code, Refusal(error_code, status)))

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force; the oldest that claims a call wins."""
        self._faults.append(fault)
        return fault

    def lift_all(self) -> None:
        """End all trouble."""
        for fault in self._faults:
            fault.lift()
        self._faults.clear()

    def claim(self, call: Call) -> Fault | None:
        """Return the fault that this call meets."""
        return next((fault for fault in tuple(self._faults) if fault.claims(call)), None)
