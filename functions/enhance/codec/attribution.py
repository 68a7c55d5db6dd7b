"""Creator, copyright and date of a photo where EXIF lacks them, read from its IPTC record or its XMP packet.

Nothing else is read of either, for they can hold a place, names of people shown and the history of edits.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree
from PIL import Image, IptcImagePlugin

# Packets are a few kilobytes; larger ones hold pictures.
MAX_XMP_BYTES, MAX_CHARACTERS = 1_000_000, 500
# Datasets of IIM 4.2: envelope record 1, application record 2.
CHARACTER_SET, BY_LINE, COPYRIGHT_NOTICE, DATE_CREATED, TIME_CREATED = (1, 90), (2, 80), (2, 116), (2, 55), (2, 60)
UTF_8 = b"\x1b%G"
DUBLIN_CORE, RDF = "{http://purl.org/dc/elements/1.1/}", "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
XMP_DATES = (
    "{http://ns.adobe.com/exif/1.0/}DateTimeOriginal",
    "{http://ns.adobe.com/photoshop/1.0/}DateCreated",
    "{http://ns.adobe.com/xap/1.0/}CreateDate",
)
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Attribution:
    """What is known, empty texts otherwise; `taken` is in EXIF's form, with blanks for an unknown time."""

    creator: str = ""
    rights: str = ""
    taken: str = ""


def attribution_of(image: Image.Image) -> Attribution:
    """Read a loaded image's IPTC record, and its XMP for what is missing there; broken metadata gives empty texts."""
    iptc, xmp = _from_iptc(image), _from_xmp(image)
    return Attribution(iptc.creator or xmp.creator, iptc.rights or xmp.rights, iptc.taken or xmp.taken)


def _from_iptc(image: Image.Image) -> Attribution:
    found: dict[tuple[int, int], Any] = {}
    with suppress(SyntaxError, ValueError, OSError, TypeError):
        # For files other than JPEG and TIFF it returns None; its annotation is stricter than the function.
        found = IptcImagePlugin.getiptcinfo(image) or {}  # type: ignore[arg-type]
    texts = {name: _decoded(value, found.get(CHARACTER_SET) == UTF_8) for name, value in found.items()}
    taken = re.match(r"(\d{4})(\d\d)(\d\d)$", texts.get(DATE_CREATED, ""))
    time = re.match(r"(\d\d)(\d\d)(\d\d)", texts.get(TIME_CREATED, ""))
    date = ":".join(taken.groups()) if taken else ""
    clock = ":".join(time.groups()) if time else "  :  :  "
    return Attribution(texts.get(BY_LINE, ""), texts.get(COPYRIGHT_NOTICE, ""), f"{date} {clock}" if date else "")


def _decoded(value: bytes | list[bytes], is_utf_8: bool) -> str:
    parts = value if isinstance(value, list) else [value]
    return "; ".join(_plain(_text(part, is_utf_8)) for part in parts)


def _text(value: bytes, is_utf_8: bool) -> str:
    # An undeclared character set has to be guessed: Latin-1 text is rarely valid UTF-8.
    with suppress(UnicodeDecodeError):
        return value.decode()
    return value.decode("utf-8" if is_utf_8 else "latin-1", "replace")


def _from_xmp(image: Image.Image) -> Attribution:
    packet = image.info.get("xmp")
    data = packet.encode() if isinstance(packet, str) else packet
    if not isinstance(data, bytes) or len(data) > MAX_XMP_BYTES:
        return Attribution()
    try:
        root: Element = ElementTree.fromstring(data.strip(b"\0 \r\n\t"))
    except (ParseError, DefusedXmlException, ValueError):
        return Attribution()
    creators = "; ".join(_items(root, "creator"))
    # The first is the default language's.
    return Attribution(creators, next(_items(root, "rights"), ""), next(_dates(root), ""))


def _items(root: Element, name: str) -> Iterator[str]:
    """Yield the texts of a Dublin Core property, the default language first."""
    for found in root.iter(f"{DUBLIN_CORE}{name}"):
        entries = sorted(found.iter(f"{RDF}li"), key=lambda entry: entry.get(LANGUAGE, "") != "x-default") or [found]
        yield from (text for entry in entries if (text := _plain(entry.text or "")))


def _dates(root: Element) -> Iterator[str]:
    """Yield the dates in EXIF's form, the most specific first; XMP writes them as attributes or as elements."""
    for name in XMP_DATES:
        for element in root.iter():
            text = (element.text if element.tag == name else element.get(name)) or ""
            with suppress(ValueError):
                moment = datetime.fromisoformat(text.strip())
                yield f"{moment:%Y:%m:%d %H:%M:%S}" if "T" in text else f"{moment:%Y:%m:%d}   :  :  "


def _plain(text: str) -> str:
    """Return one printable line of bounded length."""
    return "".join(c if c.isprintable() else " " for c in text).strip()[:MAX_CHARACTERS]
