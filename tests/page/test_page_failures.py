"""People see why photos failed, run them again, and read the messages about them."""

import pytest
from playwright.sync_api import expect

from tests.page.conftest import Opener, PhotosThere
from tests.photos import jpeg
from verification.harness.harness import Harness


@pytest.fixture
def denied(pipeline: Harness) -> tuple[str, ...]:
    """Return photos that have failed while a permission was missing; it is there again."""
    keys = tuple(f"denied/{number}.jpg" for number in range(3))
    with pipeline.faults.deny("enhance", "s3", "GetObject"):
        for key in keys:
            pipeline.upload(jpeg(), key)
        assert [pipeline.run_of(key).status for key in keys] == ["FAILED"] * 3
    return keys


def test_failed_photos_are_run_again_one_and_then_the_rest(
    open_page: Opener, pipeline: Harness, photos: PhotosThere, denied: tuple[str, ...]
) -> None:
    opened = open_page()
    page = opened.page
    opened.go(f"/photo?key={denied[0]}")
    expect(page.get_by_text("This photo could not be improved")).to_be_visible()
    expect(page.get_by_text("What to do:")).to_be_visible()
    page.get_by_role("button", name="Run again").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("It goes on where it failed")
    dialog.get_by_role("button", name="Run it again").click()
    expect(page.get_by_role("img", name="0.jpg, enhanced")).to_be_visible()
    expect(page.get_by_text("This photo could not be improved")).to_have_count(0)
    assert pipeline.record(denied[0])["Status"] == "COMPLETED"
    opened.go("/failed")
    group = page.get_by_role("region").filter(has_text="ServiceRefusedError")
    expect(group).to_contain_text("2")
    group.get_by_role("button").filter(has_text="gain").last.click()
    expect(dialog).to_contain_text("2 photos would run again")
    dialog.get_by_role("button", name="Run 2 again").click()
    for key in denied[1:]:
        pipeline.recorder.wait_for(lambda key=key: pipeline.record(key)["Status"] == "COMPLETED", f"{key} to be done")
    expect(group).to_have_count(0)
    # The photo that is none is left, and a re-run of it is refused in words.
    expect(page.get_by_text(photos.broken.rpartition("/")[2]).first).to_be_visible()


def test_a_hopeless_photo_is_refused_until_it_is_forced(open_page: Opener, photos: PhotosThere) -> None:
    opened = open_page()
    opened.go(f"/photo?key={photos.broken}")
    page = opened.page
    expect(page.get_by_text("Running it again as it is would fail again.")).to_be_visible()
    page.get_by_role("button", name="Run again").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("It is not run")
    expect(dialog.get_by_role("button", name="Run it again")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Run again")).to_be_focused()


def test_the_graph_shows_the_way_of_the_execution(open_page: Opener, photos: PhotosThere) -> None:
    opened = open_page()
    opened.go(f"/photo?key={photos.broken}")
    graph = opened.page.locator("img[src*='graph.svg']").first
    graph.scroll_into_view_if_needed()
    opened.page.wait_for_function("graph => graph.complete && graph.naturalWidth > 300", arg=graph.element_handle())


def test_messages_are_there_as_people_would_get_them(open_page: Opener, pipeline: Harness, photos: PhotosThere) -> None:
    topic = pipeline.deployment.topic_arn
    pipeline.aws.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="ada@example.com")
    pipeline.upload(jpeg(), "told/sea.jpg")
    assert pipeline.run_of("told/sea.jpg").status == "SUCCEEDED"
    opened = open_page()
    opened.go("/messages")
    message = opened.page.get_by_role("article").filter(has_text="told/sea.jpg")
    expect(message.get_by_role("heading", name="Photo enhanced: told/sea.jpg")).to_be_visible()
    expect(message).to_contain_text("E-mail to ada@example.com")
    expect(message).to_contain_text("Your photo told/sea.jpg was enhanced.")
