"""A page opened in a browser, with all that goes wrong in it noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Response

# Far longer than anything takes on a machine that does something else too.
DEADLINE_MS = 30_000
NOTE_VIOLATIONS = """
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


@dataclass
class OpenedPage:
    """A page, and what of it no person should ever see: errors, dialogs, refused or failed requests."""

    page: Page
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def go(self, place: str) -> None:
        """Go to a place of the page, such as `/upload`, and wait until it is there."""
        self.page.evaluate("place => { location.hash = place }", f"#{place}")
        # A function, because the page's policy forbids to evaluate texts.
        self.page.wait_for_function(
            "() => document.querySelector('main h1') && !document.querySelector('main .waiting')"
        )

    def forgive(self, *parts: str) -> None:
        """Drop the faults that hold one of these texts, where a test brings them about."""
        self.faults = [fault for fault in self.faults if not any(part in fault for part in parts)]

    def violations(self) -> list[str]:
        """Return what the Content-Security-Policy has refused."""
        found: list[str] = self.page.evaluate("window.violations")
        return found

    def note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"{message.type}: {message.text} {message.location.get('url', '')}")

    def note_dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def note_answer(self, response: Response) -> None:
        self.requests.append(response.url)
        if response.status >= 400:
            self.faults.append(f"{response.status} {response.url}")


@contextmanager
def opened(browser: Browser, url: str, **options: Any) -> Iterator[OpenedPage]:
    """Open the page in a context of its own: cookies, cache and storage are new."""
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
    context.set_default_timeout(DEADLINE_MS)
    page = context.new_page()
    found = OpenedPage(page)
    page.on("console", found.note)
    page.on("pageerror", lambda error: found.faults.append(f"pageerror: {error}"))
    page.on("dialog", found.note_dialog)
    page.on("response", found.note_answer)
    page.add_init_script(NOTE_VIOLATIONS)
    page.goto(url)
    try:
        yield found
    finally:
        context.close()
