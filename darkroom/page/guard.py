"""Who may use the page: the browser that opened the address which the terminal printed, and no other site in it.

A page on 127.0.0.1 can be reached by every site that a browser shows. So every request has to name the page's own host
(no DNS rebinding), carry the cookie that only the printed address gives out, and not come from another site; what
changes something has to come from the page's own origin, as JSON, which no other site can send without being asked.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hmac import compare_digest
from urllib.parse import parse_qs

from darkroom.page.asgi import App, Message, Receive, Scope, Send, answer, header, headers

API = "/api/"
READING = frozenset({"GET", "HEAD"})
# What browsers say of a request by the page itself, and by a person at the address bar.
OWN_SITES = frozenset({"", "same-origin", "none"})
REOPEN = "Open the address that the terminal printed last, or run `darkroom page` again."


@dataclass
class Guard:
    """Lets requests through to the app, or refuses them; adds the security headers to every answer.

    `bucket_origins` are where the browser may load pictures from and send uploads to. `on_opened` is called when the
    address of `url()` was used and is replaced by another.
    """

    app: App
    port: int
    bucket_origins: Sequence[str] = ()
    on_opened: Callable[[], None] = lambda: None
    _token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _session: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def origin(self) -> str:
        """The page's one origin."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The address that opens the page, once."""
        return f"{self.origin}/?token={self._token}"

    @property
    def cookie(self) -> str:
        """The cookie's name: browsers share the cookies of all ports of a host."""
        return f"darkroom_page_{self.port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        secured = self._secured(send)
        host = header(scope, "host")
        if host == f"localhost:{self.port}" and scope["method"] in READING and not scope["path"].startswith(API):
            await self._redirect(secured, f"{self.origin}/?{scope['query_string'].decode('latin-1')}".rstrip("?"))
        elif host != f"127.0.0.1:{self.port}":
            await self._refuse(scope, secured, 421, f"This is not {host}, but {self.origin}.")
        elif scope["path"] == "/" and scope["method"] == "GET" and b"token=" in scope["query_string"]:
            await self._open(scope, secured)
        elif not self._is_known(scope):
            await self._refuse(scope, secured, 403, REOPEN)
        elif refusal := self._refusal(scope):
            await self._refuse(scope, secured, *refusal)
        else:
            await self.app(scope, receive, secured)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return the status and the words for a request of a known browser that is refused, else None."""
        if scope["path"].startswith(API) and header(scope, "sec-fetch-site") not in OWN_SITES:
            return 403, "Another site asks: only the page itself may."
        if scope["method"] in READING:
            return None
        if scope["method"] != "POST":
            return 405, f"There is no {scope['method']} here."
        if header(scope, "origin") != self.origin:
            return 403, f"Only the page itself, at {self.origin}, may change something."
        if header(scope, "content-type").partition(";")[0].strip().lower() != "application/json":
            return 415, "What is sent has to be JSON: Content-Type: application/json."
        return None

    async def _open(self, scope: Scope, send: Send) -> None:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[-1]
        if _is_same(given, self._token):
            self._token = secrets.token_urlsafe(32)
            cookie = f"{self.cookie}={self._session}; HttpOnly; SameSite=Strict; Path=/"
            await self._redirect(send, "/", cookie)
            self.on_opened()
        elif self._is_known(scope):
            await self._redirect(send, "/")
        else:
            await self._refuse(scope, send, 403, f"This address was used already, or is another one's. {REOPEN}")

    def _is_known(self, scope: Scope) -> bool:
        return any(_is_same(value, self._session) for value in self._cookie_values(scope))

    def _cookie_values(self, scope: Scope) -> Iterator[str]:
        """Yield the values of the page's cookie; what else the browser sends, of other ports, may have any form."""
        for cookie in ";".join(headers(scope, "cookie")).split(";"):
            name, _, value = cookie.strip().partition("=")
            if name == self.cookie:
                yield value

    async def _redirect(self, send: Send, target: str, cookie: str = "") -> None:
        await answer(send, 303, "", headers={"Location": target, **({"Set-Cookie": cookie} if cookie else {})})

    async def _refuse(self, scope: Scope, send: Send, status: int, words: str) -> None:
        if scope["path"].startswith(API):
            body = json.dumps({"error": "RefusedRequestError", "message": words})
            await answer(send, status, body, "application/json")
        else:
            await answer(send, status, f"{words}\n")

    def _secured(self, send: Send) -> Send:
        """Return a `send` that adds to every answer what keeps it safe in a browser."""

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name for name, _ in message["headers"]}
                added = [(name, value) for name, value in self._headers.items() if name not in named]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        return send_secured

    @property
    def _headers(self) -> dict[bytes, bytes]:
        buckets = " ".join(("", *self.bucket_origins))
        policy = (
            f"default-src 'self'; img-src 'self' blob:{buckets}; connect-src 'self'{buckets}; object-src 'none'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        return {
            b"content-security-policy": policy.encode("latin-1"),
            b"x-content-type-options": b"nosniff",
            b"referrer-policy": b"no-referrer",
            b"cross-origin-opener-policy": b"same-origin",
            b"cross-origin-resource-policy": b"same-origin",
            b"cache-control": b"no-store",
        }


def _is_same(given: str, secret: str) -> bool:
    """Compare in constant time."""
    return compare_digest(given.encode(), secret.encode())
