"""A Lambda of little concurrency: the embedded one queues what exceeds its processes, so the gateway refuses it."""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verification.faults.fault_types import LAMBDA_FULL
from verification.load.throttled_start import REQUESTS_PER_CONCURRENCY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXECUTION = re.compile(rb'"Id": ?"([^"]+)"')


@dataclass
class LimitedLambda:
    """Refuses an invocation while so many run, or where too many came within a second.

    `held` has the path and the seconds of each that ran; `between` the seconds from an end to the execution's next
    request.
    """

    concurrency: int
    refused: int = 0
    held: list[tuple[str, float]] = field(default_factory=list)
    between: list[float] = field(default_factory=list)
    _running: int = 0
    _second: int = 0
    _requests: int = 0
    _left: dict[bytes, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(
        self, service: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one invocation."""
        started, execution = time.monotonic(), _execution_of(environ)
        with self._lock:
            is_full = self._is_full(started)
            self.refused += is_full
            self._running += not is_full
            if execution in self._left:
                self.between.append(started - self._left.pop(execution))
        if is_full:
            return LAMBDA_FULL(service, environ, start_response)
        try:
            return list(service(environ, start_response))
        finally:
            with self._lock:
                self._running -= 1
                self._left[execution] = time.monotonic()
                self.held.append((environ["PATH_INFO"], self._left[execution] - started))

    def _is_full(self, now: float) -> bool:
        if int(now) != self._second:
            self._second, self._requests = int(now), 0
        self._requests += 1
        return self._running >= self.concurrency or self._requests > REQUESTS_PER_CONCURRENCY * self.concurrency


def _execution_of(environ: WSGIEnvironment) -> bytes:
    """Return the execution's ARN as the payload says it, and leave the payload to be read again."""
    payload = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(payload)
    return found[1] if (found := EXECUTION.search(payload)) else b""
