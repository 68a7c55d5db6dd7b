"""Everybody can use the page: axe-core finds nothing in any view, light and dark, wide and narrow."""

from axe_playwright_python.base import AXE_FILE_PATH

from tests.page.conftest import Opener, PhotosThere

SIZES = ((1440, 900), (390, 844))
SCHEMES = ("light", "dark")
FITS = """() => document.documentElement.scrollWidth <= innerWidth
  && [...document.querySelectorAll(".table-scroll")].every((box) => box.scrollWidth <= box.clientWidth)"""
RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\\n${failureSummary}`)
  );
}"""


def test_no_view_has_a_barrier(open_page: Opener, photos: PhotosThere) -> None:
    # axe-core comes as a text, which the page's own policy would not run.
    opened = open_page(bypass_csp=True, reduced_motion="reduce")
    page = opened.page
    page.add_script_tag(path=AXE_FILE_PATH)
    barriers: dict[str, list[str]] = {}
    for view in (
        "/", "/upload", f"/photo?key={photos.good[2]}", f"/photo?key={photos.broken}",
        f"/photo/strip?key={photos.good[2]}", "/failed", "/messages", "/nowhere",
    ):  # fmt: skip
        opened.go(view)
        for scheme in SCHEMES:
            for width, height in SIZES:
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                page.set_viewport_size({"width": width, "height": height})
                assert page.evaluate(FITS), f"{view} at {width}"
                found = page.evaluate(RUN)
                barriers |= {f"{view} {scheme} {width}": found} if found else {}
    assert barriers == {}


def test_the_question_before_a_re_run_has_no_barrier(open_page: Opener, photos: PhotosThere) -> None:
    opened = open_page(bypass_csp=True, reduced_motion="reduce", color_scheme="dark")
    page = opened.page
    page.add_script_tag(path=AXE_FILE_PATH)
    opened.go(f"/photo?key={photos.good[2]}")
    page.get_by_role("button", name="Run again").click()
    page.get_by_role("dialog").get_by_text("It is not run").wait_for()
    assert page.evaluate(RUN) == []
