"""The container of a WebP: chunks of a name and a size, for pixels and for metadata (RFC 9649, 2)."""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

LOSSY, LOSSLESS, ALPHA, FRAME = b"VP8 ", b"VP8L", b"ALPH", b"ANMF"
HEADER_BYTES, SIZE_BYTES = 12, 4
# What the chunk VP8X says that there is.
PROFILE_FLAG, ALPHA_FLAG, EXIF_FLAG = 0x20, 0x10, 0x08
EXIF_MARK = b"Exif\0\0"

Chunk = tuple[bytes, bytes]


def chunks_of(source: BinaryIO) -> Iterator[Chunk]:
    """Yield name and content of the chunks of a WebP; those of an animation's pictures lie within one each."""
    source.seek(HEADER_BYTES)
    while len(header := source.read(4 + SIZE_BYTES)) == 4 + SIZE_BYTES:
        size = int.from_bytes(header[4:], "little")
        yield header[:4], source.read(size)
        source.seek(size % 2, io.SEEK_CUR)


def webp_pixels(source: BinaryIO, *, has_alpha: bool) -> bytes | None:
    """Return the chunks of a still picture's pixels, and of its alpha where it has one; None for an animation."""
    found: list[Chunk] = []
    for name, content in chunks_of(source):
        if name == FRAME:
            return None
        if name in {LOSSY, LOSSLESS} or (name == ALPHA and has_alpha):
            found.append((name, content))
        if name in {LOSSY, LOSSLESS}:
            return b"".join(chunk(*each) for each in found)
    return None


def chunk(name: bytes, content: bytes) -> bytes:
    """Return the chunk, filled up to an even length."""
    return name + len(content).to_bytes(SIZE_BYTES, "little") + content + bytes(len(content) % 2)


def webp_file(pixels: bytes, size: tuple[int, int], *, has_alpha: bool, options: dict[str, Any]) -> bytes:
    """Return the WebP of chunks of pixels, its size in pixels, with the metadata of Pillow's options."""
    profile, exif = options.get("icc_profile", b""), options.get("exif", b"").removeprefix(EXIF_MARK)
    flags = PROFILE_FLAG * bool(profile) | EXIF_FLAG * bool(exif) | ALPHA_FLAG * has_alpha
    head = bytes([flags, 0, 0, 0]) + b"".join((edge - 1).to_bytes(3, "little") for edge in size)
    before = chunk(b"ICCP", profile) if profile else b""
    after = chunk(b"EXIF", exif) if exif else b""
    return riff(chunk(b"VP8X", head) + before + pixels + after)


def riff(chunks: bytes) -> bytes:
    """Return the WebP of these chunks."""
    return chunk(b"RIFF", b"WEBP" + chunks)
