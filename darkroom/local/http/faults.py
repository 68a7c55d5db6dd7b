"""Trouble on demand: calls that meet a fault for a while."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

from darkroom.local.http.refusals import Refusal

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


@dataclass(frozen=True)
class Where:
    """Which calls a fault meets; None fits any.

    `service` is the name in the signature (dynamodb, s3, sns, lambda, states, sqs, logs), `operation` such as
    UpdateItem, `caller` the name of a function, or `states`, `events`; `mark` is ASCII text that the path or the body
    holds. The first `spared` such calls are let through.
    """

    service: str
    operation: str | None = None
    caller: str | None = None
    mark: str | None = None
    spared: int = 0

    def fits(self, call: Call, body: Callable[[], bytes]) -> bool:
        """Whether this is such a call."""
        return (
            call.service == self.service
            and self.operation in (None, call.operation)
            and self.caller in (None, call.caller)
            and (self.mark is None or self.mark in call.path or self.mark.encode() in body())
        )


@dataclass
class Fault:
    """What happens to which calls; in force until lifted or used up. `count` says how many calls it has met."""

    where: Where
    times: int | None
    error_code: str
    effect: Effect
    count: int = 0
    lifted: threading.Event = field(default_factory=threading.Event, repr=False)
    _spared: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def lift(self) -> None:
        """End the trouble."""
        self.lifted.set()

    def claims(self, call: Call, body: Callable[[], bytes]) -> bool:
        """Whether this call meets the fault; counts it if so."""
        if self.lifted.is_set() or not self.where.fits(call, body):
            return False
        with self._lock:
            if self._spared < self.where.spared:
                self._spared += 1
                return False
            if self.count == self.times:
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
        """Refuse calls before they have any effect: `times` of them, or all until lifted.

        Args:
            service: as in Where, like `operation` and `caller`.
            operation: any if None.
            caller: any if None.
            times: how many calls; all until lifted if None.
            error_code: AWS's code for the error.
            status: HTTP status of the answer.

        Returns:
            The fault, which is also a context manager that lifts it.
        """
        where = Where(service, operation, caller)
        return self.add(Fault(where, times, error_code, Refusal(error_code, status)))

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force; the oldest that claims a call wins. See effects.py for what it can do."""
        self._faults.append(fault)
        return fault

    def lift_all(self) -> None:
        """End all trouble."""
        for fault in self._faults:
            fault.lift()
        self._faults.clear()

    def claim(self, call: Call, body: Callable[[], bytes]) -> Fault | None:
        """Return the fault that this call meets."""
        return next((fault for fault in tuple(self._faults) if fault.claims(call, body)), None)

    def forget_lifted(self) -> None:
        """Drop what is over; every call is held against every fault that is left."""
        self._faults = [fault for fault in self._faults if not fault.lifted.is_set()]
