"""One Chromium, one embedded AWS and one server of the page for all tests of this folder."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

from darkroom.commands.access import explain
from darkroom.local.resources import allow_pages
from darkroom.page.guard import Guard
from darkroom.page.server import serving
from functions.operate.api.api_context import ApiContext
from functions.operate.project import find_project
from tests.page.opened_page import DEADLINE_MS, OpenedPage, opened
from tests.photos import jpeg
from tools.pictures.screenshot import BROWSERS, chromium
from verification.harness.deployed import deployed_harness
from verification.harness.event_recorder import EventRecorder
from verification.harness.harness import Harness
from verification.harness.uploads import NOT_A_PHOTO

PROJECT = "page"
# A name that leads to this machine, as that of a page which rebinds its name does.
REBOUND = "rebound.test"
Opener = Callable[..., OpenedPage]
expect.set_options(timeout=DEADLINE_MS)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return the machine's Chromium, while there are tests of this folder.

    Its driver keeps an event loop running in this thread, in which no test of asyncio could run.
    """
    executable = chromium()
    if executable is None:
        pytest.skip(f"there is no Chromium on PATH ({', '.join(BROWSERS)})")
    with sync_playwright() as playwright:
        try:
            # As root it starts without its sandbox only; it is shown nothing but our own pages.
            arguments = ["--no-sandbox", f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1"]
            started = playwright.chromium.launch(executable_path=executable, args=arguments)
        except Error as error:
            pytest.skip(f"{executable} does not start: {error.message.splitlines()[0]}")
        yield started
        started.close()


@pytest.fixture(scope="package")
def pipeline(embedded_aws: Any, host_zips: Any, event_recorder: EventRecorder) -> Harness:
    """Return the deployment that the page is about."""
    return deployed_harness(embedded_aws, host_zips, event_recorder, project=PROJECT)


@dataclass(frozen=True)
class PhotosThere:
    """The keys of some photos that have been through the pipeline."""

    good: tuple[str, ...]
    broken: str


@pytest.fixture(scope="package")
def photos(pipeline: Harness) -> PhotosThere:
    """Return photos that are done, and one that is none; two people get the messages about them."""
    for protocol, endpoint in (("email", "ada@example.com"), ("sms", "+15555550100")):
        topic_arn = pipeline.deployment.topic_arn
        pipeline.aws.client("sns").subscribe(TopicArn=topic_arn, Protocol=protocol, Endpoint=endpoint)
    for number in range(3):
        pipeline.upload(jpeg(width=1200, height=800, seed=number), f"trip/beach {number}.jpg", **{"user-id": "ada"})
    pipeline.upload(NOT_A_PHOTO, "trip/torn.jpg", **{"user-id": "ben"})
    found = PhotosThere(tuple(f"trip/beach {number}.jpg" for number in range(3)), "trip/torn.jpg")
    assert [pipeline.run_of(key).status for key in found.good] == ["SUCCEEDED"] * 3
    assert pipeline.run_of(found.broken).status == "FAILED"
    return found


@contextmanager
def served(pipeline: Harness) -> Iterator[Guard]:
    """Serve the page of the deployment until the end of the block."""
    aws = pipeline.aws
    context = ApiContext(
        find_project(aws.client, PROJECT), aws.client, explain, pace=lambda: None, is_local=True, has_messages=True
    )
    with serving(context, 0, lambda _url: None, aws.inbox) as guard:
        yield guard


@pytest.fixture(scope="package")
def site(pipeline: Harness, browser: Browser) -> Iterator[Guard]:
    """Return the page's server."""
    with served(pipeline) as guard:
        allow_pages(pipeline.aws, pipeline.deployment.bucket, guard.origin)
        yield guard


@pytest.fixture
def open_page(site: Guard, browser: Browser) -> Iterator[Opener]:
    """Return a function that opens the page; whatever is opened must have shown no fault in the end."""
    with ExitStack() as stack:
        all_opened: list[OpenedPage] = []

        def open_one(**options: Any) -> OpenedPage:
            all_opened.append(stack.enter_context(opened(browser, site.url, **options)))
            return all_opened[-1]

        yield open_one
        # As one text, for pytest would show the first of a list.
        assert "\n".join(fault for one in all_opened for fault in (*one.faults, *one.violations())) == ""
