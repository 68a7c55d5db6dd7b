"""The page's server: uvicorn on this machine's own address, in a thread that ends with the command."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn

from darkroom.command_errors import CommandError
from darkroom.page import messages, test_strip
from darkroom.page.api import Api, resolver
from darkroom.page.asgi import App, Receive, Scope, Send
from darkroom.page.files import Files, static_files
from darkroom.page.guard import API, Guard
from functions.operate.api.api_context import ApiContext

HOST = "127.0.0.1"
END_SECONDS = 2


class PortTakenError(CommandError):
    """The page cannot listen where it should; the message names the port."""


class PageEndedError(CommandError):
    """The page was ended while it ran photos again; what it had started goes on."""


@dataclass(frozen=True)
class Site:
    """The page as one app: its API, and everything else is a file."""

    api: App
    files: App

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        part = self.api if scope["path"].startswith(API) else self.files
        await part(scope, receive, send)


@contextmanager
def serving(
    context: ApiContext, port: int, announce: Callable[[str], None], inbox: Path | None = None
) -> Iterator[Guard]:
    """Serve the page until the end of the block; `announce` gets each address that opens it. Raises PortTakenError.

    Port 0 takes a free one. `inbox` is the folder of the messages that a pipeline on this machine has sent.
    """
    with _listening(port) as listener:
        own = (test_strip.routes(), *([messages.routes(inbox)] if inbox else ()))
        ended = threading.Event()
        context = replace(context, pace=_until(ended, context.pace))
        api = Api(resolver(context, own))
        site = Site(api, Files(static_files()))
        guard = Guard(site, listener.getsockname()[1], context.bucket_origins)
        guard.on_opened = lambda: announce(guard.url)
        server = uvicorn.Server(_config(guard))
        thread = threading.Thread(target=server.run, args=([listener],), name="page", daemon=True)
        thread.start()
        announce(guard.url)
        try:
            yield guard
        finally:
            # The threads of the requests would otherwise go on starting executions, and keep the process alive.
            ended.set()
            server.should_exit = True
            thread.join(END_SECONDS)
            api.close()


def _until(ended: threading.Event, pace: Callable[[], None]) -> Callable[[], None]:
    """Return the pace, which raises PageEndedError once the page has ended."""

    def wait() -> None:
        pace()
        if ended.is_set():
            raise PageEndedError("the page was ended: what was started goes on, the other photos were not begun")

    return wait


def _config(app: App) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="error",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            # Two could bind to a port, but only one listen.
            listener.listen()
        except OSError as error:
            raise PortTakenError(f"port {port}: {error.strerror}; choose another with --port") from error
        yield listener
