"""Attribution is found in every block that may hold it, whatever lies around it."""

import io
import struct

import pytest
from PIL import Image, TiffImagePlugin

from functions.enhance.codec.attribution import Attribution, attribution_of
from functions.enhance.codec.dates import exif_date
from functions.enhance.codec.exif_writer import Exif, exif_bytes
from functions.shared.imaging.exif import UNDEFINED, Value
from tests.unit.enhance_scenes import encoded, enhanced, photo, surfaces
from tests.unit.mangled_metadata import raw_profile
from verification.corpus.file_parts import chunk

EXPECTED = ("Ada", "© Ada", "2026:01:31 12:30:00")


def dataset(record: int, number: int, value: bytes) -> bytes:
    return bytes((0x1C, record, number)) + len(value).to_bytes(2) + value


RIGHTS = "© Ada".encode()
IPTC = (
    dataset(2, 5, b"")
    + dataset(2, 80, b"Ada")
    + dataset(2, 116, RIGHTS)
    + dataset(2, 55, b"20260131")
    + dataset(2, 60, b"123000")
)


def resource(number: int, data: bytes, name: bytes = b"") -> bytes:
    padded = bytes((len(name),)) + name + bytes((len(name) + 1) % 2)
    return b"8BIM" + number.to_bytes(2) + padded + len(data).to_bytes(4) + data + bytes(len(data) % 2)


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:DateCreated="2026-01-31T12:30:00" ATTRIBUTES>ELEMENTS
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def xmp(elements: str = "", attributes: str = "") -> str:
    return XMP.replace("ELEMENTS", elements).replace("ATTRIBUTES", attributes)


PACKET = xmp("<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li></rdf:Seq></dc:creator><dc:rights>© Ada</dc:rights>")


def attributed(body: bytes) -> tuple[str, str, str]:
    tags = Image.open(io.BytesIO(enhanced(body).body)).getexif()
    artist, rights = (tags.get(tag, "").encode("latin-1").decode() for tag in (315, 33432))
    return artist, rights, tags.get_ifd(34665).get(36867, "")


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    body = encoded(photo(surfaces()), "JPEG")
    return body[:2] + b"".join(struct.pack(">BBH", 0xFF, m, len(data) + 2) + data for m, data in segments) + body[2:]


def png(*chunks: bytes) -> bytes:
    body = encoded(photo(surfaces()), "PNG")
    return body[:33] + b"".join(chunks) + body[33:]


def tiff(tag: int, data: bytes, kind: int = UNDEFINED) -> bytes:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory.tagtype[tag] = kind
    directory[tag] = data
    return encoded(photo(surfaces()), "TIFF", tiffinfo=directory)


def photoshop(*resources: bytes) -> tuple[int, bytes]:
    return 0xED, b"Photoshop 3.0\0" + b"".join(resources)


PRIVATE = resource(0x03ED, bytes(16))
# Its length leads astray.
BROKEN = b"8BIM\x04\x0c\0\0\xff\xff\xff\xffxx"
BLOCKS = {
    "iptc": jpeg(photoshop(resource(0x0404, IPTC))),
    "iptc behind other resources": jpeg(photoshop(PRIVATE, resource(0x0404, IPTC, b"name"))),
    "iptc behind a broken resource": jpeg(photoshop(BROKEN, resource(0x0404, IPTC))),
    "iptc in two segments": jpeg(
        photoshop(resource(0x0404, IPTC)[:40]), (0xED, b"Photoshop 3.0\0" + resource(0x0404, IPTC)[40:])
    ),
    "iptc with junk around its datasets": jpeg(photoshop(resource(0x0404, b"\0\x1cjunk" + IPTC + b"\x1c\2"))),
    "iptc of a tiff": tiff(33723, IPTC),
    "iptc among a tiff's resources": tiff(34377, PRIVATE + resource(0x0404, IPTC)),
    "iptc as a png's raw profile": png(raw_profile("iptc", IPTC)),
    "resources as a png's raw profile": png(raw_profile("iptc", PRIVATE + resource(0x0404, IPTC))),
    "resources as another raw profile": png(raw_profile("8bim", resource(0x0404, IPTC))),
    "iptc in exif": png(chunk(b"eXIf", exif_bytes(Exif("<", {33723: Value(UNDEFINED, IPTC)}))[6:])),
    "xmp": jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PACKET.encode())),
    "xmp behind junk": jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\0\0\1<junk" + PACKET.encode() + b"\0>junk")),
    "xmp of a tiff": tiff(700, PACKET.encode(), 1),
    "xmp in exif": jpeg((0xE1, exif_bytes(Exif("<", {700: Value(1, PACKET.encode())})))),
    "xmp as a raw profile": png(raw_profile("xmp", PACKET.encode())),
    "xmp as a raw profile of a segment": png(raw_profile("APP1", b"http://ns.adobe.com/xap/1.0/\0" + PACKET.encode())),
    "png text": png(
        chunk(b"tEXt", b"Author\0Ada"),
        chunk(b"tEXt", b"Copyright\0" + "© Ada".encode("latin-1")),
        chunk(b"tEXt", b"Creation Time\0Sat, 31 Jan 2026 12:30:00 +0100"),
    ),
    "png text in utf-8": png(
        chunk(b"tEXt", b"Author\0Ada"),
        chunk(b"tEXt", b"Copyright\0" + RIGHTS),
        chunk(b"iTXt", b"Creation Time\0\0\0\0\x002026-01-31T12:30:00"),
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_attribution_is_found_in_every_block(name: str) -> None:
    assert attributed(BLOCKS[name]) == EXPECTED


def of_xmp(packet: str | bytes) -> Attribution:
    image = Image.new("RGB", (8, 8))
    image.info["xmp"] = packet
    return attribution_of(image)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_xmp_is_read_in_every_encoding(encoding: str) -> None:
    assert of_xmp(PACKET.encode(encoding)) == Attribution(*EXPECTED)


@pytest.mark.parametrize(
    "packet",
    [
        xmp(attributes='dc:creator="Ada" dc:rights="© Ada"'),
        xmp(attributes='tiff:Artist="Ada" tiff:Copyright="© Ada"'),
        xmp("<dc:creator>Ada</dc:creator><dc:rights>© Ada</dc:rights>"),
        *(
            xmp(
                f"<dc:creator><rdf:{kind}><rdf:li>Ada</rdf:li></rdf:{kind}></dc:creator>"
                f"<dc:rights><rdf:{kind}><rdf:li>© Ada</rdf:li></rdf:{kind}></dc:rights>"
            )
            for kind in ("Seq", "Bag", "Alt")
        ),
        xmp(
            '<dc:creator><rdf:Bag><rdf:li rdf:parseType="Resource"><rdf:value>Ada</rdf:value></rdf:li></rdf:Bag>'
            "</dc:creator><dc:rights>© Ada</dc:rights>"
        ),
        "\x0b" + PACKET.replace("Ada<", "Ada\x00<"),
    ],
)
def test_xmp_is_read_in_every_form(packet: str) -> None:
    assert of_xmp(packet) == Attribution(*EXPECTED)


def test_the_creator_of_an_ingredient_is_not_the_photos() -> None:
    ingredient = (
        '<xmpMM:Ingredients xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"><rdf:Bag><rdf:li><rdf:Description>'
        "<dc:creator>Eve</dc:creator></rdf:Description></rdf:li></rdf:Bag></xmpMM:Ingredients>"
    )
    assert of_xmp(xmp(ingredient)).creator == ""


def test_attribution_that_holds_a_position_is_taken_from_elsewhere() -> None:
    body = jpeg(
        photoshop(resource(0x0404, dataset(2, 80, b"Ada, 51.50735, -0.12776"))),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PACKET.encode()),
    )
    assert attributed(body) == EXPECTED
    assert b"51.50735" not in enhanced(body).body


def test_an_extended_dataset_is_read() -> None:
    extended = b"\x1c\2\x50\x80\4" + (3).to_bytes(4) + b"Ada"
    assert attributed(jpeg(photoshop(resource(0x0404, extended))))[0] == "Ada"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-01-31T12:30:00.250Z", "2026:01:31 12:30:00"),
        ("2026:01:31 12:30:00", "2026:01:31 12:30:00"),
        ("2026-01-31", "2026:01:31   :  :  "),
        ("20260131", "2026:01:31   :  :  "),
        ("20260131T123000", "2026:01:31 12:30:00"),
        ("31 Jan 2026 12:30:00 GMT", "2026:01:31 12:30:00"),
        ("", ""),
        ("2026", ""),
        ("0000:00:00 00:00:00", ""),
        ("20261399", ""),
        ("last summer", ""),
        ("1" * 10**6, ""),
    ],
)
def test_dates_of_every_form(text: str, date: str) -> None:
    assert exif_date(text) == date
