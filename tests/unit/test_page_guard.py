"""Who may use the page: one browser by a printed address, no other site, and what every answer carries."""

import asyncio
import gzip
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from darkroom.commands.page import DEFAULT_PORT
from darkroom.packaging.web_origins import cors_rule
from darkroom.page.api import Api
from darkroom.page.asgi import Message, Receive, Scope, Send, answer
from darkroom.page.files import Files, StaticFile, static_files
from darkroom.page.guard import Guard
from darkroom.page.server import Site

PORT = 4567
OWN = f"127.0.0.1:{PORT}"
BUCKET = "https://photos.s3.eu-central-1.amazonaws.com"
JSON = {"content-type": "application/json"}
SECURITY = {
    "content-security-policy": (
        f"default-src 'self'; img-src 'self' blob: {BUCKET}; connect-src 'self' {BUCKET}; object-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
FILES = {
    "/": StaticFile(b"<!doctype html>" * 20, "text/html; charset=utf-8"),
    "/a.png": StaticFile(b"png", "image/png"),
}


async def routes(scope: Scope, _receive: Receive, send: Send) -> None:
    """Stand for the API: say what was asked, or fail as a defect would."""
    if scope["path"] == "/api/defect":
        raise ZeroDivisionError("secret of a traceback")
    await answer(send, 200, f"{scope['method']} {scope['path']}")


@dataclass
class Browser:
    """A browser at the page, its cookie included once it has opened the page."""

    guard: Guard
    cookie: str = ""
    addresses: list[str] = field(default_factory=list)

    def ask(
        self, path: str, method: str = "GET", *, host: str = OWN, body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of an answer; names of headers are given with underscores."""
        named = {
            "host": host,
            "cookie": self.cookie,
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        parts = urlsplit(path)
        scope: Scope = {
            "type": "http",
            "method": method,
            "path": parts.path,
            "query_string": parts.query.encode(),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in named.items() if value],
        }
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        asyncio.run(self.guard(scope, receive, send))
        start, content = sent
        return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, content["body"]

    def post(self, path: str = "/api/reruns", **headers: str) -> int:
        """Return the status of a request that changes something, as the page itself sends it but for some headers."""
        own = {"origin": self.guard.origin, "content_type": "application/json", "sec_fetch_site": "same-origin"}
        return self.ask(path, "POST", **{**own, **headers})[0]  # type: ignore[arg-type]

    def open(self) -> tuple[int, dict[str, str], bytes]:
        """Open the address that is printed at the moment, and keep its cookie."""
        found = self.ask(self.guard.url.removeprefix(self.guard.origin))
        if "set-cookie" in found[1]:
            self.cookie = found[1]["set-cookie"].partition(";")[0]
        return found


@pytest.fixture
def stranger() -> Browser:
    """Return a browser that knows no address of the page."""
    api: Any = Api(routes)  # type: ignore[arg-type] # which stands for Powertools' resolver
    browser = Browser(Guard(Site(api, Files(FILES)), PORT, [BUCKET]))
    browser.guard.on_opened = lambda: browser.addresses.append(browser.guard.url)
    return browser


@pytest.fixture
def browser(stranger: Browser) -> Browser:
    """Return a browser that has opened the page."""
    assert stranger.open()[0] == 303
    return stranger


def test_the_printed_address_gives_one_browser_the_cookie_and_leaves_the_address_bar(stranger: Browser) -> None:
    status, headers, _ = stranger.open()
    assert (status, headers["location"]) == (303, "/")
    name, _, rest = headers["set-cookie"].partition("=")
    value, *flags = rest.split("; ")
    assert (name, flags) == ("darkroom_page_4567", ["HttpOnly", "SameSite=Strict", "Path=/"])
    assert len(value) >= 43
    assert value not in stranger.guard.url
    assert stranger.ask("/")[0] == 200


def test_an_address_opens_the_page_once_and_another_is_printed(stranger: Browser) -> None:
    used = stranger.guard.url.removeprefix(stranger.guard.origin)
    assert stranger.ask(used)[0] == 303
    status, headers, body = stranger.ask(used)
    assert (status, "set-cookie" in headers) == (403, False)
    assert b"the terminal printed last" in body
    assert stranger.addresses == [stranger.guard.url]
    assert stranger.guard.url.removeprefix(stranger.guard.origin) != used
    assert stranger.open()[0] == 303


def test_a_browser_that_has_the_cookie_may_open_a_used_address(browser: Browser) -> None:
    status, headers, _ = browser.ask("/?token=used")
    assert (status, headers["location"], "set-cookie" in headers) == (303, "/", False)


@pytest.mark.parametrize(
    "path", ["/", "/a.png", "/api/photos", "/api/defect", "/?token=", "/?token=%F0%9F", "/nothing"]
)
def test_nothing_is_there_for_who_does_not_know_the_address(stranger: Browser, path: str) -> None:
    stranger.cookie = "darkroom_page_4567=guessed; other=1"
    assert stranger.ask(path)[0] == 403


@pytest.mark.parametrize(
    "cookie", ["darkroom_page_4567=", "darkroom_page_4568={value}", "\xe4\xf6=\xfc; ;=", "x" * 9000]
)
def test_a_cookie_of_another_name_or_value_is_none(browser: Browser, cookie: str) -> None:
    value = browser.cookie.partition("=")[2]
    browser.cookie = cookie.format(value=value)
    assert browser.ask("/api/photos")[0] == 403


@pytest.mark.parametrize(
    "other",
    ["filters=a,b", "flag", 'x={"a":1}', "path=/", "secure", "a b=c", 'q="', "=", "", "\xe4=\xfc", "n=\\073",
     "darkroom_page_4567=another"],
)  # fmt: skip
def test_a_cookie_of_another_port_keeps_nobody_out(browser: Browser, other: str) -> None:
    own = browser.cookie
    for sent in (f"{other}; {own}", f"{own}; {other}", f"{other};{own};{other}", f"{own} ; {other}"):
        browser.cookie = sent
        assert browser.ask("/api/photos")[0] == 200, sent


@pytest.mark.parametrize(
    "host",
    ["evil.example:4567", "evil.example", "127.0.0.1", "127.0.0.1:4568", "127.0.0.1:4567.evil.example", "localhost",
     "localhost:4568", "localhost:4567.evil.example",
     "[::1]:4567", "0.0.0.0:4567", "127.1:4567", "2130706433:4567", ""],
)  # fmt: skip
def test_a_name_that_another_site_points_here_is_refused(browser: Browser, host: str) -> None:
    """DNS rebinding: the browser holds that site for ours, so only the name that it asks for tells."""
    for path in ("/", "/api/photos", "/?token=any", browser.guard.url.removeprefix(browser.guard.origin)):
        status, headers, _ = browser.ask(path, host=host)
        assert status == 421
        assert "set-cookie" not in headers


def test_localhost_leads_to_the_one_origin_that_the_bucket_allows(browser: Browser) -> None:
    status, headers, _ = browser.ask("/", host="localhost:4567")
    assert (status, headers["location"]) == (303, "http://127.0.0.1:4567/")
    status, headers, _ = browser.ask("/?token=abc", host="localhost:4567")
    assert (status, headers["location"]) == (303, "http://127.0.0.1:4567/?token=abc")
    assert browser.ask("/api/photos", host="localhost:4567")[0] == 421
    assert browser.ask("/api/reruns", "POST", host="localhost:4567")[0] == 421


def test_the_page_itself_may_change_something(browser: Browser) -> None:
    assert browser.post() == 200
    assert browser.post(content_type="Application/JSON; charset=utf-8") == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1:4568", "http://localhost:4567",
                                    "https://127.0.0.1:4567", "http://127.0.0.1:4567.evil.example"])  # fmt: skip
def test_no_other_origin_may_change_anything(browser: Browser, origin: str) -> None:
    assert browser.post(origin=origin) == 403


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                                          "text/plain; application/json"])  # fmt: skip
def test_what_a_form_can_send_changes_nothing(browser: Browser, content_type: str) -> None:
    assert browser.post(content_type=content_type) == 415


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_fetch_by_another_site_reads_nothing(browser: Browser, site: str) -> None:
    assert browser.ask("/api/photos", sec_fetch_site=site)[0] == 403
    assert browser.post(sec_fetch_site=site) == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_the_page_and_the_address_bar_read(browser: Browser, site: str) -> None:
    assert browser.ask("/api/photos", sec_fetch_site=site)[0] == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_no_other_method_is_there(browser: Browser, method: str) -> None:
    assert browser.ask("/api/photos", method, origin=browser.guard.origin, content_type="application/json")[0] == 405
    assert browser.ask("/", method)[0] == 405


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/a.png", 200), ("/nothing", 404), ("/api/photos", 200), ("/api/defect", 500), ("/?token=x", 303)],
)
def test_every_answer_carries_the_security_headers(browser: Browser, path: str, status: int) -> None:
    found, headers, _ = browser.ask(path)
    assert found == status
    assert {name: headers.get(name) for name in SECURITY} == SECURITY
    assert headers["cache-control"] == ("no-cache" if path in FILES else "no-store")


def test_refusals_carry_the_security_headers_too_and_the_api_says_them_as_json(stranger: Browser) -> None:
    for host, path in ((OWN, "/"), (OWN, "/api/photos"), ("evil.example", "/"), ("evil.example", "/api/photos")):
        _, headers, body = stranger.ask(path, host=host)
        assert {name: headers.get(name) for name in SECURITY} == SECURITY
        assert headers["content-type"].startswith("application/json" if path.startswith("/api") else "text/plain")
        assert b"<" not in body


def test_a_defect_is_said_without_its_traceback(browser: Browser) -> None:
    _, headers, body = browser.ask("/api/defect")
    assert headers["content-type"] == "application/json"
    assert b"Traceback" not in body
    assert b"secret" not in body


def test_a_body_that_is_too_large_is_refused(browser: Browser) -> None:
    own = {"origin": browser.guard.origin, "content_type": "application/json"}
    assert browser.ask("/api/reruns", "POST", body=b" " * 1_000_001, **own)[0] == 413


@pytest.mark.parametrize(
    "path",
    ["/../guard.py", "/..%2fguard.py", "/static/../guard.py", "//etc/passwd", "/etc/passwd",
     "/index.html/../../guard.py","/%2e%2e/guard.py", "/__init__.py", "/.", "/a.png/", "/A.PNG"],
)  # fmt: skip
def test_no_path_leads_out_of_the_list_of_files(browser: Browser, path: str) -> None:
    browser.guard.app = Site(browser.guard.app, Files({**FILES, **static_files()}))
    assert browser.ask(path)[0] == 404


def test_a_file_is_sent_compressed_where_that_helps_and_not_again_where_it_is_known(browser: Browser) -> None:
    _, plain, body = browser.ask("/")
    assert "content-encoding" not in plain
    _, small, compressed = browser.ask("/", accept_encoding="br, gzip")
    assert small["content-encoding"] == "gzip"
    assert gzip.decompress(compressed) == body
    assert len(compressed) < len(body)
    assert browser.ask("/a.png", accept_encoding="gzip")[1].get("content-encoding") is None
    status, headers, body = browser.ask("/", if_none_match=plain["etag"])
    assert (status, body, headers["etag"]) == (304, b"", plain["etag"])
    assert browser.ask("/", if_none_match='"other"')[0] == 200


def test_the_package_holds_the_page() -> None:
    start = static_files()["/"]
    assert start == static_files()["/index.html"]
    assert start.content_type == "text/html; charset=utf-8"


def test_the_buckets_allow_the_page_at_its_usual_port() -> None:
    assert cors_rule()["AllowedOrigins"] == [f"http://127.0.0.1:{DEFAULT_PORT}"]
    assert cors_rule(["https://a.example", f"http://127.0.0.1:{DEFAULT_PORT}"])["AllowedOrigins"] == [
        f"http://127.0.0.1:{DEFAULT_PORT}",
        "https://a.example",
    ]
