"""Thousands of photos are scrolled through without a stall."""

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.page.conftest import Opener, PhotosThere
from verification.harness.harness import Harness

COUNT = 2000
# Of one tile: list item, link, picture, image, badge, name, words.
MAX_NODES_PER_PHOTO = 12
# How much longer the last pages may keep the browser busy than the first, for equally many photos.
MAX_RATIO = 4.0


@pytest.fixture
def many(pipeline: Harness, photos: PhotosThere) -> str:
    """Write the records of 2,000 photos, as if they had been uploaded in the days before; return their prefix."""
    client, table = pipeline.aws.client("dynamodb"), pipeline.deployment.table
    model = client.get_item(TableName=table, Key={"ImageId": {"S": photos.good[0]}})["Item"]
    items = [_copied(model, number) for number in range(COUNT)]
    for start in range(0, COUNT, 25):
        requests = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
        client.batch_write_item(RequestItems={table: requests})
    return "many/"


def _copied(model: dict[str, Any], number: int) -> dict[str, Any]:
    day = f"2026-01-{28 - number // 200:02}"
    at = f"{day}T{23 - number % 200 // 10:02}:{59 - number % 10:02}:00.000000Z"
    return {**model, "ImageId": {"S": f"many/{number:04}.jpg"}, "UploadedAt": {"S": at}, "UploadDay": {"S": day}}


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


def test_two_thousand_photos_stay_quick(open_page: Opener, many: str) -> None:
    opened = open_page()
    page = opened.page
    opened.go(f"/?prefix={many}")
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


def test_photos_are_found_by_key_and_user(open_page: Opener, photos: PhotosThere) -> None:
    page = open_page().page
    expect(page.get_by_role("link", name=photos.good[0])).to_be_visible()
    page.get_by_label("User").fill("ben")
    expect(page.get_by_role("link", name="torn.jpg")).to_be_visible()
    expect(page.get_by_role("link", name=photos.good[0])).to_have_count(0)
    page.get_by_label("User").fill("nobody")
    expect(page.get_by_text("No photo is like that")).to_be_visible()
