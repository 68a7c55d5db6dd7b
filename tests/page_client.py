"""The page as a browser uses it: over HTTP, with the cookie that its address gives out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from darkroom.page.guard import Guard


@dataclass(frozen=True)
class Answer:
    """What came back; names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class PageClient:
    """A browser that has opened the page."""

    origin: str
    cookie: str

    def get(self, path: str, **asked: Any) -> Answer:
        query = f"?{urlencode(asked)}" if asked else ""
        return self.request("GET", f"{path}{query}")

    def post(self, path: str, document: Any) -> Answer:
        headers = {"Origin": self.origin, "Content-Type": "application/json"}
        return self.request("POST", path, json.dumps(document).encode(), headers)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        connection = HTTPConnection(urlsplit(self.origin).netloc, timeout=60)
        try:
            connection.request(method, path, body, {"Cookie": self.cookie, **(headers or {})})
            found = connection.getresponse()
            named = {name.lower(): value for name, value in found.getheaders()}
            return Answer(found.status, named, found.read())
        finally:
            connection.close()


def opened(guard: Guard) -> PageClient:
    """Open the page by its address; return the browser that has its cookie."""
    address = urlsplit(guard.url)
    opening = PageClient(guard.origin, "").request("GET", f"{address.path}?{address.query}")
    assert (opening.status, opening.headers["location"]) == (303, "/")
    return PageClient(guard.origin, opening.headers["set-cookie"].partition(";")[0])
