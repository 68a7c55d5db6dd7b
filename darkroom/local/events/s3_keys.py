"""Seam: S3 keys may hold line breaks, but moto's server finds no route for such a path."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.moto_server.utilities import RegexConverter

from darkroom.local.seams import original, replaced


@contextmanager
def installed() -> Iterator[None]:
    """Let the dot in the routes' patterns match line breaks too."""
    make = original(RegexConverter, "__init__")

    def with_line_breaks(self: RegexConverter, url_map: Any, *items: Any) -> None:
        make(self, url_map, *items)
        self.regex = f"(?s:{self.regex})"

    with replaced(RegexConverter, "__init__", with_line_breaks):
        yield
