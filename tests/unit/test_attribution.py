"""A copy's EXIF takes copyright, creator and date from IPTC or XMP where it lacks them, and nothing else of them."""

import io
from typing import Any

import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from functions.enhance.codec.attribution import Attribution, attribution_of
from functions.enhance.codec.texts import MAX_CHARACTERS
from functions.enhance.codec.xmp import MAX_XMP_BYTES
from tests.unit.enhance_scenes import encoded, enhanced, photo, surfaces

PACKET = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
  xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" exif:GPSLatitude="51,30N" {attributes}>{elements}
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
WHOLE = PACKET.format(
    attributes='photoshop:DateCreated="2026-01-31T12:30:00+01:00"',
    elements="<dc:creator><rdf:Seq><rdf:li>Zoë Ångström</rdf:li><rdf:li>Ada</rdf:li></rdf:Seq></dc:creator>"
    '<dc:rights><rdf:Alt><rdf:li xml:lang="de">Rechte</rdf:li><rdf:li xml:lang="x-default">© Zoë</rdf:li></rdf:Alt>'
    "</dc:rights>",
)
FROM_XMP = Attribution("Zoë Ångström; Ada", "© Zoë", "2026:01:31 12:30:00")


def with_xmp(packet: str | bytes) -> Image.Image:
    image = Image.new("RGB", (8, 8))
    image.info["xmp"] = packet
    return image


def with_iptc(**more: bytes | list[bytes]) -> bytes:
    """Return a JPEG with an IPTC record in Photoshop's block, datasets named by record and number: d2_80."""
    record = b""
    for name, value in more.items():
        number, dataset = map(int, name[1:].split("_"))
        for part in value if isinstance(value, list) else [value]:
            record += bytes((0x1C, number, dataset)) + len(part).to_bytes(2) + part
    resource = b"8BIM\x04\x04\0\0" + len(record).to_bytes(4) + record + b"\0" * (len(record) % 2)
    block = b"Photoshop 3.0\0" + resource
    jpeg = encoded(photo(surfaces()), "JPEG")
    return jpeg[:2] + b"\xff\xed" + (len(block) + 2).to_bytes(2) + block + jpeg[2:]


def opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


def tags_after(body: bytes) -> tuple[Any, Any, Any]:
    tags = Image.open(io.BytesIO(enhanced(body).body)).getexif()
    artist, rights = (
        tags.get(tag, "").encode("latin-1").decode() for tag in (ExifTags.Base.Artist, ExifTags.Base.Copyright)
    )
    return artist, rights, tags.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)


def with_packet(source: str) -> bytes:
    if source != "PNG":
        return encoded(photo(surfaces()), source, xmp=WHOLE.encode())
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", WHOLE)
    return encoded(photo(surfaces()), "PNG", pnginfo=info)


# What the copy keeps


@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_xmp_is_kept_as_exif_in_every_format_without_its_position(source: str) -> None:
    body = with_packet(source)
    assert b"GPSLatitude" in body
    assert tags_after(body) == ("Zoë Ångström; Ada", "© Zoë", "2026:01:31 12:30:00")
    assert not any(word in enhanced(body).body for word in (b"GPSLatitude", b"xpacket", b"Rechte"))


def test_iptc_is_kept_as_exif_without_its_address() -> None:
    body = with_iptc(
        d1_90=b"\x1b%G",
        d2_80=["Zoë".encode(), b"Ada"],
        d2_116="© Zoë".encode(),
        d2_55=b"20260131",
        d2_60=b"123000+0100",
        d2_92=b"Backyard of 12 Elm Street",
    )
    assert tags_after(body) == ("Zoë; Ada", "© Zoë", "2026:01:31 12:30:00")
    assert b"Elm Street" in body
    assert b"Elm Street" not in enhanced(body).body


def test_exif_takes_precedence_unless_it_is_blank() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "   "
    exif[ExifTags.Base.Copyright] = "From EXIF"
    body = encoded(photo(surfaces()), "JPEG", xmp=WHOLE.encode(), exif=exif)
    assert tags_after(body)[:2] == ("Zoë Ångström; Ada", "From EXIF")


def test_iptc_takes_precedence_over_xmp_which_fills_its_gaps() -> None:
    image = opened(with_iptc(d2_80=b"Jane"))
    image.info["xmp"] = WHOLE.encode()
    assert attribution_of(image) == Attribution("Jane", FROM_XMP.rights, FROM_XMP.taken)


# How it is read


@pytest.mark.parametrize("packet", [WHOLE, WHOLE.encode(), WHOLE.encode() + b" \n\0"])
def test_a_packet_is_read_as_text_or_bytes(packet: str | bytes) -> None:
    assert attribution_of(with_xmp(packet)) == FROM_XMP


@pytest.mark.parametrize(
    ("name", "text", "taken"),
    [
        ("photoshop:DateCreated", "2026-01-31", "2026:01:31   :  :  "),
        ("photoshop:DateCreated", "2026-01-31T12:30:00.250Z", "2026:01:31 12:30:00"),
        ("exif:DateTimeOriginal", "2026-01-31T12:30:00", "2026:01:31 12:30:00"),
        ("exif:DateTimeOriginal", "last summer", ""),
        ("photoshop:DateCreated", "2026-13-31", ""),
    ],
)
def test_dates_are_read_from_attributes_and_elements(name: str, text: str, taken: str) -> None:
    for packet in (
        PACKET.format(attributes=f'{name}="{text}"', elements=""),
        PACKET.format(attributes="", elements=f"<{name}>{text}</{name}>"),
    ):
        assert attribution_of(with_xmp(packet)).taken == taken


def test_iptc_without_a_character_set_is_read_as_utf_8_or_latin_1() -> None:
    assert attribution_of(opened(with_iptc(d2_80="Zoë".encode("latin-1")))).creator == "Zoë"
    assert attribution_of(opened(with_iptc(d2_80="Zoë".encode()))).creator == "Zoë"


def test_an_iptc_date_without_time_has_blanks_for_it() -> None:
    assert attribution_of(opened(with_iptc(d2_55=b"20260131"))).taken == "2026:01:31   :  :  "
    assert attribution_of(opened(with_iptc(d2_55=b"00000000x", d2_60=b"123000"))).taken == ""


def test_iptc_of_a_tiff_is_read() -> None:
    record = b"\x1c\x02\x74\x00\x03Zoe"
    body = encoded(photo(surfaces()), "TIFF", tiffinfo={33723: record})
    assert tags_after(body)[1] == "Zoe"


# Malicious and broken metadata

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"<not xml",
        b"\xff\xfe\x00",
        BOMB + "<x>&b;</x>",
        OUTSIDE + WHOLE.partition("?>")[2].replace("Ada", "&a;"),
        BOMB + WHOLE.partition("?>")[2],
        WHOLE.encode() + b" " * MAX_XMP_BYTES,
        WHOLE[:-300],
    ],
)
def test_a_broken_or_malicious_packet_gives_no_attribution(packet: str | bytes) -> None:
    assert attribution_of(with_xmp(packet)) == Attribution()


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_a_photo_with_a_broken_iptc_record_is_enhanced(cut: int) -> None:
    body = with_iptc(d2_80=b"Zoe", d2_116=b"Zoe " * 10)
    assert enhanced(body[: 20 + cut] + b"\xff" * 3 + body[23 + cut :]).format == "JPEG"


def test_a_value_is_one_line_of_bounded_length() -> None:
    elements = f"<dc:creator>Zo\ne\u202e{'x' * 5000}</dc:creator>"
    creator = attribution_of(with_xmp(PACKET.format(attributes="", elements=elements))).creator
    assert creator.startswith("Zo e x")
    assert len(creator) == MAX_CHARACTERS
