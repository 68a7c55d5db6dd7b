"""Finds positions in text. Copies keep what people wrote of a photo, but never where it was taken.

Positions are coordinates in their common notations, and whatever names or links some. A place that is named in words
("our garden, 12 Elm Street") cannot be told from other words. In doubt a text holds one: it costs only itself.
"""

import re
from collections.abc import Iterator

_DEGREE, _SEXAGESIMAL = (
    "(?:[\u00b0\u00ba\u02da]|deg(?:rees?)?\\b)",
    "[\\d\\s.:'\"\u00b0\u00ba\u02da\u2019\u201d\u2032\u2033-]",
)
_BETWEEN = r"[\s,;/|:NSEWO()\[\]\"'\u00b0\u00ba]{1,12}"
_WORDS = "gps|latitud|longitud|breitengrad|l\u00e4ngengrad|coordinat|koordinat|coordenad|coordonn"
_NOTATIONS = (
    # A number after a word for coordinates: "GPSLatitude=51", "lat: 51.5".
    rf"(?:{_WORDS})[^\d\n]{{0,40}}\d",
    r"(?<![a-z])(?:lat|lon|lng|long)(?![a-z])[\s:=.\"'+-]{0,6}\d{1,3}[.,\u00b0]\s?\d",
    # Two numbers with decimals: "51.50735 -0.12776", "52.52, 13.41", "51.5, -0.1", "51,50735 -0,12776".
    rf"\d{{1,3}}\.\d{{3,15}}{_BETWEEN}[-+\u2212]?\d{{1,3}}\.\d{{3,15}}",
    r"\d{1,3}\.\d{2,15}\s?[,;/]\s?[-+\u2212]?\d{1,3}\.\d{2,15}",
    r"\d{1,3}\.\d{1,15}\s?[,;/]\s?[-+\u2212]\d{1,3}\.\d",
    r"\d{1,3},\d{4,15}[\s;/|]{1,6}[-+\u2212]?\d{1,3},\d{4,15}",
    # Degrees with a point of the compass, with minutes, or twice: 51.5 N, 51\u00b030', 51.5\u00b0 -0.1\u00b0.
    rf"\d\s?{_DEGREE}\s?[nsewo](?![a-z])|\d\s?{_DEGREE}\s?\d{{1,2}}(?:[.,]\d{{1,15}})?\s?['\u2019\u2032]",
    rf"\d\s?{_DEGREE}.{{1,24}}?\d\s?{_DEGREE}(?!\s?[CF])",
    r"(?<![a-z])[ns]\s?\d{1,2}[\s.\u00b0:-].{1,24}?(?<![a-z])[ewo]\s?\d{1,3}",
    rf"\d{{1,2}}{_SEXAGESIMAL}{{1,20}}[ns](?![a-z]).{{0,8}}?\d{{1,3}}{_SEXAGESIMAL}{{1,20}}[ewo](?![a-z])",
    # ISO 6709: +51.5074-000.1278/
    r"[-+]\d{2,6}(?:\.\d{1,15})?[-+]\d{3,7}(?:\.\d{1,15})?(?:[-+][\d.]{1,12})?(?:CRS\w{1,12})?/",
    # UTM, MGRS, plus codes, NMEA.
    r"(?<!\w)\d{1,2}\s?[c-hj-np-x]\s\d{6}(?:\.\d{1,9})?\s?m?e?[\s,]{1,3}\d{6,7}",
    r"(?<!\w)\d{1,2}[c-hj-np-x]\s?[a-hj-np-z]{2}\s?(?:\d{10}|\d{8}|\d{5}\s\d{5}|\d{4}\s\d{4})(?!\w)",
    r"(?<!\w)[23456789cfghjmpqrvwx]{4,8}\+[23456789cfghjmpqrvwx]{2,3}(?!\w)",
    r"\$?g[pnlab](?:gga|rmc|gll|gns),",
    r"geo:\s?[-+\d]",
)
_LINKS = (
    r"(?<![a-z])maps?\.|/maps?(?![a-z])|goo\.gl/|openstreetmap|osm\.org|geohack|what3words|w3w\.co",
    r"///[^\W\d_]{2,30}\.[^\W\d_]{2,30}\.[^\W\d_]{2,30}",
)
COORDINATES, LINKS = ([re.compile(part, re.IGNORECASE) for part in parts] for parts in (_NOTATIONS, _LINKS))
DIGIT = re.compile(r"\d")
# Longer text with digits is not searched, for a megabyte takes ten seconds at worst; in a JPEG there is none.
MAX_SEARCHED_BYTES = 2**16
# Of UserComment: before the text.
CHARACTER_CODES = (b"ASCII\0\0\0", b"UNICODE\0", b"JIS\0\0\0\0\0", bytes(8))
# The wide forms of ASCII, for Chinese and Japanese text; the digits of all scripts are digits to `re`.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}


def holds_position(data: bytes) -> bool:
    """Return whether a text holds a position, in any encoding that EXIF has text in; True where it is too long."""
    return any(_is_found(text, len(data)) for text in _readings(data))


def _is_found(text: str, size_bytes: int) -> bool:
    if any(link.search(text) for link in LINKS):
        return True
    return bool(DIGIT.search(text)) and (
        size_bytes > MAX_SEARCHED_BYTES or any(notation.search(text) for notation in COORDINATES)
    )


def _readings(data: bytes) -> Iterator[str]:
    text = next((data[8:] for code in CHARACTER_CODES if data.startswith(code)), data).rstrip(b"\0")
    for encoding in ("utf-8",) if text.isascii() else ("utf-8", "latin-1"):
        yield text.decode(encoding, "replace").replace("\0", " ").translate(_NARROW)
    if not text.isascii() or b"\0" in text:
        yield text.replace(b"\0", b"").decode("latin-1")
        for encoding in ("utf-16-le", "utf-16-be"):
            yield text.decode(encoding, "replace").translate(_NARROW)
