"""Reads the metadata chunks of a PNG: a broken one is left out, as libpng does, where Pillow gives the photo up."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from PIL import ImageFile, PngImagePlugin

from functions.shared.errors import ImageTooLargeError
from functions.shared.imaging import raw_profiles

TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
METADATA = TEXTS | {b"iCCP", b"pHYs", b"gAMA", b"cHRM", b"sRGB", b"eXIf", b"tIME"}
# All other text is left out. Pillow keeps text beside what it knows of the picture, under the keyword: the text
# "transparency" would be taken for the chunk tRNS.
KEYWORDS = frozenset({
    "Author", "Copyright", "Description", "Creation Time", "XML:com.adobe.xmp", "xmp", "exif",
    *raw_profiles.EXIF, *raw_profiles.IPTC, *raw_profiles.XMP,
})  # fmt: skip
BOMBS = re.compile("too large for PngImagePlugin|Too much memory used in text")


@contextmanager
def tolerant_png() -> Iterator[None]:
    """Have Pillow read PNGs with TolerantStream. It changes a global: use it within guarded_pillow() only."""
    original = PngImagePlugin.PngStream
    PngImagePlugin.PngStream = TolerantStream  # type: ignore[misc]
    try:
        yield
    finally:
        PngImagePlugin.PngStream = original  # type: ignore[misc]


class TolerantStream(PngImagePlugin.PngStream):
    """Pillow's reader of chunks. Raises ImageTooLargeError for metadata that unfolds to too much."""

    def call(self, cid: bytes, pos: int, length: int) -> bytes:
        """Read one chunk; the names are Pillow's."""
        if cid not in METADATA:
            return bytes(super().call(cid, pos, length))
        before = dict(self.im_info)
        try:
            data = bytes(super().call(cid, pos, length))
        except (SyntaxError, IndexError, ValueError) as error:
            if BOMBS.search(str(error)):
                raise ImageTooLargeError(
                    f"The PNG's metadata unfolds to too much: {error}. Save it without metadata."
                ) from error
            data = self._skipped(pos, length)
        if cid in TEXTS:
            self._drop_other_text(before)
        return data

    def crc(self, cid: bytes, data: bytes) -> None:
        """Check a chunk's checksum, but not that of metadata: the value may be readable all the same."""
        if cid in METADATA:
            self.crc_skip(cid, data)
        else:
            super().crc(cid, data)

    def _skipped(self, pos: int, length: int) -> bytes:
        file: Any = self.fp
        file.seek(pos)
        return ImageFile._safe_read(file, length)

    def _drop_other_text(self, before: Mapping[Any, Any]) -> None:
        for key in [key for key, value in self.im_info.items() if value is not before.get(key)]:
            if key not in KEYWORDS or (key == "exif" and key in before):
                del self.im_info[key]
                self.im_text.pop(str(key), None)
        self.im_info.update({key: value for key, value in before.items() if key not in self.im_info})
