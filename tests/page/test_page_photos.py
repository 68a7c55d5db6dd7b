"""People upload photos, look at them, compare them, and try other settings."""

import re
import time

from playwright.sync_api import FilePayload, Page, expect

from tests.page.conftest import Opener, PhotosThere
from tests.photos import jpeg
from verification.harness.uploads import NOT_A_PHOTO

# What the page promises is 20 s; the machine of a test run does other things too.
TEN_PHOTOS_MS = 60_000
# 300 ms where nothing else runs.
FIRST_PAINT_MS = 2_000
MAX_COMPRESSED_BYTES = 150_000


def is_shown(page: Page, name: str, width: int) -> None:
    """Wait until a picture is there with all its pixels."""
    picture = page.get_by_role("img", name=name, exact=True).element_handle()
    page.wait_for_function(
        "([picture, width]) => picture.complete && picture.naturalWidth === width", arg=[picture, width]
    )


def photo_files(count: int) -> list[FilePayload]:
    good = [
        FilePayload(name=f"drop {number}.jpg", mimeType="image/jpeg", buffer=jpeg(width=900, height=600, seed=number))
        for number in range(count - 1)
    ]
    return [*good, FilePayload(name="torn.jpg", mimeType="image/jpeg", buffer=NOT_A_PHOTO)]


def test_ten_photos_are_uploaded_and_the_broken_one_says_what_to_do(open_page: Opener) -> None:
    page = open_page().page
    page.get_by_role("link", name="Upload").first.click()
    page.get_by_label("Photos to upload").set_input_files(photo_files(10))
    started = time.monotonic()
    summary = page.get_by_role("heading", name="9 of 10 photos done, 1 needs your attention")
    expect(summary).to_be_visible(timeout=TEN_PHOTOS_MS)
    print(f"ten photos took {time.monotonic() - started:.1f} s")
    torn = page.get_by_role("listitem").filter(has_text="torn.jpg")
    expect(torn).to_contain_text("not like a photo")
    expect(torn).to_contain_text("Upload")
    page.get_by_role("link", name="Photos", exact=True).click()
    for number in range(9):
        expect(page.get_by_role("link", name=f"drop {number}.jpg")).to_be_visible()
    expect(page.get_by_role("link", name="torn.jpg").first).to_contain_text("not like a photo")
    page.get_by_role("link", name="drop 8.jpg").click()
    is_shown(page, "drop 8.jpg, enhanced", 900)
    is_shown(page, "drop 8.jpg, the original", 900)


def test_on_a_phone_what_is_uploaded_comes_into_sight(open_page: Opener) -> None:
    opened = open_page(viewport={"width": 390, "height": 760})
    opened.go("/upload")
    page = opened.page
    page.get_by_text("How to improve them").click()
    page.get_by_text("More", exact=True).click()
    page.evaluate("() => scrollTo(0, 0)")
    page.get_by_label("Photos to upload").set_input_files(photo_files(2))
    expect(page.get_by_role("heading", name="1 of 2 photos done, 1 needs your attention")).to_be_in_viewport()
    expect(page.get_by_role("listitem").filter(has_text="torn.jpg")).to_be_in_viewport()
    # Whoever comes back to the page begins at its top.
    opened.go("/")
    opened.go("/upload")
    expect(page.get_by_role("heading", name="Upload photos")).to_be_in_viewport()


def test_a_dropped_file_is_uploaded_with_the_settings_beside_it(open_page: Opener) -> None:
    opened = open_page()
    opened.go("/upload")
    page = opened.page
    page.get_by_role("radio", name="None").check()
    transfer = page.evaluate_handle(
        """content => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(content)], "dropped.jpg", { type: "image/jpeg" }));
          return transfer;
        }""",
        list(jpeg(width=120, height=80)),
    )
    page.dispatch_event(".drop", "drop", {"dataTransfer": transfer})
    expect(page.get_by_role("heading", name="The photo is done")).to_be_visible()
    opened.go("/photo?key=dropped.jpg")
    expect(page.get_by_text("Left as it is, as was asked for.", exact=True)).to_be_visible()


def test_what_can_be_read_of_a_drop_is_uploaded(open_page: Opener) -> None:
    opened = open_page()
    opened.go("/upload")
    page = opened.page
    # The title is that of a view which has waited for the deployment, too.
    page.reload()
    expect(page).to_have_title(re.compile("^Upload photos"))
    page.evaluate(
        """async (content) => {
          const { filesOfDrop } = await import("/upload/dropped_files.js");
          const { queue } = await import("/upload/upload_queue.js");
          const good = new File([new Uint8Array(content)], "readable.jpg", { type: "image/jpeg" });
          const entries = [
            { name: "gone.jpg", isFile: true, file: (settle, fail) => fail(new Error("it has been moved")) },
            { name: "readable.jpg", isFile: true, file: (settle) => settle(good) },
          ];
          const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
          queue.add(await filesOfDrop({ items }), { preset: null, strength: null, user_id: "", folder: "" });
        }""",
        list(jpeg(width=120, height=80)),
    )
    expect(page.get_by_role("article", name="gone.jpg")).to_contain_text("It cannot be read: it has been moved.")
    expect(page.get_by_role("article", name="readable.jpg")).to_contain_text("Done")
    # Beside the drop zone nothing takes a file, and the browser does not leave the page to show it.
    taken = page.evaluate(
        """() => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(["x"], "beside.jpg"));
          const drop = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer });
          return !document.body.dispatchEvent(drop);
        }"""
    )
    assert taken


def test_from_the_gallery_to_before_and_after_by_keyboard_alone(open_page: Opener, photos: PhotosThere) -> None:
    page = open_page().page
    link = page.get_by_role("link", name=photos.good[0])
    expect(link).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="beach 0.jpg")).to_be_focused()
    slider = page.get_by_role("slider")
    for _ in range(20):
        if slider.evaluate("slider => slider === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(slider).to_be_focused()
    page.keyboard.press("End")
    expect(slider).to_have_value("100")
    expect(slider).to_have_attribute("aria-valuetext", "100 percent original, 0 percent enhanced")
    is_shown(page, "beach 0.jpg, enhanced", 1200)
    is_shown(page, "beach 0.jpg, the original", 1200)
    page.get_by_role("radio", name="100 %").check(force=True)
    is_shown(page, "beach 0.jpg, before, at full size", 1200)


def test_a_choice_of_the_test_strip_runs_the_photo_again(open_page: Opener, photos: PhotosThere) -> None:
    opened = open_page(viewport={"width": 1440, "height": 3000})
    opened.go(f"/photo/strip?key={photos.good[1]}")
    page = opened.page
    choices = page.get_by_role("button", name="Use ")
    expect(choices).to_have_count(8)
    page.wait_for_function(
        "() => [...document.querySelectorAll('.strip img')].filter((image) => image.naturalWidth === 1000).length === 8"
    )
    expect(page.get_by_role("button", name="Use Auto at 100")).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Use Photo at 60").click()
    page.get_by_role("dialog").get_by_role("button", name="Run it again").click()
    expect(page.get_by_role("heading", name="beach 1.jpg")).to_be_visible()
    in_numbers = page.get_by_role("complementary").get_by_text("60 %")
    expect(in_numbers).to_have_count(1)
    # While it was at work there was no copy to show.
    opened.forgive("/api/photo/picture", "Failed to load resource")
    opened.go(f"/photo/strip?key={photos.good[1]}")
    expect(page.get_by_role("button", name="Use Photo at 60")).to_have_attribute("aria-current", "true")


def test_the_page_is_painted_soon_and_small(open_page: Opener) -> None:
    opened = open_page()
    page = opened.page
    expect(page.get_by_role("heading", name="Photos")).to_be_visible()
    painted = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
    loaded = page.evaluate(
        """() => performance.getEntriesByType("resource")
          .filter(({ name, initiatorType }) => !name.includes("/api/") && initiatorType !== "img")
          .map(({ encodedBodySize }) => encodedBodySize)"""
    )
    print(f"first paint after {painted:.0f} ms, {sum(loaded)} bytes in {len(loaded)} files")
    assert painted < FIRST_PAINT_MS
    assert sum(loaded) < MAX_COMPRESSED_BYTES
    assert len(loaded) > 10
