"""JPEGs that hold more than a photo, as phones and cameras write them: gain maps, movies, depth, further pictures."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator, Sequence
from functools import partial

from verification.corpus.boxes import box
from verification.corpus.file_parts import Make, picture, saved, segment, tiff, with_segments

XMP, EXTENSION = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
ISO_GAIN_MAP = segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0" + bytes(4))
NAMESPACES = {
    "hdrgm": "http://ns.adobe.com/hdr-gain-map/1.0/",
    "Container": "http://ns.google.com/photos/1.0/container/",
    "Item": "http://ns.google.com/photos/1.0/container/item/",
    "GCamera": "http://ns.google.com/photos/1.0/camera/",
    "GDepth": "http://ns.google.com/photos/1.0/depthmap/",
    "GImage": "http://ns.google.com/photos/1.0/image/",
    "GAudio": "http://ns.google.com/photos/1.0/audio/",
    "apdi": "http://ns.apple.com/pixeldatainfo/1.0/",
}
MOVIE = box(b"ftyp", b"isom\0\0\2\0isommp42") + box(b"moov", box(b"mvhd", bytes(100))) + box(b"mdat", bytes(500))
# The maker note by which an iPhone finds the movie, which is a file of its own.
LIVE_PHOTO = tiff([(37500, 7, 30, 26)], payload=b"Apple iOS\0\0\1MM content identifier")
PANORAMA, STEREO, FULL_HD = 0x020001, 0x020002, 0x010002


def xmp(attributes: str = "", *semantics: str) -> bytes:
    """Return a segment of XMP, with the container's directory where it has items."""
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items() if prefix + ":" in attributes)
    items = "".join(
        f'<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="image/jpeg" Item:Semantic="{name}"/></rdf:li>'
        for name in semantics
    )
    spaces = " ".join(f'xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in ("Container", "Item"))
    container = f"<Container:Directory {spaces}><rdf:Seq>{items}</rdf:Seq></Container:Directory>" if semantics else ""
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    packet = (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {rdf}><rdf:Description {names} {attributes}>{container}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return segment(0xE1, XMP + packet.encode())


def small(*segments: bytes, size: tuple[int, int] = (48, 32)) -> bytes:
    """Return a JPEG of another size than the photo's, by default half as large."""
    return with_segments(saved(picture(*size), "JPEG"), *segments)


def photo(*segments: bytes) -> bytes:
    """Return the photo: 96 by 64 pixels."""
    return small(*segments, size=(96, 64))


def indexed(first: bytes, others: Sequence[bytes], kinds: Sequence[int], order: str = ">") -> bytes:
    """Return several JPEGs as one file, whose first has an index of the Multi-Picture Format."""
    count = 1 + len(others)
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(order + "IH", 8, 3)
    fields = (
        struct.pack(order + "HHI", 0xB000, 7, 4) + b"0100",
        struct.pack(order + "HHII", 0xB001, 4, 1, count),
        struct.pack(order + "HHII", 0xB002, 7, 16 * count, 50),
    )
    start = 2 + 4 + len(b"MPF\0")
    length = len(first) + start - 2 + len(head) + 40 + 16 * count
    entries, at = struct.pack(order + "IIIHH", 0x030000, length, 0, 0, 0), length
    for other, kind in zip(others, kinds, strict=True):
        entries += struct.pack(order + "IIIHH", kind, len(other), at - start, 0, 0)
        at += len(other)
    index = segment(0xE2, b"MPF\0" + head + b"".join(fields) + bytes(4) + entries)
    return first[:2] + index + first[2:] + b"".join(others)


def ultra_hdr(*, marks_map: bool = True) -> bytes:
    """A photo with a gain map by Android's format; the map may lack its own metadata."""
    main = photo(xmp('hdrgm:Version="1.0"', "Primary", "GainMap"))
    return indexed(main, [small(xmp('hdrgm:Version="1.0" hdrgm:GainMapMax="2"')) if marks_map else small()], [0])


def apple_auxiliary(kind: str) -> bytes:
    """A photo with a picture that ImageIO calls so."""
    return indexed(photo(), [small(xmp(f'apdi:AuxiliaryImageType="{kind}"'))], [0])


def samsung(name: bytes, content: bytes) -> bytes:
    """A photo with a block of Samsung's trailer."""
    block = b"\0\0\x30\x0a" + struct.pack("<I", len(name)) + name + content
    directory = b"SEFH" + struct.pack("<IIHHII", 106, 1, 0, 0x0A30, len(block), len(block))
    return photo() + block + directory + struct.pack("<I", len(directory)) + b"SEFT"


def depth_in_xmp(prefix: str) -> bytes:
    """A photo whose XMP holds a file as base64, in the extension of the packet."""
    content = base64.b64encode(small()).decode()
    return photo(
        xmp(f'{prefix}:Mime="image/jpeg"'),
        segment(0xE1, EXTENSION + bytes(40) + f'<rdf:Description {prefix}:Data="{content}"/>'.encode()),
    )


def _companions() -> Iterator[tuple[str, Make]]:
    moves = xmp('GCamera:MotionPhoto="1"', "Primary", "MotionPhoto")
    yield "jpeg-gain-map", ultra_hdr
    yield "jpeg-gain-map-without-metadata", partial(ultra_hdr, marks_map=False)
    yield "jpeg-gain-map-by-iso", lambda: photo(ISO_GAIN_MAP) + small(ISO_GAIN_MAP)
    yield "jpeg-gain-map-by-its-index", lambda: indexed(photo(), [small()], [0x050000], "<")
    yield "jpeg-gain-map-of-apple", partial(apple_auxiliary, "urn:com:apple:photo:2020:aux:hdrgainmap")
    yield "jpeg-gain-map-and-movie", lambda: ultra_hdr() + MOVIE
    yield "jpeg-motion", lambda: photo(moves) + MOVIE
    yield "jpeg-motion-unknown-container", lambda: photo(moves) + b"\x1a\x45\xdf\xa3movie"
    yield "jpeg-motion-micro-video", lambda: photo(xmp('GCamera:MicroVideo="1"')) + MOVIE
    yield "jpeg-motion-unmarked", lambda: photo() + bytes(9) + MOVIE
    yield "jpeg-motion-of-samsung", partial(samsung, b"MotionPhoto_Data", MOVIE)
    yield "jpeg-sound-of-samsung", partial(samsung, b"SoundShot_000", b"sound")
    yield "jpeg-sound-in-xmp", partial(depth_in_xmp, "GAudio")
    yield "jpeg-depth-in-xmp", partial(depth_in_xmp, "GDepth")
    yield "jpeg-depth-dynamic", lambda: photo(xmp("", "Primary", "Depth")) + small()
    yield "jpeg-depth-of-samsung", partial(samsung, b"DualShot_DepthMap_1", b"depth")
    yield "jpeg-depth-of-apple", partial(apple_auxiliary, "disparity")
    yield "jpeg-auxiliary-of-apple", partial(apple_auxiliary, "urn:com:apple:photo:2018:aux:portraiteffectsmatte")
    yield "jpeg-pictures-in-xmp", partial(depth_in_xmp, "GImage")
    yield "jpeg-pictures-panorama", lambda: indexed(photo(), [photo(), photo()], [PANORAMA] * 2)
    yield "jpeg-pictures-stereo", lambda: indexed(photo(), [photo()], [STEREO], "<")
    yield "jpeg-pictures-unmarked", lambda: photo() + bytes(100) + photo()
    yield "jpeg-pictures-of-heic", lambda: photo() + box(b"ftyp", b"heic\0\0\0\0mif1")
    yield "jpeg-alone", photo
    yield "jpeg-alone-with-preview", lambda: indexed(photo(), [photo()], [FULL_HD])
    yield "jpeg-alone-with-unmarked-preview", lambda: photo() + small()
    yield "jpeg-alone-movie-was-removed", lambda: photo(moves)
    yield "jpeg-alone-map-was-removed", lambda: photo(xmp('hdrgm:Version="1.0"', "Primary", "GainMap"), ISO_GAIN_MAP)
    yield "jpeg-alone-live-photo", lambda: photo(segment(0xE1, b"Exif\0\0" + LIVE_PHOTO))
    yield "jpeg-alone-padded", lambda: photo(moves) + bytes(1000)


JPEG_COMPANIONS = dict(_companions())
