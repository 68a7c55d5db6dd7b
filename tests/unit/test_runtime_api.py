"""The Runtime API of the embedded AWS, as a process meets it that is ended in the middle of a request."""

import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from darkroom.local.lambda_.runtime_api import RuntimeApi
from tests.waiting import ANSWER_LIMIT_SECONDS

RESULT = b"POST /2018-06-01/runtime/invocation/1/response HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    api = RuntimeApi()
    yield api
    api.close()


def begin(api: RuntimeApi, request: bytes) -> socket.socket:
    host, port = api.address.split(":")
    connection = socket.create_connection((host, int(port)))
    connection.sendall(request)
    return connection


def end(connection: socket.socket, *, abruptly: bool) -> None:
    if abruptly:  # the system then resets the connection, as for a process that was killed
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize("abruptly", [True, False])
@pytest.mark.parametrize("request_so_far", [b"", RESULT, RESULT + b"3\r\nab"])
def test_a_process_that_ends_in_a_request_prints_nothing(
    api: RuntimeApi,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    request_so_far: bytes,
    abruptly: bool,
) -> None:
    is_over = threading.Event()
    finish = api._server.shutdown_request

    def finished(request: Any) -> None:
        finish(request)
        is_over.set()

    monkeypatch.setattr(api._server, "shutdown_request", finished)
    end(begin(api, request_so_far), abruptly=abruptly)
    assert is_over.wait(ANSWER_LIMIT_SECONDS)
    assert capfd.readouterr().err == ""
