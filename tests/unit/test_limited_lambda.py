"""A Lambda of little concurrency: what it refuses, and what lies between two tasks of an execution."""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from verification.load.limited_lambda import LimitedLambda

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def environ(execution: str) -> Any:
    payload = f'{{"execution": {{"Id": "{execution}"}}}}'.encode()
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/f/",
        "CONTENT_LENGTH": str(len(payload)),
        "wsgi.input": io.BytesIO(payload),
    }


def _start_response(*_: Any) -> Any:
    """Take status and headers, which nobody looks at here."""


def ask(limit: LimitedLambda, execution: str, inside: Any = lambda: None) -> bool:
    """Invoke a function that calls `inside`; tell whether it ran."""
    ran = []

    def service(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        ran.append(environ["wsgi.input"].read())
        inside()
        return [b"{}"]

    list(limit(service, environ(execution), _start_response))
    assert all(execution.encode() in payload for payload in ran)
    return bool(ran)


def test_what_exceeds_the_concurrency_is_refused() -> None:
    limit, inner = LimitedLambda(1), list[bool]()
    assert ask(limit, "a", lambda: inner.append(ask(limit, "b")))
    assert (inner, limit.refused) == ([False], 1)
    assert ask(limit, "b")


def test_too_many_requests_in_a_second_are_refused() -> None:
    limit = LimitedLambda(1)
    ran = [ask(limit, str(number)) for number in range(25)]
    # Ten in each second that they take.
    assert ran[0]
    assert not all(ran)


def test_what_lies_between_two_tasks_is_an_executions_own() -> None:
    limit = LimitedLambda(2)
    for execution in ("a", "b", "a"):
        ask(limit, execution)
    [between] = limit.between
    assert 0 <= between < 5
    assert len(limit.held) == 3
