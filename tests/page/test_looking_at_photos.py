"""People look at photos: gallery, before and after, test strip."""

from playwright.sync_api import expect

from tests.page.conftest import Opener, PhotosThere


def test_from_the_gallery_to_before_and_after(open_page: Opener, photos: PhotosThere) -> None:
    opened = open_page()
    page = opened.page
    expect(page.get_by_role("heading", name="Photos")).to_be_visible()
    page.get_by_role("link", name=photos.good[0]).click()
    slider = page.get_by_role("slider")
    expect(slider).to_have_value("50")
    for which in ("enhanced", "the original"):
        picture = page.get_by_role("img", name=f"beach 0.jpg, {which}")
        page.wait_for_function("image => image.complete && image.naturalWidth === 1200", arg=picture.element_handle())
    page.screenshot(path="/tmp/wt/shot-photo.png")


def test_a_test_strip(open_page: Opener, photos: PhotosThere) -> None:
    opened = open_page()
    opened.go(f"/photo/strip?key={photos.good[1]}")
    opened.page.wait_for_function(
        "[...document.querySelectorAll('.strip img')].filter(i => i.naturalWidth).length >= 8"
    )
    opened.page.screenshot(path="/tmp/wt/shot-strip.png", full_page=True)
