"""What the page's server does when it ends."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pytest

from darkroom.page import server
from darkroom.page.asgi import Receive, Scope, Send, answer
from darkroom.page.server import PageEndedError, serving
from functions.operate.api.api_context import ApiContext
from tests.page_client import opened


@dataclass(frozen=True)
class Context(ApiContext):
    """A deployment without AWS."""

    @property
    def bucket_origins(self) -> list[str]:
        return []


@dataclass
class Starting:
    """Routes that start executions at the context's pace for as long as that lets them."""

    pace: Callable[[], None] = lambda: None
    begun: threading.Event = field(default_factory=threading.Event)
    stopped_by: list[BaseException] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __call__(self, context: ApiContext, _own: Any) -> Any:
        self.pace = context.pace
        return self.answer

    async def answer(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        self.begun.set()
        try:
            while not self.over.is_set():
                self.pace()
        except PageEndedError as error:
            self.stopped_by.append(error)
        self.over.set()
        await answer(send, HTTPStatus.OK, "")


@pytest.fixture
def starting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Starting]:
    made = Starting()
    monkeypatch.setattr(server, "resolver", made)
    yield made
    made.over.set()


def test_the_end_of_the_page_ends_the_starting_of_executions(starting: Starting) -> None:
    slept = threading.Event()
    context: Any = Context(project=None, clients=None, explain=str, pace=lambda: slept.wait(0.01) and None)  # type: ignore[arg-type]
    with serving(context, 0, lambda _url: None) as guard:
        browser = opened(guard)
        asking = threading.Thread(target=_ask, args=[browser], daemon=True)
        asking.start()
        assert starting.begun.wait(5)
        starting.pace()
    assert starting.over.wait(1)
    assert "what was started goes on" in str(starting.stopped_by[0])


def _ask(browser: Any) -> None:
    try:
        browser.post("/api/reruns", {})
    except OSError:
        """The server has gone."""
