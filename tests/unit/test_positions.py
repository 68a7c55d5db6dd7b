"""Free text is kept, but none that holds a position: the copy must not say where a photo was taken."""

import pytest

from functions.enhance.codec.exif_writer import Exif, exif_bytes
from functions.enhance.codec.positions import MAX_SEARCHED_BYTES, holds_position
from functions.shared.imaging.exif import ASCII, BYTE, UNDEFINED, Value
from tests.unit.enhance_scenes import encoded, enhanced, photo, surfaces

# As Chinese and Japanese text has it.
WIDE = "51.50735, -0.12776".translate({ordinal: ordinal + 0xFEE0 for ordinal in range(0x21, 0x7F)})
POSITIONS = [
    "51.50735, -0.12776", "52.52, 13.41", "51.5, -0.1", "48,85837 2,29448", "(48.858370, 2.294481)",
    "lat 51.5 lon -0.12", "Lat. 48,8583", "latitude: 51", "GPSLatitude=51,30N", '{"lat":51.5,"lng":-0.1}',
    "51°30'26\"N 0°7'39\"W", "51° 30.44' N", "51.5°N", "51.5° -0.1°", "N 51° 30.5 W 0° 7.5", "N51.5074 W0.1278",
    "51 30 26 N, 0 7 39 W", "51.50735 N 0.12776 W", "+48.8583+002.2944/", "33U 389880 5819700", "33UUU8988019700",
    "8FW4V75V+8Q", "$GPGGA,1,2", "geo:51.5,-0.1", "https://maps.google.com/?q=1", "https://goo.gl/maps/abc",
    "https://www.openstreetmap.org/#map=1", "///filled.count.soap", WIDE,
]  # fmt: skip
OTHER_TEXT = [
    "", "hello", "Sunset over the lake, 20°C and windy", "© 2024 Ada Example, all rights reserved",
    "2020:02:02 10:20:30", "+01:00", "E 55-210mm F4.5-6.3 OSS", "Canon EF24-70mm f/2.8L II USM", "NIKON D850",
    "iPhone 15 Pro back triple camera 6.765mm f/1.78", "f/2.8, 1/125 s, ISO 400", "360° view", "3 m long, 2.5 kg",
    "Adobe Photoshop 25.1 (Windows)", "Windows Photo Editor 10.0.10011.16384", "HDR+ 1.0.540104767zd",
    "12 Elm Street", "25.0-105.0 mm f/3.5-5.6", "Ver 2.40, Firm 1.10",
]  # fmt: skip
ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", POSITIONS)
def test_a_position_is_found_in_every_notation_and_encoding(text: str, encoding: str) -> None:
    data = f"Our garden {text} in May".encode(encoding)
    assert holds_position(data)
    assert holds_position(b"UNICODE\0" + data)
    assert holds_position(data + b"\0\0")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", OTHER_TEXT)
def test_other_text_is_kept(text: str, encoding: str) -> None:
    assert not holds_position(text.encode(encoding))


def test_long_text_with_digits_counts_as_a_position_and_without_does_not() -> None:
    assert not holds_position(b"a" * MAX_SEARCHED_BYTES + b"bc")
    assert not holds_position(b"1" + b"a" * (MAX_SEARCHED_BYTES - 1))
    assert holds_position(b"1" + b"a" * MAX_SEARCHED_BYTES)


TEXT_TAGS = {270: ASCII, 305: ASCII, 315: ASCII, 33432: ASCII, 40092: BYTE, 40094: BYTE}


@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP"])
def test_no_text_tag_of_a_copy_holds_a_position(source: str) -> None:
    here = "51.50735, -0.12776"
    first = {
        tag: Value(kind, (here if kind == ASCII else here.encode("utf-16-le").decode("latin-1")).encode("latin-1"))
        for tag, kind in TEXT_TAGS.items()
    }
    details = {37510: Value(UNDEFINED, b"ASCII\0\0\0" + here.encode()), 42035: Value(ASCII, b"Lens maker\0")}
    body = encoded(photo(surfaces()), source, exif=exif_bytes(Exif("<", first, details)))
    copy = enhanced(body).body
    for text in (here.encode(), here.encode("utf-16-le")):
        assert text in body
        assert text not in copy
    assert b"Lens maker" in copy
