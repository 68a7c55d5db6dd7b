"""Other sites in the same browser get nothing from the page, change nothing, and cannot pose as it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page

from darkroom.page.asgi import Message, Receive, Scope, Send, header
from darkroom.page.guard import Guard
from tests.page.conftest import REBOUND, PhotosThere
from tests.page.opened_page import OpenedPage, opened

OTHERS = frozenset({"same-site", "cross-site"})
Answered = list[tuple[str, int]]


class Hostile(BaseHTTPRequestHandler):
    """Serves an empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def hostile_port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(params=["127.0.0.1", "localhost"])
def hostile_url(request: pytest.FixtureRequest, hostile_port: int) -> str:
    """Return another site's address.

    Another port is another origin, but to browsers the same site: they send it the page's cookie.
    """
    return f"http://{request.param}:{hostile_port}/"


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Answered:
    """Return a list that gains the method and path, and the status, of each request that another site made.

    What the other site sees does not tell: a browser hides from it what the server gave out as well as a refusal.
    """
    found: Answered = []
    answer = Guard.__call__

    async def noted(guard: Guard, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_noted(message: Message) -> None:
            if message["type"] == "http.response.start" and header(scope, "sec-fetch-site") in OTHERS:
                found.append((f"{scope['method']} {scope['path']}", message["status"]))
            await send(message)

        await answer(guard, scope, receive, send_noted)

    monkeypatch.setattr(Guard, "__call__", noted)
    return found


@contextmanager
def beside_the_page(browser: Browser, site: Guard, url: str) -> Iterator[tuple[OpenedPage, Page]]:
    """Open the page, and another site in a second tab of the same browser."""
    with opened(browser, site.url) as ours:
        theirs = ours.page.context.new_page()
        theirs.goto(url)
        yield ours, theirs


def test_another_site_reads_nothing(
    browser: Browser, site: Guard, photos: PhotosThere, answered: Answered, hostile_url: str
) -> None:
    with beside_the_page(browser, site, hostile_url) as (ours, theirs):
        for credentials in ("include", "omit"):
            for mode in ("cors", "no-cors"):
                assert theirs.evaluate(READ, [f"{site.origin}/api/photos", credentials, mode]) == ""
        assert answered == [("GET /api/photos", 403)] * 4
        for kind, path in (
            ("img", f"/api/photos/preview?key={photos.good[0]}"),
            ("img", "/icon.svg"),
            ("script", "/app.js"),
        ):
            assert theirs.evaluate(LOAD, [f"{site.origin}{path}", kind]) == "refused"
            # As it is not for the page itself.
            assert ours.page.evaluate(LOAD, [f"{site.origin}{path}", kind]) == "loaded"
        assert ("GET /api/photos/preview", 403) in answered
        assert "photos" in ours.page.evaluate(READ, [f"{site.origin}/api/photos", "include", "cors"])


READ = """([url, credentials, mode]) =>
  fetch(url, { credentials, mode }).then((answer) => answer.text(), () => "")"""
LOAD = """([url, kind]) => new Promise((settle) => {
  const element = document.createElement(kind);
  element.onload = () => settle("loaded");
  element.onerror = () => settle("refused");
  element.src = url;
  document.body.append(element);
})"""


def test_another_site_changes_nothing(browser: Browser, site: Guard, answered: Answered, hostile_url: str) -> None:
    with beside_the_page(browser, site, hostile_url) as (_, theirs):
        # As a form that happens to be JSON: {"keys": ["=", ...
        with theirs.expect_navigation() as navigation:
            theirs.evaluate(
                """url => {
                  const form = document.createElement("form");
                  Object.assign(form, { method: "POST", action: url, enctype: "text/plain" });
                  const field = document.createElement("input");
                  Object.assign(field, { name: '{"keys": ["', value: '"], "force": true}' });
                  form.append(field);
                  document.body.append(form);
                  form.submit();
                }""",
                f"{site.origin}/api/reruns",
            )
        answer = navigation.value
        assert answer is not None
        assert answer.status == 403
        theirs.goto(hostile_url)
        sent = theirs.evaluate(
            """url => fetch(url, {
              method: "POST", credentials: "include", headers: { "Content-Type": "application/json" },
              body: '{"all_failed": true, "force": true}',
            }).then(() => "sent", () => "refused")""",
            f"{site.origin}/api/reruns",
        )
        assert sent == "refused"
        # The form, and what the browser asks before it sends JSON for another site.
        assert answered == [("POST /api/reruns", 403), ("OPTIONS /api/reruns", 403)]


def test_another_site_cannot_frame_it_or_reach_its_window(browser: Browser, site: Guard, hostile_port: int) -> None:
    with beside_the_page(browser, site, f"http://127.0.0.1:{hostile_port}/") as (_, theirs):
        theirs.evaluate(
            """url => {
              const frame = document.createElement("iframe");
              frame.src = url;
              document.body.append(frame);
              return new Promise((settle) => { frame.onload = settle; });
            }""",
            f"{site.origin}/",
        )
        assert "Darkroom" not in "".join(frame.content() for frame in theirs.frames[1:])
        with theirs.expect_popup() as popup:
            theirs.evaluate("url => { window.popup = window.open(url) }", f"{site.origin}/")
        popup.value.wait_for_load_state()
        assert popup.value.evaluate("() => window.opener") is None


def test_a_name_that_was_rebound_is_refused(browser: Browser, site: Guard) -> None:
    with opened(browser, site.url) as ours:
        theirs = ours.page.context.new_page()
        for path in ("/", "/api/photos", f"/{site.url.partition('/?')[2]}"):
            answer = theirs.goto(f"http://{REBOUND}:{site.port}{path}")
            assert answer is not None
            assert answer.status == 421


def test_its_address_opens_it_once(browser: Browser, site: Guard) -> None:
    url = site.url
    with opened(browser, url) as ours:
        assert ours.page.url == f"{site.origin}/"
        assert "token" not in ours.page.content()
        assert ours.page.evaluate("() => document.cookie") == ""
    with opened(browser, url) as again:
        assert "Open the address that the terminal printed" in again.page.content()


def test_the_policy_holds_where_a_text_would_become_markup(browser: Browser, site: Guard, hostile_port: int) -> None:
    with opened(browser, site.url) as ours:
        elsewhere = f"http://localhost:{hostile_port}"
        for markup in (
            "<script>window.ran = true</script>",
            '<img src="data:," onerror="window.ran = true">',
            '<a href="javascript:window.ran = true">click</a>',
            f'<img src="{elsewhere}/spy.png">',
            f'<link rel="stylesheet" href="{elsewhere}/spy.css">',
            f'<form action="{elsewhere}/"><button>Send</button></form>',
            f'<iframe src="{elsewhere}/"></iframe>',
            '<base href="http://localhost/">',
            '<p style="color: red">styled</p>',
        ):
            before = len(ours.violations())
            ours.page.evaluate(
                """markup => {
                  const place = document.createElement("div");
                  document.body.append(place);
                  place.append(document.createRange().createContextualFragment(markup));
                  place.querySelector("a, button")?.click();
                }""",
                markup,
            )
            ours.page.wait_for_function("count => window.violations.length > count", arg=before, timeout=4000)
        assert ours.page.evaluate("() => window.ran") is None
        asked = ours.page.evaluate("url => fetch(url).then(() => 'sent', () => 'refused')", f"{elsewhere}/")
        assert asked == "refused"
