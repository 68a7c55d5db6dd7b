"""Thousands of photos are scrolled through without a stall."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import CDPSession, Page, Route, expect

from tests.page.conftest import Opener, PhotosThere

COUNT = 2000
# Of one tile: list item, link, picture, image, badge, name, words.
MAX_NODES_PER_PHOTO = 12
# How much longer the last pages may keep the browser busy than the first, for equally many photos.
MAX_RATIO = 4.0


def answer_with_many(page: Page) -> None:
    """Answer for the API, in its form: moto would read all of thousands of records for each page of them."""
    model = page.evaluate("() => fetch('/api/photos?limit=1').then((answer) => answer.json())")["photos"][0]

    def answer(route: Route) -> None:
        asked = parse_qs(urlsplit(route.request.url).query)
        start = int(asked.get("cursor", ["0"])[0])
        end = min(COUNT, start + int(asked["limit"][0]))
        photos = [_copied(model, number) for number in range(start, end)]
        cursor = str(end) if end < COUNT else None
        route.fulfill(json={"photos": photos, "cursor": cursor, "looked_back_to": "2026-01-01"})

    page.route("**/api/photos?*", answer)


def _copied(model: dict[str, Any], number: int) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(days=1 + number // 200, seconds=number % 200)
    return {**model, "key": f"many/{number:04}.jpg", "uploaded_at": at.isoformat()}


def busy_seconds(devtools: CDPSession) -> float:
    metrics = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


def scroll_until(page: Page, count: int) -> None:
    page.wait_for_function(
        """count => {
          scrollTo(0, document.body.scrollHeight);
          return document.querySelectorAll(".tile").length >= count;
        }""",
        arg=count,
        polling=50,
    )


def test_photos_are_found_by_key_and_user(open_page: Opener, photos: PhotosThere) -> None:
    page = open_page().page
    expect(page.get_by_role("link", name=photos.good[0])).to_be_visible()
    page.get_by_label("User").fill("ben")
    expect(page.get_by_role("link", name="torn.jpg")).to_be_visible()
    expect(page.get_by_role("link", name=photos.good[0])).to_have_count(0)
    page.get_by_label("User").fill("nobody")
    expect(page.get_by_text("No photo is like that")).to_be_visible()


def test_two_thousand_photos_stay_quick(open_page: Opener, photos: PhotosThere) -> None:
    opened = open_page()
    page = opened.page
    answer_with_many(page)
    opened.go("/?prefix=many/")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    scroll_until(page, 240)
    begun = busy_seconds(devtools)
    scroll_until(page, 720)
    first = busy_seconds(devtools) - begun
    scroll_until(page, COUNT - 480)
    begun = busy_seconds(devtools)
    scroll_until(page, COUNT)
    last = busy_seconds(devtools) - begun
    print(f"480 photos keep the browser busy for {first:.2f} s at first, {last:.2f} s at last")
    assert last < MAX_RATIO * first
    assert page.evaluate("() => document.querySelectorAll('*').length") < MAX_NODES_PER_PHOTO * COUNT
    asked = [url for url in opened.requests if "/api/photos?" in url]
    assert len(asked) < COUNT / 60 + 10
    # It answers to what a person does, with all of them there.
    page.get_by_role("link", name="many/1999.jpg").click()
    expect(page.get_by_role("heading", name="1999.jpg")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="many/1999.jpg")).to_be_in_viewport()
    # Nobody has uploaded it.
    opened.forgive("/api/photo?", "Failed to load resource")
