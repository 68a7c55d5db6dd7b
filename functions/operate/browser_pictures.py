"""Pictures of photos that every browser shows, made on demand and kept in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from functions.operate.project import Clients
from functions.operate.stored_pictures import StoredPicture
from functions.shared.errors import PermanentImageError
from functions.shared.imaging.signatures import HEAD_BYTES, identify

MAX_KEPT_BYTES = 64_000_000
# Each may take hundreds of megabytes while it is decoded.
MAX_AT_ONCE = 2
# By Pillow's names.
SHOWN_BY_BROWSERS = frozenset({"JPEG", "PNG", "WEBP", "GIF", "AVIF"})
FULL_EDGE_PIXELS = 65_500  # the longest that a JPEG can have


@dataclass(frozen=True)
class BrowserPictures:
    """Makes JPEGs of stored pictures, few at a time, and keeps the last of them."""

    clients: Clients
    _kept: OrderedDict[tuple[StoredPicture, int], bytes] = field(default_factory=OrderedDict)
    _formats: dict[StoredPicture, str] = field(default_factory=dict)
    _making: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(MAX_AT_ONCE))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def jpeg(self, picture: StoredPicture, longest_edge_pixels: int) -> bytes:
        """Return the picture as a JPEG no larger than that. Raises PermanentImageErrors, and what S3's calls do."""
        wanted = picture, longest_edge_pixels
        made = self._found(wanted)
        if made is None:
            with self._making:
                # While this waited, somebody else may have made it.
                made = self._found(wanted)
                if made is None:
                    made = self._make(picture, longest_edge_pixels)
                    self._keep(wanted, made)
        return made

    def shown_format(self, picture: StoredPicture) -> str:
        """Return the format by its first bytes, by Pillow's name, empty where it is none that browsers show."""
        if picture not in self._formats:
            found = self.clients("s3").get_object(**picture.request, Range=f"bytes=0-{HEAD_BYTES - 1}")
            try:
                name = identify(found["Body"].read()).name
            except PermanentImageError:
                name = ""
            if len(self._formats) >= 10_000:
                self._formats.clear()
            self._formats[picture] = name
        return self._formats[picture] if self._formats[picture] in SHOWN_BY_BROWSERS else ""

    def _make(self, picture: StoredPicture, edge_pixels: int) -> bytes:
        from functions.operate.photo_pictures import scaled, stored_content  # noqa: PLC0415 - Pillow takes its time

        content, _, _ = scaled(stored_content(self.clients, picture.request), edge_pixels, quality=88)
        return content

    def _found(self, wanted: tuple[StoredPicture, int]) -> bytes | None:
        with self._lock:
            made = self._kept.get(wanted)
            if made is not None:
                self._kept.move_to_end(wanted)
            return made

    def _keep(self, wanted: tuple[StoredPicture, int], made: bytes) -> None:
        with self._lock:
            self._kept[wanted] = made
            while sum(map(len, self._kept.values())) > MAX_KEPT_BYTES and len(self._kept) > 1:
                self._kept.popitem(last=False)
