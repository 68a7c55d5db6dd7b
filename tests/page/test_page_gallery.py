"""Thousands of photos are scrolled through without a stall."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import CDPSession, Page, Route, expect

from tests.page.conftest import Opener, PhotosThere

COUNT = 2000
# Of one tile: list item, link, picture, image, badge, name, words.
MAX_NODES_PER_PHOTO = 12
# So many pages without a photo are read for one wish.
MAX_PAGES = 12
# How much longer the last pages may keep the browser busy than the first, for equally many photos.
MAX_RATIO = 4.0


def answer_with(page: Page, there: list[dict[str, Any] | None]) -> None:
    """Answer for the API, in its form, with what is there at each time; None is a record that the filters leave out.

    Moto would read all of thousands of records for each page of them.
    """

    def answer(route: Route) -> None:
        asked = parse_qs(urlsplit(route.request.url).query)
        start = int(asked.get("cursor", ["0"])[0])
        end = min(len(there), start + int(asked["limit"][0]))
        photos = [photo for photo in there[start:end] if photo]
        cursor = str(end) if end < len(there) else None
        route.fulfill(json={"photos": photos, "cursor": cursor, "looked_back_to": "2026-01-01"})

    page.route("**/api/photos?*", answer)


def many_photos(page: Page, count: int) -> list[dict[str, Any] | None]:
    """Return so many photos, the newest first, like one that the API has."""
    models = page.evaluate("() => fetch('/api/photos?limit=100').then((answer) => answer.json())")["photos"]
    model = next(photo for photo in models if photo["status"] == "COMPLETED")
    now = datetime.now(UTC)
    times = [now - timedelta(days=1 + number // 200, seconds=number % 200) for number in range(count)]
    return [{**model, "key": f"many/{number:04}.jpg", "uploaded_at": at.isoformat()} for number, at in enumerate(times)]


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
    answer_with(page, many_photos(page, COUNT))
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


def test_a_space_may_be_typed_into_the_search(open_page: Opener, photos: PhotosThere) -> None:
    page = open_page().page
    search = page.get_by_label("Name or folder begins with")
    search.press_sequentially("trip/beach ")
    page.wait_for_function("() => location.hash.endsWith('prefix=trip%2Fbeach')")
    search.press_sequentially("1")
    expect(search).to_have_value("trip/beach 1")
    expect(page.get_by_role("link", name="trip/beach 1.jpg")).to_be_visible()
    expect(page.get_by_role("link", name="trip/beach 0.jpg")).to_have_count(0)


def test_a_search_with_one_match_asks_before_it_reads_on(open_page: Opener, photos: PhotosThere) -> None:
    opened = open_page()
    page = opened.page
    answer_with(page, [*many_photos(page, 1), *[None] * 3000])
    opened.go("/?prefix=many/0000")
    # The first photo asks for more; twelve pages without any are enough.
    expect(page.get_by_text("Load more")).to_be_visible()
    page.evaluate("() => new Promise((settle) => requestAnimationFrame(() => requestAnimationFrame(settle)))")
    assert sum("&cursor=" in url or "?cursor=" in url for url in opened.requests) == MAX_PAGES


def test_a_returning_person_sees_every_photo_that_is_new(open_page: Opener, photos: PhotosThere) -> None:
    opened = open_page()
    page = opened.page
    there = many_photos(page, 330)
    shown = there[130:]
    answer_with(page, shown)
    opened.go("/?prefix=many/")
    expect(page.get_by_role("link", name="many/0130.jpg")).to_be_visible()
    opened.go("/upload")
    # One is forgotten, and 130 are new: more than a page holds.
    shown[:1] = there[:130]
    page.go_back()
    expect(page.get_by_role("link", name="many/0000.jpg")).to_be_visible()
    expect(page.get_by_role("link", name="many/0130.jpg")).to_have_count(0)
    names = page.locator(".tile .name").all_text_contents()
    wanted = [f"{number:04}.jpg" for number in range(330) if number != 130]
    assert names == wanted[: len(names)]
    assert len(names) > 130
