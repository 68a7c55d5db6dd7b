"""What is no photo, is two things at once, or says that it is another."""

from __future__ import annotations

from collections.abc import Iterator

from verification.corpus.file_parts import (
    LONG,
    PNG_SIGNATURE,
    Make,
    grey_tiff,
    picture,
    saved,
    segment,
    sound,
    with_segments,
)


def _disguises() -> Iterator[tuple[str, Make]]:
    yield "nothing", lambda: b""
    yield "one-byte", lambda: b"\xff"
    yield "zeros", lambda: bytes(4_000)
    yield "text", lambda: b"Dear diary, " * 300
    yield "html", lambda: b"<!DOCTYPE html><script>alert(1)</script>"
    yield "svg-with-an-entity-bomb", lambda: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa">]><svg>&a;</svg>'
    yield "zip", lambda: b"PK\3\4" + bytes(100)
    yield "pdf", lambda: b"%PDF-1.7\n" + bytes(100)
    yield "elf", lambda: b"\x7fELF" + bytes(100)
    yield "jpeg-that-is-a-zip-too", lambda: sound("JPEG") + b"PK\5\6" + bytes(18)
    yield "gif-that-is-a-script-too", lambda: b"GIF89a/*" + sound("GIF")[8:] + b"*/=1;alert(1)"
    yield (
        "jpeg-that-is-a-page-too",
        lambda: with_segments(sound("JPEG"), segment(0xFE, b"<html><script>alert(1)</script>")),
    )
    yield "png-after-a-jpegs-signature", lambda: b"\xff\xd8\xff" + sound("PNG")
    yield "jpeg-after-a-pngs-signature", lambda: PNG_SIGNATURE + sound("JPEG")
    yield (
        "png-with-an-animation",
        lambda: saved(picture(), "PNG", save_all=True, append_images=[picture(96, 64).rotate(9)]),
    )
    yield "raw-dressed-as-tiff", lambda: grey_tiff(64, 48, (50706, 1, 4, 0x0401), (273, LONG, 1, 8), (279, LONG, 1, 9))
    yield "heif-of-an-unknown-brand", lambda: b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(200)
    yield "avif-without-boxes", lambda: b"\0\0\0\x18ftypavif\0\0\0\0avifmif1"
    yield "mp4", lambda: b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(200)


DISGUISES = dict(_disguises())
