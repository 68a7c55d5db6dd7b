"""Serves the page for an operator until Ctrl-C."""

from __future__ import annotations

import threading
import webbrowser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from darkroom.commands.access import explain
from darkroom.commands.pace import Pace
from darkroom.commands.rerun import DEFAULT_RATE
from darkroom.packaging.web_origins import cors_rule
from darkroom.page.server import serving
from functions.operate.api.api_context import ApiContext

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from darkroom.commands.access import Access

OTHER_PORT = (
    "Buckets take uploads from the page at its usual port, and at this one only if web_origins has it. Unless it has, "
    'add it to the settings and deploy: "web_origins": ["{origin}"]'
)
THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


def serve(access: Access, console: Console, options: argparse.Namespace) -> None:
    """Serve the page, open it in the browser, and wait to be interrupted. Raises AwsError and PortTakenError."""
    context = context_of(access)
    addresses = Addresses(console)
    with serving(context, options.port, addresses.announce) as guard:
        if guard.origin not in cors_rule()["AllowedOrigins"]:
            console.print(OTHER_PORT.format(origin=guard.origin), highlight=False, soft_wrap=True, markup=False)
        if not options.no_browser:
            webbrowser.open(guard.url)
        threading.Event().wait()


def context_of(access: Access) -> ApiContext:
    """Return what the API works with."""
    endpoint = access.client("s3").meta.endpoint_url
    return ApiContext(
        project=access.project,
        clients=access.client,
        explain=explain,
        pace=Pace(DEFAULT_RATE).wait,
        is_local=urlsplit(endpoint).hostname in THIS_MACHINE,
    )


class Addresses:
    """Prints each address that opens the page: the first, and one more whenever the last was used."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._is_first = True

    def announce(self, url: str) -> None:
        """Print an address."""
        words = "The page is at" if self._is_first else "It is open. In another browser, or once more:"
        self._is_first = False
        self._console.print(f"{words} {url}", highlight=False, soft_wrap=True, markup=False)
