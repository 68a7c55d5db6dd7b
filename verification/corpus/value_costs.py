"""TIFFs and EXIF that weigh in every way that there is: by each type of value, by directories, by nesting."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial

import numpy as np

from verification.corpus.file_parts import (
    LONG,
    MEGABYTE,
    RATIONAL,
    SIGNED_BYTE,
    Make,
    chunk,
    directory,
    grey_tiff,
    huge_exif,
    picture,
    png,
    saved,
    tiff,
)

PAYLOAD_BYTES = 90 * MEGABYTE
# Bytes per value of TIFF's types of numbers, and of BigTIFF's.
SIZES = {3: 2, 4: 4, 5: 8, 6: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}
# Resolutions, extra samples and profile: Pillow reads them all when it opens a TIFF.
READ_AT_ONCE = (282, 283, 338, 34675)


def of_type(kind: int) -> bytes:
    """A TIFF in which several tags are arrays of one type that fill the file; they share their values."""
    entries = [(tag, kind, PAYLOAD_BYTES // SIZES[kind], 200) for tag in READ_AT_ONCE]
    return grey_tiff(
        64, 48, *entries, (273, LONG, 1, 200), (279, LONG, 1, 3072), payload=b"\x41" * (PAYLOAD_BYTES + 99)
    )


def of_directories(count: int) -> bytes:
    """A TIFF that is a chain of so many empty directories."""
    chain = np.zeros(count, dtype=[("entries", "<u2"), ("next", "<u4")])
    chain["next"] = 8 + 6 * np.arange(1, count + 1)
    chain["next"][-1] = 0
    return b"II*\0\10\0\0\0" + chain.tobytes()


def of_thumbnails(count: int) -> bytes:
    """A TIFF with a picture and so many thumbnails, which are all the same directory but for the next one's place."""
    first = grey_tiff(64, 48, (273, LONG, 1, 8), (279, LONG, 1, 64 * 48), (278, LONG, 1, 48))
    length = len(first) - 8
    entries = [(254, LONG, 1, 1), (256, LONG, 1, 8), (257, LONG, 1, 8), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    one = directory([*entries, (273, LONG, 1, 8), (278, LONG, 1, 8), (279, LONG, 1, 64)])
    pages = np.tile(np.frombuffer(one, np.uint8), (count, 1))
    places = (8 + length + len(one) * np.arange(1, count + 1)).astype("<u4")
    places[-1] = 0
    pages[:, -4:] = places.view(np.uint8).reshape(count, 4)
    return first[:-4] + struct.pack("<I", 8 + length) + pages.tobytes()


def only_of_thumbnails(count: int) -> bytes:
    """A TIFF of so many thumbnails, of which none has a picture: directories of one entry."""
    one = directory([(254, LONG, 1, 1)])
    pages = np.tile(np.frombuffer(one, np.uint8), (count, 1))
    places = (8 + len(one) * np.arange(1, count + 1)).astype("<u4")
    places[-1] = 0
    pages[:, -4:] = places.view(np.uint8).reshape(count, 4)
    return b"II*\0" + struct.pack("<I", 8) + pages.tobytes()


def big_tiff_of_endless_count() -> bytes:
    """A BigTIFF that says to have more entries than any file, and has some that weigh too much."""
    entries = b"".join(struct.pack("<HHQQ", 282 + n, SIGNED_BYTE, 40 * MEGABYTE, 16) for n in range(50))
    return b"II+\0\10\0\0\0" + struct.pack("<QQ", 16, 2**58) + entries + bytes(40 * MEGABYTE)


def nested_exif(size_bytes: int) -> bytes:
    """EXIF whose second directory is what is huge."""
    inner = directory([(36867, RATIONAL, (size_bytes - 99) // 8, 99)])
    return tiff([(34665, LONG, 1, 26)], payload=inner + b"\1" * size_bytes)


def late_hexadecimal(exif: bytes) -> bytes:
    """A PNG with EXIF in hexadecimal behind its pixels, where no header's budget counts."""
    text = b"Raw profile type exif\0\nexif\n 1\n" + exif.hex().encode()
    return png(64, 48)[:-12] + chunk(b"tEXt", text) + chunk(b"IEND", b"")


def _weights() -> Iterator[tuple[str, Make]]:
    for kind in SIZES:
        yield f"tiff-of-type-{kind}", partial(of_type, kind)
    yield "tiff-of-15-million-directories", lambda: of_directories(15_000_000)
    yield "tiff-of-600000-thumbnails", lambda: of_thumbnails(600_000)
    yield "tiff-that-begins-with-5000000-thumbnails", lambda: only_of_thumbnails(5_000_000)
    yield "bigtiff-of-endless-count-and-heavy-values", big_tiff_of_endless_count
    exif = partial(nested_exif, 95 * MEGABYTE)
    yield "webp-exif-of-95-megabytes-in-a-nested-directory", lambda: saved(picture(), "WEBP", exif=exif())
    yield "png-late-exif-of-rationals-in-hexadecimal", lambda: late_hexadecimal(huge_exif(30 * MEGABYTE))
    yield "webp-xmp-of-95-megabytes", lambda: saved(picture(), "WEBP", xmp=b"<x>" + b"<a/>" * 24_000_000 + b"</x>")


VALUE_COSTS = dict(_weights())
