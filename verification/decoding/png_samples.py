"""PNGs of every depth and kind of colours, transparency, and chunk that says what they mean."""

import itertools
import struct
import zlib
from collections.abc import Iterator
from functools import partial

import numpy as np

from verification.corpus.colour_spaces import (
    ADOBE_RGB,
    BT2020,
    DISPLAY_P3,
    GAMMA_18,
    LINEAR_LIGHT,
    PROPHOTO_RGB,
    SRGB,
    Space,
    chromaticities,
    cicp,
    gamma,
)
from verification.corpus.file_parts import PNG_SIGNATURE, chunk, saved
from verification.decoding.drawing import GREY, SCENE, STORED, Sample, Shares, shown, turned, with_alpha

COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
PALETTE = 3
Chunk = tuple[bytes, bytes]


def png_of(shares: Shares, bits: int = 8, chunks: tuple[Chunk, ...] = (), colour_type: int | None = None) -> bytes:
    """Return shares of shape (rows, columns, channels) as a PNG; those of a palette are shares of its last index."""
    rows, columns, channels = shares.shape
    samples = np.rint(shares * (2**bits - 1)).astype(">u2" if bits == 16 else np.uint8)
    flat = samples.reshape(rows, -1)
    if bits < 8:
        flat = np.packbits(np.unpackbits(flat[..., None], axis=-1)[..., -bits:].reshape(rows, -1), axis=1)
    kind = COLOUR_TYPES[channels] if colour_type is None else colour_type
    header = chunk(b"IHDR", struct.pack(">2I5B", columns, rows, bits, kind, 0, 0, 0))
    lines = zlib.compress(b"".join(b"\0" + row.tobytes() for row in flat))
    return b"".join(
        [PNG_SIGNATURE, header, *itertools.starmap(chunk, chunks), chunk(b"IDAT", lines), chunk(b"IEND", b"")]
    )


def png_samples() -> Iterator[tuple[str, Sample]]:
    """Yield each by its name."""
    for bits in (1, 2, 4, 8, 16):
        rounded = np.rint(GREY * (2**bits - 1)) / (2**bits - 1)
        yield f"png-grey-{bits}-bit", Sample(partial(png_of, GREY, bits), shown(rounded, is_deep=bits > 8))
    for bits, (name, shares) in itertools.product(
        (8, 16), {"rgb": SCENE, "grey-alpha": with_alpha(GREY), "rgb-alpha": with_alpha(SCENE)}.items()
    ):
        yield f"png-{name}-{bits}-bit", Sample(partial(png_of, shares, bits), shown(shares, is_deep=bits > 8))
    for orientation in range(2, 9):
        stored, exif = turned(orientation)
        yield f"png-orientation-{orientation}", Sample(partial(saved, stored, "PNG", exif=exif), shown(SCENE))
    yield "png-orientation-6-raw-profile", Sample(_with_raw_profile, shown(SCENE))
    by_xmp = (b"iTXt", b'XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation="6"/>')
    yield "png-orientation-6-by-xmp", Sample(partial(png_of, STORED[6](SCENE), 8, (by_xmp,)), shown(SCENE))
    yield from _with_transparency()
    yield from _in_other_spaces()
    yield from _by_code_points()


def _with_transparency() -> Iterator[tuple[str, Sample]]:
    for bits in (1, 2, 4, 8, 16):
        level = 2**bits // 2
        key = (b"tRNS", struct.pack(">H", level))
        rounded = np.rint(GREY * (2**bits - 1))
        seen = np.concatenate([rounded / (2**bits - 1), rounded != level], axis=-1)
        yield (
            f"png-grey-{bits}-bit-transparent",
            Sample(partial(png_of, GREY, bits, (key,)), shown(seen, is_deep=bits > 8)),
        )
    for bits in (1, 2, 4, 8):
        ramp = np.arange(2**bits) / (2**bits - 1)
        colours = np.rint(np.stack([ramp, 1 - ramp, np.full_like(ramp, 0.2)], axis=-1) * 255).astype(np.uint8)
        opacity = np.rint(255 - ramp * 200).astype(np.uint8)
        index = np.rint(GREY * (2**bits - 1)).astype(int)[..., 0]
        opaque, seen = colours[index] / 255, np.dstack([colours[index], opacity[index]]) / 255
        chunks = ((b"PLTE", colours.tobytes()), (b"tRNS", opacity.tobytes()))
        yield f"png-palette-{bits}-bit", Sample(partial(png_of, GREY, bits, chunks[:1], PALETTE), shown(opaque))
        yield f"png-palette-{bits}-bit-alpha", Sample(partial(png_of, GREY, bits, chunks, PALETTE), shown(seen))


def _in_other_spaces() -> Iterator[tuple[str, Sample]]:
    srgb = (b"sRGB", b"\0")
    yield "png-srgb", Sample(partial(png_of, SCENE, 8, (srgb, gamma(0.45455))), shown(SCENE))
    named: dict[str, tuple[Space, tuple[Chunk, ...]]] = {
        "gamma-1.8": (GAMMA_18, (gamma(1 / 1.8),)),
        "linear-light": (LINEAR_LIGHT, (gamma(1.0),)),
        "adobe-rgb-by-chunks": (ADOBE_RGB, (gamma(256 / 563), chromaticities(ADOBE_RGB.primaries))),
        "display-p3-by-cicp": (DISPLAY_P3, (cicp(12, 13),)),
        "bt2020-by-cicp": (BT2020, (cicp(9, 13),)),
        "adobe-rgb-by-profile": (ADOBE_RGB, (_profile(ADOBE_RGB),)),
        "prophoto-by-profile": (PROPHOTO_RGB, (_profile(PROPHOTO_RGB),)),
        "linear-light-by-profile": (LINEAR_LIGHT, (_profile(LINEAR_LIGHT),)),
        "cicp-over-a-profile": (DISPLAY_P3, (_profile(SRGB), cicp(12, 13))),
    }
    for (name, (space, chunks)), bits in itertools.product(named.items(), (8, 16)):
        make = partial(png_of, space.coded(SCENE), bits, chunks)
        yield f"png-{name}-{bits}-bit", Sample(make, shown(SCENE, is_deep=bits > 8))
    yield (
        "png-grey-gamma-1.8",
        Sample(partial(png_of, GAMMA_18.coded(GREY.repeat(3, -1))[..., :1], 8, (gamma(1 / 1.8),)), shown(GREY)),
    )


def _by_code_points() -> Iterator[tuple[str, Sample]]:
    for (name, number), bits in itertools.product({"pq": 16, "hlg": 18}.items(), (8, 16)):
        yield f"png-{name}-{bits}-bit", Sample(partial(png_of, SCENE * 0.6, bits, (cicp(9, number),)))


def _profile(space: Space) -> Chunk:
    return b"iCCP", b"a space\0\0" + zlib.compress(space.profile)


def _with_raw_profile() -> bytes:
    """Return a turned PNG as ImageMagick wrote it before there was a chunk eXIf."""
    stored, exif = turned(6)
    text = f"\nexif\n{len(exif):8}\n{exif.hex()}\n".encode()
    body = saved(stored, "PNG")
    return body[:33] + chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(text)) + body[33:]
