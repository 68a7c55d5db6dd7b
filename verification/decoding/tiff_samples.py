"""TIFFs of every kind of samples, layout, compression and orientation."""

import itertools
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from verification.corpus.cmyk_profile import cmyk_profile
from verification.corpus.colour_spaces import DISPLAY_P3, PROPHOTO_RGB
from verification.corpus.file_parts import saved
from verification.corpus.tiff_kinds import (
    ALPHA,
    BLACK_IS_ZERO,
    CMYK,
    DEFLATE,
    FLOAT,
    PALETTE,
    PREMULTIPLIED,
    RGB,
    SHORT,
    SIGNED,
    UNDEFINED,
    UNSPECIFIED,
    WHITE_IS_ZERO,
    Layout,
    file_of,
    page_of,
    stored,
    tiff_of,
)
from verification.corpus.unread_kinds import UNREAD
from verification.corpus.valid_files import saved_as
from verification.decoding.drawing import GREY, OPACITY, SCENE, STORED, Sample, Shares, picture, shown, with_alpha

ORIENTATION, PROFILE, WEBP = 274, 34675, 50001
LAYOUTS: dict[str, dict[str, Any]] = {
    "little-endian-strips": {"rows_per_strip": 16},
    "big-endian-tiles-deflate": {"order": ">", "edge": 16, "compression": DEFLATE},
}
COMPRESSIONS = ("tiff_lzw", "packbits", "jpeg", "tiff_adobe_deflate", "tiff_deflate")


def sample(shares: Shares, layout: Layout, seen: Shares | None = None) -> Sample:
    """Return a file of shares; `seen` is what it shows, where that is not the same."""
    depth = min(layout.bits, 16)
    rounded = np.rint((shares if seen is None else seen) * (2**depth - 1)) / (2**depth - 1)
    return Sample(lambda: tiff_of(stored(shares, layout), layout), shown(rounded, is_deep=depth > 8))


def tiff_samples() -> Iterator[tuple[str, Sample]]:
    """Yield each by its name."""
    for name, layout in LAYOUTS.items():
        yield from ((f"tiff-{kind}-{name}", made) for kind, made in _of_grey(layout))
        yield from ((f"tiff-{kind}-{name}", made) for kind, made in _of_colours(layout))
    for orientation in range(2, 9):
        layout_turned = Layout(more=((ORIENTATION, SHORT, (orientation,)),))
        yield f"tiff-orientation-{orientation}", sample(STORED[orientation](SCENE), layout_turned, SCENE)
    for compression in COMPRESSIONS:
        make = partial(saved, picture(), "TIFF", compression=compression)
        yield f"tiff-{compression.replace('_', '-')}", Sample(make, shown(SCENE))
    for compression in ("group3", "group4"):
        make = partial(saved, picture().convert("1"), "TIFF", compression=compression)
        yield f"tiff-{compression}", Sample(make)
    yield "tiff-lab", Sample(partial(saved_as, "LAB", "TIFF", picture()), shown(SCENE))
    yield "tiff-ycbcr", Sample(partial(saved, picture().convert("YCbCr"), "TIFF"), shown(SCENE))
    yield "tiff-bigtiff", sample(SCENE, Layout(is_big=True))
    yield "tiff-reversed-bits", sample(SCENE, Layout(fill_order=2))
    yield "tiff-predictor-16-bit", sample(SCENE, Layout(bits=16, predictor=2, compression=DEFLATE))
    yield "tiff-predictor-of-floats", sample(GREY, Layout(BLACK_IS_ZERO, 32, FLOAT, predictor=3, compression=DEFLATE))
    for bits, space in itertools.product((8, 16), (DISPLAY_P3, PROPHOTO_RGB)):
        make = partial(_with_profile, space.coded(SCENE), bits, space.profile)
        name = "display-p3" if space is DISPLAY_P3 else "prophoto"
        yield f"tiff-{name}-{bits}-bit", Sample(make, shown(SCENE, is_deep=bits > 8))
    inks = partial(saved, picture().convert("CMYK"), "TIFF", icc_profile=cmyk_profile())
    yield "tiff-cmyk-by-profile", Sample(inks)
    yield "tiff-webp-inside", Sample(_with_webp)
    yield "tiff-signed-grey-8-bit", Sample(_signed_bytes)
    yield "tiff-rgb-32-bit", Sample(sample(SCENE, Layout(bits=32)).make)
    yield "tiff-lzma", Sample(partial(saved, picture(), "TIFF", compression="lzma"), shown(SCENE))
    yield from ((name, Sample(make)) for name, make in UNREAD.items())


def _of_grey(layout: dict[str, Any]) -> Iterator[tuple[str, Sample]]:
    for bits in (1, 2, 4, 8, 12, 16, 32):
        yield f"grey-{bits}-bit", sample(GREY, Layout(BLACK_IS_ZERO, bits, **layout))
        yield f"white-is-zero-{bits}-bit", sample(1 - GREY, Layout(WHITE_IS_ZERO, bits, **layout), GREY)
    for bits in (16, 32):
        yield f"signed-grey-{bits}-bit", sample(GREY, Layout(BLACK_IS_ZERO, bits, SIGNED, **layout))
    for bits in (32, 64):
        yield f"float-grey-{bits}-bit", sample(GREY, Layout(BLACK_IS_ZERO, bits, FLOAT, **layout))
    for bits in (1, 4, 8):
        ramp = np.arange(2**bits) / (2**bits - 1)
        colours = np.stack([ramp, 1 - ramp, np.full_like(ramp, 0.2)])
        table = tuple(int(value) for value in np.rint(colours * 65535).ravel())
        kind = Layout(PALETTE, bits, more=((320, SHORT, table),), **layout)
        seen = colours.T[stored(GREY, kind)[..., 0]]
        made = sample(GREY, kind)
        yield f"palette-{bits}-bit", Sample(made.make, shown(np.rint(seen * 255) / 255))


def _of_colours(layout: dict[str, Any]) -> Iterator[tuple[str, Sample]]:
    for bits, planar in itertools.product((8, 16), (False, True)):
        kind = f"{bits}-bit{'-planar' * planar}"
        options: dict[str, Any] = {"bits": bits, "planar": planar, **layout}
        yield f"rgb-{kind}", sample(SCENE, Layout(**options))
        yield f"rgb-alpha-{kind}", sample(with_alpha(SCENE), Layout(extra=(ALPHA,), **options))
        yield f"rgb-and-more-{kind}", sample(with_alpha(SCENE), Layout(extra=(UNSPECIFIED,), **options), SCENE)
        inks = np.concatenate([1 - SCENE, np.zeros_like(GREY)], axis=-1)
        yield f"cmyk-{kind}", Sample(sample(inks, Layout(CMYK, **options)).make, shown(SCENE))
    for name, shares in {"grey": GREY, "rgb": SCENE}.items():
        photometric = BLACK_IS_ZERO if name == "grey" else RGB
        kind_of_alpha = Layout(photometric, extra=(PREMULTIPLIED,), **layout)
        premultiplied = np.concatenate([shares * OPACITY, OPACITY], axis=-1)
        yield f"{name}-premultiplied", sample(premultiplied, kind_of_alpha, with_alpha(shares))
    deep = Layout(bits=16, extra=(PREMULTIPLIED,), **layout)
    yield (
        "rgb-premultiplied-16-bit",
        sample(np.concatenate([SCENE * OPACITY, OPACITY], axis=-1), deep, with_alpha(SCENE)),
    )


def _with_profile(shares: Shares, bits: int, profile: bytes) -> bytes:
    """Return colours as a TIFF with a profile."""
    layout = Layout(bits=bits, more=((PROFILE, UNDEFINED, tuple(profile)),))
    return tiff_of(stored(shares, layout), layout)


def _with_webp() -> bytes:
    """Return a TIFF whose strip is a WebP, as libtiff writes it."""
    layout = Layout(compression=WEBP)
    tags, _ = page_of(stored(SCENE, layout), layout)
    return file_of([(tags, [saved(picture(), "WEBP", lossless=True)])], layout)


def _signed_bytes() -> bytes:
    layout = Layout(BLACK_IS_ZERO, 8, SIGNED)
    return tiff_of(np.rint(GREY * 127).astype(np.int8), layout)
