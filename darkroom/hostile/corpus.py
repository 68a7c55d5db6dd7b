"""The corpus, made anew at each run. A new attack is a line in one of the tables; a file is made when asked for."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from PIL import Image, ImageCms

from darkroom.hostile.parts import (
    LONG,
    PNG_SIGNATURE,
    RATIONAL,
    SIGNED_BYTE,
    chunk,
    grey_tiff,
    huge_exif,
    picture,
    png,
    saved,
    segment,
    tiff,
    with_segments,
)

Make = Callable[[], bytes]
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF")
MEGABYTE = 1_000_000


def corpus() -> dict[str, Make]:
    """Return how to make each file, by name."""
    return {**BOMBS, **DIRECTORIES, **METADATA, **DISGUISES, **SHAPES, **ODD_BUT_LEGAL, **dict(_cuts())}


def sound(name: str) -> bytes:
    """Return a sound photo of a format."""
    return saved(picture(), name)


def _bombs() -> Iterator[tuple[str, Make]]:
    zeros = zlib.compress(bytes(60 * MEGABYTE), 9)
    yield "png-of-a-gigapixel", lambda: png(32_000, 32_000, rows=b"")
    yield "png-just-over-the-limit", lambda: png(10_001, 10_000, rows=b"")
    yield "png-of-2-to-the-31", lambda: png(2**31 - 1, 2**31 - 1, rows=b"")
    yield "png-text-bomb", lambda: png(64, 48, chunk(b"zTXt", b"k\0\0" + zeros))
    yield "png-international-text-bomb", lambda: png(64, 48, chunk(b"iTXt", b"k\0\1\0\0\0" + zeros))
    yield "png-profile-bomb", lambda: png(64, 48, chunk(b"iCCP", b"k\0\0" + zeros))
    yield "png-many-text-bombs", lambda: png(64, 48, *[chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(900_000)))] * 400)
    yield "png-pixels-beyond-its-size", lambda: png(64, 48, rows=bytes(80 * MEGABYTE))
    yield "gif-canvas-bomb", lambda: b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + sound("GIF")[10:]
    yield "webp-canvas-bomb", lambda: webp_canvas(2**24, 2**24)
    yield "bmp-of-a-gigapixel", lambda: bmp(32_000, 32_000)
    yield "jpeg-of-65500-squared", lambda: jpeg_sized(65_500, 65_500)
    yield "tiff-of-4-gigapixels", lambda: grey_tiff(65_535, 65_535, (273, LONG, 1, 8), (279, LONG, 1, 9))
    yield "tiff-deflate-bomb", tiff_deflate_bomb


def tiff_deflate_bomb() -> bytes:
    """A strip of a few kilobytes that unfolds to 99 megapixels."""
    return saved(Image.new("L", (9_900, 10_000)), "TIFF", compression="tiff_adobe_deflate")


def webp_canvas(width: int, height: int) -> bytes:
    """An extended WebP whose canvas is as large as the format can say."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\2\0\0\0" + size + b"ANIM" + struct.pack("<IIH", 6, 0, 0)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def bmp(width: int, height: int) -> bytes:
    """A BMP's header without its pixels."""
    return b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)


def jpeg_sized(width: int, height: int) -> bytes:
    """A JPEG whose frame header says another size."""
    jpeg = sound("JPEG")
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


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


def _metadata() -> Iterator[tuple[str, Make]]:
    exif = b"Exif\0\0" + huge_exif(60_000)
    yield "jpeg-orientation-of-7000-rationals", lambda: with_segments(sound("JPEG"), segment(0xE1, exif))
    for kind, name in ((RATIONAL, "rationals"), (SIGNED_BYTE, "bytes")):
        for form in ("WEBP", "AVIF"):
            make = partial(saved_with_exif, form, huge_exif(40 * MEGABYTE, kind=kind))
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


def saved_with_exif(name: str, exif: bytes) -> bytes:
    """A photo with EXIF that Pillow carries over unread: appended by hand where its saver would read it."""
    if name == "WEBP":
        return saved(picture(), name, exif=exif)
    small = saved(picture(), name, exif=b"Exif\0\0" + tiff([(270, 2, 4, 0x41414141)], payload=bytes(64)))
    return small[:-64] + small[-64:] + struct.pack(">I", len(exif) + 8) + b"free" + exif


def srgb() -> bytes:
    """The profile of sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


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


def _shapes() -> Iterator[tuple[str, Make]]:
    for name in ("GIF", "WEBP", "AVIF", "TIFF"):
        yield f"animated-{name.lower()}", partial(animated, name, 3)
    yield "gif-of-2000-frames", partial(animated, "GIF", 2_000)
    yield "webp-of-200-frames", partial(animated, "WEBP", 200)
    yield "png-65500-wide", lambda: saved(Image.new("RGB", (65_500, 16), "teal"), "PNG")
    yield "png-70000-tall", lambda: saved(Image.new("L", (3, 70_000), 90), "PNG")
    yield "jpeg-65500-tall", lambda: saved(Image.new("RGB", (16, 65_500), "teal"), "JPEG")
    yield "tiff-70000-wide", lambda: saved(Image.new("L", (70_000, 3), 90), "TIFF")
    yield "bmp-upside-down", bmp_upside_down
    yield "one-pixel-jpeg", lambda: saved(Image.new("RGB", (1, 1), "teal"), "JPEG")
    yield "one-pixel-gif", lambda: saved(Image.new("P", (1, 1)), "GIF")
    yield "one-column-png", lambda: saved(Image.new("RGB", (1, 500), "teal"), "PNG")
    yield "png-without-width", lambda: png(0, 48, rows=b"")
    yield "jpeg-without-height", lambda: jpeg_sized(96, 0)
    yield "bmp-of-minus-one", lambda: bmp(-1, -1)
    yield "99-megapixels-of-white", lambda: saved(Image.new("L", (11_000, 9_000), 255), "PNG", compress_level=1)


def animated(name: str, frames: int) -> bytes:
    """An animation, or a file of several pages."""
    images = [picture(48, 32).rotate(number) for number in range(frames)]
    return saved(images[0], name, save_all=True, append_images=images[1:])


def bmp_upside_down() -> bytes:
    """A BMP with its rows from top to bottom, which a negative height says."""
    file = bytearray(sound("BMP"))
    file[22:26] = struct.pack("<i", -64)
    return bytes(file)


def _odd_but_legal() -> Iterator[tuple[str, Make]]:
    for depth in (1, 2, 4, 8, 16):
        yield f"png-grey-{depth}-bit", partial(grey_png, depth)
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        yield f"png-mode-{mode.replace(';', '-').lower()}", partial(saved_as, mode, "PNG")
    for mode in ("1", "L", "P", "RGB", "RGBA", "CMYK", "LAB", "YCbCr", "I;16", "I", "F"):
        yield f"tiff-mode-{mode.replace(';', '-').lower()}", partial(saved_as, mode, "TIFF")
    for compression in ("tiff_lzw", "packbits", "jpeg", "tiff_adobe_deflate"):
        yield f"tiff-{compression.replace('_', '-')}", partial(saved, picture(), "TIFF", compression=compression)
    yield "tiff-group4", lambda: saved(picture().convert("1"), "TIFF", compression="group4")
    yield "jpeg-progressive", lambda: saved(picture(), "JPEG", progressive=True)
    yield "jpeg-with-restarts", lambda: saved(picture(), "JPEG", restart_marker_rows=1)
    yield "jpeg-cmyk", lambda: saved(picture().convert("CMYK"), "JPEG")
    yield "jpeg-padded-with-fill-bytes", lambda: sound("JPEG")[:2] + b"\xff" * 40 + sound("JPEG")[2:]
    yield "png-in-many-small-parts", png_in_parts
    yield "png-with-unknown-chunks", lambda: png(64, 48, chunk(b"dARk", bytes(5_000)))
    yield "png-transparent-colour", lambda: png(64, 48, chunk(b"tRNS", b"\0\0"))
    yield "gif-interlaced", lambda: saved(picture().quantize(), "GIF", interlace=1)
    yield "webp-lossless-with-alpha", lambda: saved(picture().convert("RGBA"), "WEBP", lossless=True)
    yield "bmp-palette", lambda: saved(picture().quantize(16), "BMP")


def grey_png(depth: int) -> bytes:
    """A grey PNG with so many bits per pixel."""
    row_bytes = (64 * depth + 7) // 8
    rows = b"".join(b"\0" + bytes((number * 3 + n) % 256 for n in range(row_bytes)) for number in range(48))
    return png(64, 48, depth=depth, rows=rows)


def saved_as(mode: str, name: str) -> bytes:
    """The picture in a mode that few files have."""
    if mode == "LAB":
        srgb_space, lab_space = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        converted = ImageCms.profileToProfile(picture(), srgb_space, lab_space, outputMode="LAB")
        return saved(converted or picture(), name)
    if mode == "I;16":
        return saved(Image.fromarray(np.asarray(picture().convert("L")).astype(np.uint16) * 257), name)
    return saved(picture().convert("L").convert(mode) if mode in {"I", "F"} else picture().convert(mode), name)


def png_in_parts() -> bytes:
    """A PNG whose pixels come in chunks of one byte."""
    whole = sound("PNG")
    at = whole.index(b"IDAT")
    (length,) = struct.unpack(">I", whole[at - 4 : at])
    pixels = whole[at + 4 : at + 4 + length]
    crumbs = b"".join(chunk(b"IDAT", pixels[n : n + 1]) for n in range(length))
    return whole[: at - 4] + crumbs + chunk(b"IEND", b"")


def _cuts() -> Iterator[tuple[str, Make]]:
    """Every format, cut at its signature, in its header, at the start, the middle and the end of its pixels."""
    for name in FORMATS:
        for words, share in (("header", 0.02), ("tenth", 0.1), ("half", 0.5), ("last-bytes", 0.98)):
            yield f"{name.lower()}-cut-at-its-{words}", partial(cut, name, share)


def cut(name: str, share: float) -> bytes:
    """The beginning of a photo."""
    whole = sound(name)
    return whole[: max(9, int(len(whole) * share))]


BOMBS = dict(_bombs())
DIRECTORIES = dict(_directories())
METADATA = dict(_metadata())
DISGUISES = dict(_disguises())
SHAPES = dict(_shapes())
ODD_BUT_LEGAL = dict(_odd_but_legal())
