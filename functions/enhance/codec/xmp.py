"""Creator, rights and date in a packet of XMP (ISO 16684-1), whatever lies around it, as elements or attributes."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from functions.enhance.codec.dates import exif_date
from functions.enhance.codec.texts import text_of

# Packets are a few kilobytes; larger ones hold pictures.
MAX_XMP_BYTES = 1_000_000
RDF, TIFF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://ns.adobe.com/tiff/1.0/}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
CREATORS, RIGHTS = (f"{DUBLIN_CORE}creator", f"{TIFF}Artist"), (f"{DUBLIN_CORE}rights", f"{TIFF}Copyright")
# The most specific first.
DATES = (
    "{http://ns.adobe.com/exif/1.0/}DateTimeOriginal",
    "{http://ns.adobe.com/photoshop/1.0/}DateCreated",
    "{http://ns.adobe.com/xap/1.0/}CreateDate",
)
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
ROOTS = re.compile(r"<((?:[\w.-]{1,40}:)?(?:xmpmeta|xapmeta|RDF))[\s>]")
# What no XML may hold.
FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def creators(root: Element) -> list[str]:
    """Return the texts of the creator."""
    return next((found for name in CREATORS if (found := list(_texts(root, name)))), [])


def rights(root: Element) -> str:
    """Return the copyright, in the default language where there are several."""
    return next((text for name in RIGHTS for text in _texts(root, name)), "")


def taken(root: Element) -> str:
    """Return the date in EXIF's form; empty where there is none."""
    return next((date for name in DATES for text in _texts(root, name) if (date := exif_date(text))), "")


def parsed(packet: bytes | str) -> Element:
    """Return the packet as XML; an empty element if it is broken, too large, or has entities of its own."""
    if len(packet) <= MAX_XMP_BYTES:
        text = FORBIDDEN.sub(" ", _decoded(packet) if isinstance(packet, bytes) else packet)
        for candidate in _candidates(text):
            try:
                root: Element = ElementTree.fromstring(candidate)
            except DefusedXmlException:
                break
            except (ParseError, ValueError):
                continue
            return root
    return Element("empty")


def _candidates(text: str) -> Iterator[str]:
    """Yield the text from its first to its last bracket, then each element that may be the packet's root."""
    yield text[max(text.find("<"), 0) : text.rfind(">") + 1]
    for match in list(ROOTS.finditer(text))[:4]:
        end = f"</{match[1]}>"
        yield text[match.start() : text.rfind(end) + len(end)]


def _decoded(packet: bytes) -> str:
    first = max(packet.find(b"<"), 0)
    if packet[first + 1 : first + 2] == b"\0":
        return packet[first:].decode("utf-16-le", "replace")
    if first and packet[first - 1 : first] == b"\0" and packet[first + 1 : first + 2] == b"\0":
        return packet[first - 1 :].decode("utf-16-be", "replace")
    return text_of(packet)


def _texts(root: Element, name: str) -> Iterator[str]:
    """Yield the texts of a property of the picture itself, the default language first."""
    rdf = next(root.iter(f"{RDF}RDF"), root)
    for described in (rdf, *rdf):
        # In XMP itself an attribute, in RDF an element, or a list of them.
        yield from filter(None, [described.get(name, "").strip()])
        for element in described.findall(name):
            entries = sorted(element.iter(f"{RDF}li"), key=lambda entry: entry.get(LANGUAGE, "") != "x-default")
            yield from (text for entry in entries or [element] if (text := _text(entry)))


def _text(entry: Element) -> str:
    """Return the text of an entry, or that of the value in it, if it has qualifiers."""
    return (entry.text or "").strip() or next((value.text or "" for value in entry.iter(f"{RDF}value")), "").strip()
