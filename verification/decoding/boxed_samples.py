"""HEIC and AVIF files of every bit depth, sampling, code point and turn."""

import itertools
import struct
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pyvips

from verification.corpus.boxes import clap, with_properties
from verification.corpus.colour_spaces import BT2020, DISPLAY_P3
from verification.corpus.derived_pictures import avif_grid, derived_heics
from verification.corpus.file_parts import saved
from verification.corpus.heic_kinds import FULL, HALF, HALF_ACROSS, LUMA, MONOCHROME, Coded, heic
from verification.decoding.drawing import (
    APERTURE,
    COLUMNS,
    GREY,
    OPACITY,
    ROWS,
    SCENE,
    STORED,
    Sample,
    Shares,
    picture,
    shown,
    with_alpha,
)

# Properties by the EXIF orientation that says the same: turned anticlockwise by quarters, then mirrored.
IROT, IMIR, CLAP = b"irot", b"imir", b"clap"
TURNS: dict[int, tuple[tuple[bytes, bytes], ...]] = {
    2: ((IMIR, b"\1"),),
    3: ((IROT, b"\2"),),
    4: ((IMIR, b"\0"),),
    5: ((IROT, b"\3"), (IMIR, b"\1")),
    6: ((IROT, b"\3"),),
    7: ((IROT, b"\1"), (IMIR, b"\1")),
    8: ((IROT, b"\1"),),
}
SAMPLINGS = {"grey": MONOCHROME, "420": HALF, "422": HALF_ACROSS, "444": FULL}
SPACES = {"display-p3": (12, DISPLAY_P3), "bt2020": (9, BT2020)}
CURVES = {"pq": 16, "hlg": 18}


def boxed_samples() -> Iterator[tuple[str, Sample]]:
    """Yield each by its name."""
    yield from _heics()
    yield from _avifs()


def _heics() -> Iterator[tuple[str, Sample]]:
    for (name, idc), depth in itertools.product(SAMPLINGS.items(), (8, 10, 12)):
        shares = GREY if idc == MONOCHROME else SCENE
        make = partial(heic, shares, Coded(idc, depth))
        yield f"heic-{name}-{depth}-bit", Sample(make, shown(shares, is_deep=depth > 8))
    for matrix, is_full in itertools.product(LUMA, (True, False)):
        make = partial(heic, SCENE, Coded(matrix=matrix, is_full_range=is_full))
        yield f"heic-matrix-{matrix}-{'full' if is_full else 'limited'}", Sample(make, shown(SCENE))
    for orientation, turn in TURNS.items():
        make = partial(heic, _in_blocks(STORED[orientation](SCENE)), Coded(), turn)
        yield f"heic-orientation-{orientation}", Sample(make, shown(SCENE))
    yield "heic-aperture", Sample(partial(heic, SCENE, Coded(), [(CLAP, _aperture())]), shown(_in_aperture(SCENE)))
    for name, make_derived in derived_heics(SCENE, OPACITY).items():
        shares = with_alpha(SCENE) if "alpha" in name else SCENE
        yield f"heic-{name}", Sample(make_derived, shown(shares, is_deep="10-bit" in name))
    yield "heic-alpha", Sample(partial(heic, SCENE, Coded(), alpha=OPACITY), shown(with_alpha(SCENE)))
    for name, (primaries, space) in SPACES.items():
        yield f"heic-{name}", Sample(partial(heic, space.coded(SCENE), Coded(primaries=primaries)), shown(SCENE))
    for name, transfer in CURVES.items():
        yield f"heic-{name}", Sample(partial(heic, SCENE * 0.6, Coded(FULL, 10, 9, transfer, 9)))


def _in_blocks(shares: Shares) -> Shares:
    return np.ascontiguousarray(shares)


def _avifs() -> Iterator[tuple[str, Sample]]:
    for sampling, mode in itertools.product(("4:4:4", "4:2:2", "4:2:0"), ("RGB", "RGBA")):
        shares = with_alpha(SCENE) if mode == "RGBA" else SCENE
        make = partial(saved, picture(shares), "AVIF", subsampling=sampling, quality=95)
        yield f"avif-{sampling.replace(':', '')}-{mode.lower()}", Sample(make, shown(shares))
    yield "avif-grey", Sample(partial(saved, picture(GREY), "AVIF", subsampling="4:0:0", quality=95), shown(GREY))
    for depth in (8, 10, 12):
        yield f"avif-{depth}-bit", Sample(partial(_by_libvips, depth), shown(SCENE, is_deep=depth > 8))
    for orientation, turn in TURNS.items():
        stored = picture(_in_blocks(STORED[orientation](SCENE)))
        yield f"avif-orientation-{orientation}", Sample(partial(_with, stored, *turn), shown(SCENE))
    pair = np.concatenate([SCENE, SCENE], axis=1)
    yield "avif-grid-10-bit", Sample(lambda: avif_grid(_by_libvips(10), (COLUMNS, ROWS)), shown(pair, is_deep=True))
    yield "avif-aperture", Sample(partial(_with, picture(), (CLAP, _aperture())), shown(_in_aperture(SCENE)))
    for name, (primaries, space) in SPACES.items():
        make = partial(_named, space.coded(SCENE), primaries, 13)
        yield f"avif-{name}", Sample(make, shown(SCENE))
    for name, transfer in CURVES.items():
        yield f"avif-{name}", Sample(partial(_named, SCENE * 0.6, 9, transfer))
    wide = picture(DISPLAY_P3.coded(SCENE))
    yield "avif-turned-by-xmp-alone", Sample(_fine(picture(), xmp=b'<x tiff:Orientation="3"/>'), shown(SCENE))
    yield "avif-by-profile", Sample(_fine(wide, icc_profile=DISPLAY_P3.profile), shown(SCENE))


def _fine(image: Any, **options: Any) -> partial[bytes]:
    return partial(saved, image, "AVIF", quality=95, subsampling="4:4:4", **options)


def _with(image: Any, *properties: tuple[bytes, bytes]) -> bytes:
    return with_properties(_fine(image)(), *properties)


def _named(shares: Shares, primaries: int, transfer: int) -> bytes:
    """Return an AVIF whose code points are changed in its boxes: decoders take those of the boxes."""
    body, before = _fine(picture(shares))(), b"colrnclx" + struct.pack(">2H", 1, 13)
    return body.replace(before, b"colrnclx" + struct.pack(">2H", primaries, transfer))


def _by_libvips(depth: int) -> bytes:
    levels = np.rint(SCENE * 65535).astype(np.uint16)
    image = pyvips.Image.new_from_array(levels, interpretation="rgb16")
    options = {"compression": "av1", "bitdepth": depth, "Q": 95, "effort": 0, "subsample_mode": "off"}
    body: bytes = image.heifsave_buffer(**options)
    return body


def _aperture() -> bytes:
    left, top, right, bottom = APERTURE
    rows, columns = SCENE.shape[:2]
    return clap(right - left, bottom - top, (left + right - columns, 2), (top + bottom - rows, 2))


def _in_aperture(shares: Shares) -> Shares:
    left, top, right, bottom = APERTURE
    return shares[top:bottom, left:right]
