"""Creator, copyright and date of a photo where EXIF lacks them, read from its IPTC record, its XMP and a PNG's text.

Nothing else is read of them, for they can hold a place, names of people shown and the history of edits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

from PIL import Image
from PIL.PngImagePlugin import iTXt

from functions.enhance.codec import iptc, xmp
from functions.enhance.codec.dates import exif_date
from functions.enhance.codec.texts import plain, text_of
from functions.shared.imaging import raw_profiles
from functions.shared.imaging.exif import Directory

# Tags of EXIF and TIFF that hold whole blocks.
XMP_TAG, IPTC_TAG, PHOTOSHOP_TAG = 700, 33723, 34377
BLOCK_TAGS = frozenset({XMP_TAG, IPTC_TAG, PHOTOSHOP_TAG})
PHOTOSHOP = b"Photoshop 3.0\0"


@dataclass(frozen=True)
class Attribution:
    """What is known, empty texts otherwise; `taken` is in EXIF's form, with blanks for an unknown time."""

    creator: str = ""
    rights: str = ""
    taken: str = ""

    def filled_by(self, other: "Attribution") -> "Attribution":
        """Return it with the other's texts where it has none."""
        return Attribution(self.creator or other.creator, self.rights or other.rights, self.taken or other.taken)


def attribution_of(image: Image.Image, blocks: Directory | None = None) -> Attribution:
    """Read a loaded image's text chunks, then its IPTC records, then its XMP, each for what is missing before.

    `blocks` are the tags of EXIF, or of a TIFF, that hold IPTC and XMP. Broken metadata gives empty texts.
    """
    found = _from_text(image.info)
    for other in chain(
        (_from_iptc(record) for block in _iptc_blocks(image, blocks or {}) for record in iptc.records(block)),
        (_from_xmp(packet) for packet in _packets(image.info, blocks or {})),
    ):
        found = found.filled_by(other)
    return found


def png_text(info: dict[Any, Any], keyword: str) -> str:
    """Return a text chunk as one line; those of the kind tEXt are Latin-1 by the standard, and often UTF-8."""
    text = info.get(keyword, "")
    if isinstance(text, str) and not isinstance(text, iTXt):
        text = text_of(text.encode("latin-1", "replace"))
    return plain(text) if isinstance(text, str) else ""


def _from_text(info: dict[Any, Any]) -> Attribution:
    return Attribution(
        png_text(info, "Author"), png_text(info, "Copyright"), exif_date(png_text(info, "Creation Time"))
    )


def _iptc_blocks(image: Image.Image, blocks: Directory) -> Iterator[bytes]:
    segments = cast("Any", image).applist if hasattr(image, "applist") else []
    yield b"".join(data[len(PHOTOSHOP) :] for _, data in segments if data.startswith(PHOTOSHOP))
    yield from (blocks[tag].data for tag in (IPTC_TAG, PHOTOSHOP_TAG) if tag in blocks)
    yield from raw_profiles.raw_profiles(image.info, raw_profiles.IPTC)


def _from_iptc(record: bytes) -> Attribution:
    texts = iptc.datasets(record)
    date, time = (texts.get(dataset, [""])[0] for dataset in (iptc.DATE_CREATED, iptc.TIME_CREATED))
    # 20260131 and 123000+0100; a time that is none leaves the date.
    taken = exif_date(f"{date}T{time[:6]}") if len(time) >= 6 else ""
    rights = texts.get(iptc.COPYRIGHT_NOTICE, [""])[0]
    return Attribution(_joined(texts.get(iptc.BY_LINE, [])), plain(rights), taken or exif_date(date))


def _packets(info: dict[Any, Any], blocks: Directory) -> Iterator[bytes | str]:
    yield from (packet for key in ("xmp", "XML:com.adobe.xmp") if isinstance(packet := info.get(key), bytes | str))
    yield from (blocks[tag].data for tag in (XMP_TAG,) if tag in blocks)
    yield from raw_profiles.raw_profiles(info, raw_profiles.XMP)


def _from_xmp(packet: bytes | str) -> Attribution:
    root = xmp.parsed(packet)
    return Attribution(_joined(xmp.creators(root)), plain(xmp.rights(root)), xmp.taken(root))


def _joined(names: list[str]) -> str:
    return "; ".join(filter(None, map(plain, names)))
