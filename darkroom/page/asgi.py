"""As much of ASGI as the page's server needs: https://asgi.readthedocs.io/en/latest/specs/www.html"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
TEXT = "text/plain; charset=utf-8"


class BodyTooLargeError(Exception):
    """A request has more bytes than any request of the page."""


def header(scope: Scope, name: str) -> str:
    """Return a request's header, empty where it has none; several of one name are one, parted by commas."""
    return ",".join(headers(scope, name))


def headers(scope: Scope, name: str) -> list[str]:
    """Return the values of a request's headers of one name."""
    wanted = name.encode()
    return [value.decode("latin-1") for key, value in scope["headers"] if key == wanted]


async def read_body(receive: Receive, max_bytes: int) -> bytes:
    """Return a request's body. Raises BodyTooLargeError."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > max_bytes:
            raise BodyTooLargeError(f"the request has more than {max_bytes} bytes")
        if not message.get("more_body", False):
            return body


async def answer(
    send: Send,
    status: int,
    body: bytes | str,
    content_type: str = TEXT,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send a whole answer; the server leaves the body out where HEAD was asked for."""
    content = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": content_type, "Content-Length": str(len(content)), **(headers or {})}
    if status == 304:
        del named["Content-Length"]
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": content})
