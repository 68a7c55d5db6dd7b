"""TIFFs whose directories claim, repeat or loop more than any photo does."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from verification.corpus.file_parts import LONG, MEGABYTE, RATIONAL, SIGNED_BYTE, Make, grey_tiff, tiff


def _directories() -> Iterator[tuple[str, Make]]:
    strips = 23 * MEGABYTE
    yield (
        "tiff-of-23-million-strips",
        lambda: grey_tiff(
            9_000,
            9_000,
            (273, LONG, strips, 200),
            (278, LONG, 1, 1),
            (279, LONG, strips, 200),
            payload=bytes(4 * strips + 99),
        ),
    )
    yield (
        "tiff-of-a-million-strips",
        lambda: grey_tiff(
            64, 48, (273, LONG, 2**19, 200), (278, LONG, 1, 1), (279, LONG, 2**19, 200), payload=bytes(2**21 + 99)
        ),
    )
    yield (
        "tiff-of-rationals",
        lambda: grey_tiff(64, 48, (282, RATIONAL, 11 * MEGABYTE, 99), payload=bytes(90 * MEGABYTE)),
    )
    yield (
        "tiff-of-signed-bytes",
        lambda: grey_tiff(
            64, 48, (700, SIGNED_BYTE, 90 * MEGABYTE, 99), (273, LONG, 1, 99), payload=bytes(91 * MEGABYTE)
        ),
    )
    yield (
        "tiff-with-90-megabytes-of-text",
        lambda: grey_tiff(
            64,
            48,
            (270, 2, 90 * MEGABYTE, 120),
            (273, LONG, 1, 120),
            (279, LONG, 1, 3072),
            payload=b"a" * 91 * MEGABYTE,
        ),
    )
    yield "tiff-of-65535-entries", lambda: tiff([(tag, LONG, 1, tag) for tag in range(65_535)])
    yield (
        "tiff-that-overlaps",
        lambda: tiff([(t, SIGNED_BYTE, 3 * MEGABYTE, 0) for t in range(9_000)], payload=bytes(4 * MEGABYTE)),
    )
    yield "tiff-chain-of-5000", lambda: tiff_chain(5_000)
    yield "tiff-that-is-its-own-next", lambda: grey_tiff(64, 48, (273, LONG, 1, 8), (279, LONG, 1, 3072), following=8)
    yield (
        "tiff-whose-exif-is-itself",
        lambda: grey_tiff(64, 48, (273, LONG, 1, 140), (279, LONG, 1, 3072), (34665, LONG, 1, 8), payload=bytes(4_000)),
    )
    yield "tiff-of-negative-tiles", lambda: grey_tiff(64, 48, (322, LONG, 1, 0), (323, LONG, 1, 0), (324, LONG, 1, 8))
    yield "bigtiff-with-endless-count", lambda: b"II+\0\10\0\0\0" + struct.pack("<QQ", 16, 2**63) + bytes(400)


def tiff_chain(length: int) -> bytes:
    """A TIFF of many thumbnails: small directories, one after the other."""
    parts, offset = [b"II*\0\10\0\0\0"], 8
    entry = struct.pack("<HHHII", 1, 254, LONG, 1, 1)
    for number in range(length):
        offset += len(entry) + 4
        parts.append(entry + struct.pack("<I", offset if number + 1 < length else 0))
    return b"".join(parts)


DIRECTORIES = dict(_directories())
