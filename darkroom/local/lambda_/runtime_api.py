"""The Lambda Runtime API, as the client `awslambdaric` inside each function process expects it.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import http.server
import queue
import re
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

INIT_ERROR = "/2018-06-01/runtime/init/error"
RESULT = re.compile(r"/2018-06-01/runtime/invocation/(?P<request_id>[^/]+)/(?P<kind>response|error)")


class CutShortError(Exception):
    """A request ends before its end."""


@dataclass
class Invocation:
    """One event for a function, and its result once `done` is set."""

    request_id: str
    event: bytes
    headers: dict[str, str]
    done: threading.Event = field(default_factory=threading.Event)
    payload: bytes = b""
    failed: bool = False

    def finish(self, payload: bytes, *, failed: bool) -> None:
        """Keep the first result; a process that answers after its timeout is too late."""
        if not self.done.is_set():
            self.payload, self.failed = payload, failed
            self.done.set()


class RuntimeApi:
    """The Runtime API for one function process, on a port of its own.

    `ready` is set as soon as the process asks for its first event, `init_error` if it never gets that far.
    """

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.init_error: bytes | None = None
        self._waiting: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._current: Invocation | None = None
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._closed = False
        self._serving = threading.Thread(target=self._serve, daemon=True)
        self._serving.start()

    @property
    def address(self) -> str:
        """Host and port, for AWS_LAMBDA_RUNTIME_API."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def submit(self, invocation: Invocation) -> None:
        """Hand an event to the process; at most one at a time."""
        self._waiting.put(invocation)

    def close(self) -> None:
        """Free the port and every thread that waits for an event."""
        self._waiting.put(None)
        self._closed = True
        with suppress(OSError):  # one more connection wakes the thread that waits for one
            socket.create_connection(("127.0.0.1", self._server.server_port)).close()
            self._serving.join()
        self._server.server_close()

    def take(self) -> Invocation | None:
        """Wait for the next event; None when the API closes."""
        self.ready.set()
        self._current = self._waiting.get()
        return self._current

    def accept(self, path: str, payload: bytes) -> None:
        """Take what the process posts: a result, an error, or the reason why it cannot start."""
        result = RESULT.fullmatch(path)
        if result and self._current and self._current.request_id == result["request_id"]:
            self._current.finish(payload, failed=result["kind"] == "error")
        elif path == INIT_ERROR:
            self.init_error = payload

    def _serve(self) -> None:
        # Not serve_forever(): it looks many times a second whether to stop, once for each of dozens of idle processes.
        while not self._closed:
            self._server.handle_request()

    def _handler(self) -> Callable[..., "_Handler"]:
        return lambda *args: _Handler(self, *args)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of what breaks off when a process is ended in the middle of a request."""
        if not isinstance(sys.exception(), (ConnectionError, CutShortError)):
            super().handle_error(request, client_address)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two small writes: with the algorithm the second waits 40 ms for an acknowledgement.
    disable_nagle_algorithm = True

    def __init__(self, api: RuntimeApi, *args: object) -> None:
        self.api = api
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer `next` when there is an event."""
        invocation = self.api.take()
        if invocation is None:
            self.close_connection = True
            return
        self._answer(200, invocation.event, invocation.headers)

    def do_POST(self) -> None:
        """Accept a result or an error."""
        self.api.accept(self.path, self._body())
        self._answer(202, b"{}", {})

    def _body(self) -> bytes:
        # awslambdaric sends results in chunks, errors with a length.
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := self._chunk_size():
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(chunks)

    def _chunk_size(self) -> int:
        line = self.rfile.readline()
        if not line:
            raise CutShortError
        return int(line.split(b";")[0], 16)

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the function's own log is what counts."""
