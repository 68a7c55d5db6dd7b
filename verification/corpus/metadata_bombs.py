"""Sound pictures with metadata that is huge, broken, endless or none."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial

from verification.corpus.file_parts import (
    LONG,
    MEGABYTE,
    RATIONAL,
    SIGNED_BYTE,
    Make,
    chunk,
    huge_exif,
    picture,
    png,
    saved,
    segment,
    sound,
    srgb,
    tiff,
    with_segments,
)


def _metadata() -> Iterator[tuple[str, Make]]:
    exif = b"Exif\0\0" + huge_exif(60_000)
    yield "jpeg-orientation-of-7000-rationals", lambda: with_segments(sound("JPEG"), segment(0xE1, exif))
    for kind, name in ((RATIONAL, "rationals"), (SIGNED_BYTE, "bytes")):
        for form in ("WEBP", "AVIF"):
            make = partial(saved_with_huge_exif, form, kind)
            yield f"{form.lower()}-orientation-of-40-megabytes-of-{name}", make
    yield "png-exif-of-15-megabytes", lambda: png(64, 48, chunk(b"eXIf", huge_exif(15 * MEGABYTE)))
    yield (
        "png-late-exif-of-60-megabytes",
        lambda: png(64, 48)[:-12] + chunk(b"eXIf", huge_exif(60 * MEGABYTE)) + chunk(b"IEND", b""),
    )
    yield (
        "png-exif-in-hexadecimal",
        lambda: png(64, 48, chunk(b"tEXt", b"Raw profile type exif\0\n\n\n" + b"00" * 400_000)),
    )
    yield "png-exif-in-no-hexadecimal", lambda: png(64, 48, chunk(b"tEXt", b"Raw profile type exif\0\n\n\nxyz"))
    yield "jpeg-broken-exif", lambda: with_segments(sound("JPEG"), segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff"))
    yield (
        "jpeg-exif-whose-next-is-itself",
        lambda: with_segments(sound("JPEG"), segment(0xE1, b"Exif\0\0" + tiff([(34665, LONG, 1, 8)], following=8))),
    )
    yield "jpeg-broken-profile", lambda: saved(picture(), "JPEG", icc_profile=b"\0" * 300)
    yield "jpeg-cmyk-with-a-broken-profile", lambda: saved(picture().convert("CMYK"), "JPEG", icc_profile=b"\xff" * 900)
    yield "jpeg-profile-cut-short", lambda: saved(picture(), "JPEG", icc_profile=srgb()[:200])
    yield "jpeg-grey-with-a-colour-profile", lambda: saved(picture().convert("L"), "JPEG", icc_profile=srgb())
    yield (
        "jpeg-huge-multi-picture-index",
        lambda: with_segments(
            sound("JPEG"), segment(0xE2, b"MPF\0" + tiff([(0xB000 + n, SIGNED_BYTE, 60_000, 8) for n in range(5_000)]))
        ),
    )
    yield (
        "jpeg-of-300-exif-segments",
        lambda: with_segments(sound("JPEG"), *[segment(0xE1, b"Exif\0\0" + bytes(65_000))] * 300),
    )
    yield "jpeg-of-a-million-crumbs", lambda: sound("JPEG")[:2] + b"\xff\xfe\0\2" * 1_100_000 + sound("JPEG")[2:]
    yield (
        "jpeg-photoshop-resources",
        lambda: with_segments(sound("JPEG"), segment(0xED, b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\xff\xff\xff\xff" * 100)),
    )
    yield "png-broken-checksum", lambda: sound("PNG")[:40] + b"\0\0\0\0" + sound("PNG")[44:]
    yield "gif-comments-without-end", lambda: sound("GIF")[:13] + b"!\xfe" + b"\xffa" * 127 * 3_000
    yield "webp-xmp-that-is-binary", lambda: saved(picture(), "WEBP", xmp=bytes(range(256)) * 100)


def saved_with_huge_exif(name: str, kind: int) -> bytes:
    """A photo with 40 megabytes of EXIF."""
    return saved_with_exif(name, huge_exif(40 * MEGABYTE, kind=kind))


def saved_with_exif(name: str, exif: bytes) -> bytes:
    """A photo with EXIF that Pillow carries over unread: appended by hand where its saver would read it."""
    if name == "WEBP":
        return saved(picture(), name, exif=exif)
    small = saved(picture(), name, exif=b"Exif\0\0" + tiff([(270, 2, 4, 0x41414141)], payload=bytes(64)))
    return small[:-64] + small[-64:] + struct.pack(">I", len(exif) + 8) + b"free" + exif


METADATA = dict(_metadata())
