"""The static files of the page: a fixed list from the package, so that no request's path ever names a file."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

from darkroom.page.asgi import Receive, Scope, Send, answer, header

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
}
COMPRESSIBLE = ("text/", "application/json", "image/svg+xml")
START = "index.html"


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent."""

    content: bytes
    content_type: str

    @cached_property
    def etag(self) -> str:
        """Names the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'

    @cached_property
    def compressed(self) -> bytes | None:
        """The content in fewer bytes, None where compression does not help."""
        if not self.content_type.startswith(COMPRESSIBLE):
            return None
        small = gzip.compress(self.content, mtime=0)
        return small if len(small) < len(self.content) else None


def static_files() -> dict[str, StaticFile]:
    """Return the files of the package by the paths under which they are served."""
    found = dict(_found(files("darkroom.page") / "static", "/"))
    return found | ({"/": found[f"/{START}"]} if f"/{START}" in found else {})


def _found(folder: Traversable, path: str) -> list[tuple[str, StaticFile]]:
    listed = []
    for entry in folder.iterdir():
        if entry.is_dir():
            listed += _found(entry, f"{path}{entry.name}/")
        elif content_type := TYPES.get(f".{entry.name.rpartition('.')[2]}"):
            listed.append((f"{path}{entry.name}", StaticFile(entry.read_bytes(), content_type)))
    return listed


@dataclass(frozen=True)
class Files:
    """Serves static files."""

    by_path: Mapping[str, StaticFile]

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        file = self.by_path.get(scope["path"])
        if file is None:
            await answer(send, 404, "There is no such file. The page begins at /.")
            return
        if scope["method"] not in {"GET", "HEAD"}:
            await answer(send, 405, "Files can only be read.", headers={"Allow": "GET, HEAD"})
            return
        # Asked anew each time, so that a new version of the command shows its own page; answered in a few bytes.
        headers = {"ETag": file.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if file.etag in header(scope, "if-none-match"):
            await answer(send, 304, b"", headers=headers)
            return
        body = file.content
        if file.compressed and "gzip" in header(scope, "accept-encoding"):
            body, headers["Content-Encoding"] = file.compressed, "gzip"
        await answer(send, 200, body, file.content_type, headers)
