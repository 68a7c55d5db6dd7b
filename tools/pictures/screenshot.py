"""The page of a photo on a pipeline of this machine, as Chromium shows it."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from darkroom.commands.keep_running import context_of
from darkroom.local.resources import allow_pages
from darkroom.page.server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from darkroom.pipeline import Pipeline

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = (1200, 750)
QUALITY = 80
BROKEN_BYTES = 20_000


def chromium() -> str | None:
    """Return the machine's Chromium, None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def write_screenshot(pipeline: Pipeline, photo: Path, picture: Path, executable: str) -> None:
    """Send a photo through, and the same cut short, and write the page of the photo as JPEG."""
    _send(pipeline, photo.name, photo.read_bytes())
    _send(pipeline, f"broken-{photo.name}", photo.read_bytes()[:BROKEN_BYTES])
    with _opened(pipeline, executable) as page:
        page.goto(f"{page.url.partition('#')[0]}#/photo?key={photo.name}")
        page.get_by_role("slider").wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate("Promise.all([...document.images].map((image) => image.decode().catch(() => null)))")
        page.screenshot(path=picture, type="jpeg", quality=QUALITY, animations="disabled")


def _send(pipeline: Pipeline, key: str, content: bytes) -> None:
    pipeline.upload(key, content, user_id="ada")
    pipeline.finish(pipeline.started_by(key), lambda _: None)


@contextmanager
def _opened(pipeline: Pipeline, executable: str) -> Iterator[Page]:
    with (
        serving(context_of(pipeline), 0, lambda _: None, pipeline.inbox) as guard,
        sync_playwright() as playwright,
        # As root it starts without its sandbox only; it is shown nothing but our own page.
        playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"]) as browser,
    ):
        allow_pages(pipeline.aws, pipeline.deployment.bucket, guard.origin)
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, reduced_motion="reduce")
        page.goto(guard.url)
        yield page
