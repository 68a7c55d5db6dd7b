"""Containers of boxes and chunks (HEIC, AVIF, WebP) whose parts lie about themselves."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator

from verification.corpus.file_parts import LONG, MEGABYTE, RATIONAL, SIGNED_BYTE, Make, huge_exif, sound, tiff

# 64 by 48 pixels, made with libheif. Its list of places ends with offset and length of its EXIF.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAchtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9j"
    "AAAAAERAAAIAAQAAAAAB7AABAAAAAAAAAEgAAgAAAAACNAABAAAAAAAAACQAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAA"
    "ABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAABB2lwcnAAAADmaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNg"
    "AAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZE"
    "AcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AA"
    "AAACAAAAEHBpeGkAAAAAAwgICAAAAAlpcm90AwAAABlpcG1hAAAAAAAAAAEAAQaBAgMFhIYAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAA"
    "AHRtZGF0AAAARCgBrxmA94jrai+cvUALxww9vkoh84eWM3EKeFbS81EAnQfoz5SoW7MZMF1tyaonP/fUXEZ4Etziml2Rrxt9IDZ93XfgAAAA"
    "BkV4aWYAAE1NACoAAAAIAAEBEgADAAAAAQAGAAAAAAAA"
)


# The properties that libavif writes.
PICTURE_PROPERTIES = frozenset({b"ispe", b"pixi", b"av1C", b"colr", b"auxC", b"irot", b"imir", b"clap"})


def heic_with_exif(exif: bytes, *, claimed_bytes: int | None = None, prefix: int = 0) -> bytes:
    """Return the HEIC with other EXIF, which lies in a box of its own at the end."""
    content = struct.pack(">I", prefix) + exif
    place = struct.pack(">II", len(HEIC) + 8, claimed_bytes or len(content))
    at = HEIC.index(b"iinf") - 4
    return HEIC[: at - 8] + place + HEIC[at:] + box(b"free", content)


def box(kind: bytes, content: bytes) -> bytes:
    """Return a box of the ISO base media file format."""
    return struct.pack(">I", len(content) + 8) + kind + content


def resized(data: bytes, width: int, height: int) -> bytes:
    """Return a HEIC or AVIF that says another size."""
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", width, height) + data[at + 8 :]


def with_properties(avif: bytes, *properties: tuple[bytes, bytes]) -> bytes:
    """Return an AVIF, as Pillow writes it, whose primary picture has more properties: type and content of each."""
    meta_at = avif.index(b"meta") - 4
    meta = avif[meta_at : meta_at + int.from_bytes(avif[meta_at : meta_at + 4])]
    at = meta.index(b"ipco") - 4
    known = meta[at + 8 : at + int.from_bytes(meta[at : at + 4])]
    count = sum(known[nth : nth + 4] in PICTURE_PROPERTIES for nth in range(len(known)))
    ipco = box(b"ipco", known + b"".join(box(kind, content) for kind, content in properties))
    more = bytes(0x80 | count + nth for nth in range(1, len(properties) + 1))
    table = meta[meta.index(b"ipma") + 4 :]
    # Version and flags, the number of entries, the first entry's item, and how many properties it has.
    first = table[:10] + bytes([table[10] + len(more)]) + table[11 : 11 + table[10]] + more
    iprp = box(b"iprp", ipco + box(b"ipma", first + table[11 + table[10] :]))
    changed = box(b"meta", meta[8 : meta.index(b"iprp") - 4] + iprp)
    return avif[:meta_at] + _moved(changed, len(changed) - len(meta)) + avif[meta_at + len(meta) :]


def _moved(meta: bytes, by: int) -> bytes:
    """Return a box meta whose pictures lie further on: the list of places has version 0, and one place for each."""
    changed = bytearray(meta)
    at = meta.index(b"iloc") + 4
    (count,) = struct.unpack_from(">H", meta, at + 6)
    for nth in range(count):
        offset = at + 8 + 14 * nth + 6
        changed[offset : offset + 4] = struct.pack(">I", int.from_bytes(meta[offset : offset + 4]) + by)
    return bytes(changed)


def clap(width: int, height: int, across: tuple[int, int] = (0, 1), down: tuple[int, int] = (0, 1)) -> bytes:
    """Return the content of a clean aperture in pixels, and by which fractions its middle lies off the picture's."""
    return struct.pack(">4IiIiI", width, 1, height, 1, *across, *down)


def nested(depth: int) -> bytes:
    """Return boxes, each within another."""
    inner = b""
    for _ in range(depth):
        inner = box(b"meta", b"\0\0\0\0" + inner)
    return inner


def webp_with(chunk: bytes, *, size: int | None = None) -> bytes:
    """Return a WebP with one more chunk at its end, and perhaps another size than it has."""
    body = sound("WEBP")[8:] + chunk
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


def _heics() -> Iterator[tuple[str, Make]]:
    yield "heic", lambda: HEIC
    yield "heic-exif-of-40-megabytes-of-rationals", lambda: heic_with_exif(huge_exif(40 * MEGABYTE, kind=RATIONAL))
    yield "heic-exif-of-40-megabytes-of-bytes", lambda: heic_with_exif(huge_exif(40 * MEGABYTE, kind=SIGNED_BYTE))
    yield "heic-exif-of-a-thousand-headers", lambda: heic_with_exif(b"II*\0" * 1_000)
    yield "heic-exif-that-is-its-own-next", lambda: heic_with_exif(tiff([(34665, LONG, 1, 8)], following=8))
    yield "heic-exif-broken", lambda: heic_with_exif(b"II*\0\xff\xff\xff\xff")
    yield "heic-exif-empty", lambda: heic_with_exif(b"")
    yield "heic-exif-beyond-the-file", lambda: heic_with_exif(b"II*\0", claimed_bytes=2**31)
    yield "heic-exif-that-begins-far-off", lambda: heic_with_exif(tiff([]), prefix=2**32 - 1)
    yield "heic-item-type-that-is-no-text", lambda: HEIC.replace(b"Exif\0\0", b"Ex\xe9f\0\0", 1)
    yield "heic-of-4-gigapixels", lambda: resized(HEIC, 65_535, 65_535)
    yield "heic-without-pixels", lambda: HEIC[: HEIC.index(b"mdat") + 4]
    yield "heic-of-a-thousand-boxes-in-each-other", lambda: HEIC[:28] + nested(1_000)
    yield "heic-box-of-8-exabytes", lambda: HEIC[:28] + struct.pack(">I4sQ", 1, b"meta", 2**63 - 1) + bytes(400)
    yield "heic-with-free-boxes", lambda: HEIC + box(b"free", bytes(9)) * 2_000
    yield "heic-items-that-refer-to-themselves", lambda: HEIC.replace(b"cdsc\0\2\0\1\0\1", b"dimg\0\1\0\1\0\1")


def _avifs() -> Iterator[tuple[str, Make]]:
    yield "avif-of-4-gigapixels", lambda: resized(sound("AVIF"), 65_535, 65_535)
    yield "avif-that-says-less-than-it-has", lambda: resized(sound("AVIF"), 1, 1)
    yield "avif-with-free-boxes", lambda: sound("AVIF") + box(b"free", bytes(9)) * 2_000
    yield "avif-of-a-thousand-boxes-in-each-other", lambda: sound("AVIF")[:32] + nested(1_000)
    yield "avif-item-type-that-is-no-text", lambda: sound("AVIF").replace(b"av01\0", b"\xe9v01\0", 1)


def _apertures() -> Iterator[tuple[str, Make]]:
    avif = sound("AVIF")
    yield "avif-with-a-clean-aperture", lambda: with_properties(avif, (b"clap", clap(40, 20)))
    yield "avif-aperture-of-nothing", lambda: with_properties(avif, (b"clap", clap(0, 0)))
    yield "avif-aperture-divided-by-0", lambda: with_properties(avif, (b"clap", bytes(32)))
    yield "avif-aperture-beyond-the-picture", lambda: with_properties(avif, (b"clap", clap(2**32 - 1, 2**32 - 1)))
    yield "avif-aperture-cut-short", lambda: with_properties(avif, (b"clap", bytes(3)))
    yield "avif-behind-4-million-boxes", lambda: avif[:32] + box(b"free", b"") * 4_000_000 + avif[32:]


def _webps() -> Iterator[tuple[str, Make]]:
    yield "webp-with-an-unknown-chunk", lambda: webp_with(b"dARk" + struct.pack("<I", 4) + b"abcd")
    yield "webp-chunk-beyond-the-file", lambda: webp_with(b"EXIF" + struct.pack("<I", 2**31) + b"ab")
    yield "webp-of-no-size", lambda: webp_with(b"", size=0)
    yield "webp-of-4-gigabytes", lambda: webp_with(b"", size=2**32 - 2)
    yield "webp-of-an-odd-size", lambda: webp_with(b"dARk" + struct.pack("<I", 3) + b"abc")
    yield "webp-without-pixels", lambda: b"RIFF" + struct.pack("<I", 4) + b"WEBP"
    yield "webp-pixels-cut-by-their-size", lambda: sound("WEBP")[:16] + struct.pack("<I", 9) + sound("WEBP")[20:]


BOXES = {**dict(_heics()), **dict(_avifs()), **dict(_apertures()), **dict(_webps())}
