"""People see why photos failed, run them again, and read the messages about them."""

import pytest
from playwright.sync_api import Route, expect

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
    expect(group).to_have_count(0)
    assert [pipeline.record(key)["Status"] for key in denied[1:]] == ["COMPLETED"] * 2
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


def test_the_dialog_stays_until_it_has_said_why_nothing_started(open_page: Opener, photos: PhotosThere) -> None:
    opened = open_page()
    opened.go(f"/photo?key={photos.broken}")
    page = opened.page
    page.get_by_role("button", name="Run again").click()
    dialog = page.get_by_role("dialog")
    # Words are marked from inside the dialog to a place beside it.
    dialog.get_by_label("Reason").hover()
    page.mouse.down()
    page.mouse.move(5, 5)
    page.mouse.up()
    dialog.get_by_label("Run what is refused all the same").check()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/reruns", hold)
    with page.expect_request("**/api/reruns"):
        dialog.get_by_role("button", name="Run it again").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.mouse.click(5, 5)
    held[0].fulfill(status=502, json={"error": "ServiceRefusedError", "message": "AWS refused it for a while."})
    expect(dialog).to_contain_text("AWS refused it for a while.")
    page.mouse.click(5, 5)
    expect(dialog).to_have_count(0)
    opened.forgive("/api/reruns", "Failed to load resource")


def test_a_rerun_has_failed_again_only_once_its_record_has_changed(open_page: Opener, photos: PhotosThere) -> None:
    page = open_page().page
    lookups: list[dict[str, str | None]] = [
        {"status": "FAILED", "need": "failed", "changed_at": "2026-01-01T10:00:00Z", "message": "as before"},
        {"status": "PROCESSING", "need": None, "changed_at": "2026-01-01T10:00:09Z", "message": ""},
        {"status": "FAILED", "need": "failed", "changed_at": "2026-01-01T10:00:20Z", "message": "once more"},
    ]
    answers = iter([{"photos": [{"key": "a.jpg", **lookup}], "missing": []} for lookup in lookups])
    page.route("**/api/photos/lookup", lambda route: route.fulfill(json=next(answers)))
    states = page.evaluate(
        """async () => {
          const { FollowedReruns } = await import("/failed/followed_reruns.js");
          const reruns = new FollowedReruns();
          reruns.add([{ key: "a.jpg", started: true, message: "", changed_at: "2026-01-01T10:00:00.000000Z" }]);
          const states = [];
          for (let asked = 0; asked < 3; asked += 1) {
            await reruns.follow();
            states.push(reruns.photos.get("a.jpg").state);
          }
          return states;
        }"""
    )
    assert states == ["running", "running", "failed"]


def test_the_graph_shows_the_way_of_the_execution(open_page: Opener, photos: PhotosThere) -> None:
    opened = open_page()
    opened.go(f"/photo?key={photos.broken}")
    graph = opened.page.locator("img[src*='graph.svg']").first
    graph.scroll_into_view_if_needed()
    opened.page.wait_for_function("graph => graph.complete && graph.naturalWidth > 300", arg=graph.element_handle())


def test_messages_are_there_as_people_would_get_them(open_page: Opener, photos: PhotosThere) -> None:
    key = photos.good[0]
    opened = open_page()
    opened.go("/messages")
    message = opened.page.get_by_role("article").filter(has=opened.page.get_by_role("heading", name=key))
    expect(message.get_by_role("heading", name=f"Photo enhanced: {key}")).to_be_visible()
    expect(message).to_contain_text("E-mail to ada@example.com")
    expect(message).to_contain_text(f"Your photo {key} was enhanced.")
