"""Sound pictures with small faults in their metadata, as cameras and programs make them: each comes out enhanced."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import partial

from verification.corpus.file_parts import (
    LONG,
    SHORT,
    Make,
    chunk,
    grey_tiff,
    picture,
    png,
    saved,
    segment,
    sound,
    srgb,
    tiff,
    with_segments,
)

TEXT = 2
# A description, a resolution that is text, and a creator.
ONE_BAD_TAG = tiff([(270, TEXT, 4, 0x00616441), (282, TEXT, 4, 0x00697032), (315, TEXT, 4, 0x00616441)])
TURNED = tiff([(274, SHORT, 1, 6), (315, TEXT, 4, 0x00616441)])
IPTC = b"\x1c\2\5\0\0\x1c\2\x50\0\3Ada\x1c\2\x74\0\3Ada"
RESOURCE = b"8BIM\4\4\0\0" + struct.pack(">I", len(IPTC)) + IPTC + bytes(len(IPTC) % 2)
PACKET = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="Ada"/>'


def _faults() -> Iterator[tuple[str, Make]]:
    yield "jpeg-empty-iptc-dataset", partial(_jpeg, 0xED, b"Photoshop 3.0\0" + RESOURCE)
    yield "jpeg-broken-photoshop-resource", partial(_jpeg, 0xED, b"Photoshop 3.0\x008BIM\4\x0c\0\0\xff\xff" + RESOURCE)
    yield "jpeg-exif-with-one-bad-tag", partial(_jpeg, 0xE1, b"Exif\0\0" + ONE_BAD_TAG)
    yield "jpeg-xmp-behind-junk", partial(_jpeg, 0xE1, b"http://ns.adobe.com/xap/1.0/\0<\0\1" + PACKET)
    for kind, data in (("exif", TURNED), ("iptc", RESOURCE), ("xmp", PACKET), ("APP1", b"Exif\0\0" + TURNED)):
        yield f"png-raw-profile-{kind.lower()}", partial(_png, b"zTXt", _raw_profile(kind, data))
    yield "png-text-of-an-unknown-method", partial(_png, b"zTXt", b"Author\0\7Ada")
    yield "png-profile-of-an-unknown-method", partial(_png, b"iCCP", b"k\0\7" + zlib.compress(srgb()))
    for name in (b"pHYs", b"gAMA", b"cHRM", b"sRGB"):
        yield f"png-{name.decode().lower()}-that-is-empty", partial(_png, name, b"")
    for keyword in ("transparency", "icc_profile", "nclx_profile", "interlace", "exif"):
        yield f"png-text-named-{keyword.replace('_', '-')}", partial(_png, b"tEXt", f"{keyword}\0x".encode())
    yield "avif-exif-that-is-none", _avif
    for tag, content in ((700, "xmp"), (34675, "profile")):
        yield f"tiff-{content}-of-numbers", partial(_tiff, tag)


def _jpeg(marker: int, data: bytes) -> bytes:
    return with_segments(sound("JPEG"), segment(marker, data))


def _png(name: bytes, data: bytes) -> bytes:
    return png(64, 48, chunk(name, data))


def _avif() -> bytes:
    return saved(picture(), "AVIF", exif=b"Exif\0\0" + TURNED).replace(b"II*\0", b"xx*\0")


def _tiff(tag: int) -> bytes:
    entries = ((273, LONG, 1, 8), (279, LONG, 1, 3072), (tag, SHORT, 1, 7))
    return grey_tiff(64, 48, *entries, payload=bytes(4_000))


def _raw_profile(kind: str, data: bytes) -> bytes:
    text = f"\n{kind.lower()}\n{len(data):8}\n{data.hex()}\n".encode()
    return f"Raw profile type {kind}".encode() + b"\0\0" + zlib.compress(text)


FAULTS = dict(_faults())
