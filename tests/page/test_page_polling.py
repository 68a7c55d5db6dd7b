"""The page asks again only while it is seen, and says when there is nobody to ask."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page.conftest import Opener, PhotosThere, served
from tests.page.opened_page import OpenedPage, opened
from verification.harness.harness import Harness

SET_HIDDEN = """isHidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def at_work(pipeline: Harness, photos: PhotosThere) -> Iterator[str]:
    """Write the record of a photo that is at work for ever, and yield its key."""
    client, table = pipeline.aws.client("dynamodb"), pipeline.deployment.table
    model = client.get_item(TableName=table, Key={"ImageId": {"S": photos.good[0]}})["Item"]
    key = {"ImageId": {"S": "slow.jpg"}}
    # Without its bucket, nobody looks for its picture.
    changes: dict[str, Any] = {**key, "Bucket": {"S": ""}, "Status": {"S": "PROCESSING"}}
    client.put_item(TableName=table, Item={**model, **changes, "Attention": {"S": "PROCESSING"}})
    yield "slow.jpg"
    client.delete_item(TableName=table, Key=key)


def passing(page: Page, seconds: int) -> None:
    """Let time pass in the page."""
    for _ in range(seconds):
        page.clock.run_for(1000)
        # What was asked for has to be answered before it is asked again.
        page.wait_for_load_state("networkidle")


def lookups(opened_page: OpenedPage) -> int:
    return sum("/api/" in url for url in opened_page.requests)


def test_polling_stops_while_the_page_is_hidden(open_page: Opener, at_work: str) -> None:
    found = open_page()
    page = found.page
    page.clock.install()
    page.reload()
    expect(page.get_by_role("link", name=at_work)).to_be_visible()
    passing(page, 5)
    seen = lookups(found)
    page.clock.run_for(5000)
    page.wait_for_timeout(50)
    page.evaluate(SET_HIDDEN, True)
    page.wait_for_load_state("networkidle")
    hidden = lookups(found)
    assert hidden >= seen
    page.clock.run_for(120_000)
    assert lookups(found) == hidden
    with page.expect_response(lambda response: "/api/photos" in response.url):
        page.evaluate(SET_HIDDEN, False)


def test_the_page_says_that_its_server_has_ended(browser: Browser, pipeline: Harness, photos: PhotosThere) -> None:
    with ExitStack() as stack:
        with served(pipeline) as guard:
            found = stack.enter_context(opened(browser, guard.url))
            expect(found.page.get_by_role("link", name=photos.good[0])).to_be_visible()
        found.page.evaluate("() => { location.hash = '#/failed' }")
        expect(found.page.get_by_text("The page's server has ended.").first).to_be_visible()
