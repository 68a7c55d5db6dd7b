"""What a fault can do to a call beyond refusing it: lose or enlarge the response, hang, kill the process that calls."""

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from darkroom.local.http.faults import Fault, Where
from darkroom.local.http.refusals import Refusal
from darkroom.local.sandboxes import Sandboxes, token_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


# As in an outage: Darkroom retries this code and botocore does not, so that only the state machine's waits count.
OUTAGE = Refusal("InternalError", 400)
UNREAD = Refusal("InternalError", 503)
# Step Functions takes 262,144 bytes.
OVERSIZED_CHARACTERS = 300_000


def refused(where: Where, times: int | None = None, answer: Refusal = OUTAGE) -> Fault:
    """Return a fault that answers in the place of the service."""
    return Fault(where, times, answer.error_code, answer)


def lost_response(where: Where, times: int | None = None, answer: Refusal = OUTAGE) -> Fault:
    """Return a fault that strikes after the call has had its effect: the caller gets an error."""
    return Fault(where, times, answer.error_code, LostResponse(answer))


def oversized_response(where: Where, times: int | None = None) -> Fault:
    """Return a fault of invocations: the function answers more than Step Functions takes."""
    return Fault(where, times, "DataLimitExceeded", OversizedResponse())


def hang(where: Where, times: int | None = None) -> Fault:
    """Return a fault that lets the caller wait until it is lifted."""
    lifted = threading.Event()
    return Fault(where, times, "Hang", Hang(lifted, UNREAD), lifted=lifted)


def kill(sandboxes: Sandboxes, where: Where, times: int | None = None, *, after_effect: bool) -> Fault:
    """Return a fault that kills the function's process before the call, or right after its effect."""
    return Fault(where, times, "Kill", Kill(sandboxes, UNREAD, after_effect))


@dataclass(frozen=True)
class LostResponse:
    """The service does what it is asked, but the caller gets an error."""

    answer: Refusal

    def __call__(
        self, service: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        carry_out(service, environ)
        return self.answer(service, environ, start_response)


@dataclass(frozen=True)
class OversizedResponse:
    """The function does what it is asked, and its result is larger than Step Functions takes."""

    def __call__(
        self, service: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one invocation."""
        carry_out(service, environ)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps("x" * OVERSIZED_CHARACTERS).encode()]


@dataclass(frozen=True)
class Hang:
    """The caller gets no response until `lifted`, and then an error; the service is not asked."""

    lifted: threading.Event
    answer: Refusal

    def __call__(
        self, service: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        self.lifted.wait()
        return self.answer(service, environ, start_response)


@dataclass(frozen=True)
class Kill:
    """The function's process is killed at the call, before or after the service has done what it is asked."""

    sandboxes: Sandboxes
    answer: Refusal
    after_effect: bool

    def __call__(
        self, service: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request, though its caller is dead."""
        if self.after_effect:
            carry_out(service, environ)
        self.sandboxes.kill(token_of(environ))
        return self.answer(service, environ, start_response)


def carry_out(service: "WSGIApplication", environ: "WSGIEnvironment") -> None:
    """Let the service do what it is asked, and drop its response."""

    def start_unread_response(
        _status: str, _headers: list[tuple[str, str]], _error: Any = None, /
    ) -> Callable[[bytes], object]:
        return lambda _body: None

    answer = service(environ, start_unread_response)
    for _ in answer:
        pass
    close = getattr(answer, "close", None)
    if close:
        close()
