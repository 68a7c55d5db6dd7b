"""Work that must wait until the request that caused it is answered.

moto announces an object before it has stored the object's metadata; a warm function would read it too early.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_waiting: ContextVar[list[Callable[[], None]] | None] = ContextVar("waiting", default=None)


def after_request(action: Callable[[], None]) -> None:
    """Run `action` when the current request is answered, or now where there is no request."""
    waiting = _waiting.get()
    if waiting is None:
        action()
    else:
        waiting.append(action)


@contextmanager
def request_scope() -> Iterator[None]:
    """Hold back what `after_request` is given until the block ends, even if it fails."""
    actions: list[Callable[[], None]] = []
    token = _waiting.set(actions)
    try:
        yield
    finally:
        _waiting.reset(token)
        for action in actions:
            action()
