"""Reads ICC profiles of tone curves and a matrix (ICC.1:2022); whoever has tables instead needs LittleCMS."""

import struct
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from functions.enhance.codec.colour.primaries import SRGB
from functions.enhance.codec.colour.tone_curves import HLG, PQ
from functions.enhance.colour_space import POINTS, ColourSpace

TAGS_AT, TAG_BYTES, MAX_TAGS = 128, 12, 100
COLORANTS, COLOUR_CURVES, GREY_CURVE = (b"rXYZ", b"gXYZ", b"bXYZ"), (b"rTRC", b"gTRC", b"bTRC"), b"kTRC"
# Colours to the connection space by tables, which take precedence over curves and matrix.
TABLES = frozenset({b"A2B0", b"A2B1", b"D2B0", b"D2B1"})
# The number of parameters by function type (10.18).
PARAMETERS = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}
# A curve that ends darker than this, or primaries whose matrix is nearly singular, are not a photo's.
DARKEST_WHITE, SMALLEST_DETERMINANT = 0.5, 1e-4
ERRORS = (struct.error, ValueError, KeyError, IndexError, ZeroDivisionError, FloatingPointError)

Tags = Mapping[bytes, bytes]


@lru_cache(maxsize=8)
def space_of(profile: bytes) -> ColourSpace | None:
    """Return the colour space of a profile by tone curves and, for RGB, a matrix; None for any other profile."""
    try:
        tags = tags_of(profile)
        if TABLES & tags.keys():
            return None
        return _grey_space(tags) if profile[16:20] == b"GRAY" else _colour_space(tags)
    except ERRORS:
        return None


def hdr_code_points(profile: bytes) -> tuple[int, int] | None:
    """Return primaries and transfer characteristics of the tag cicp (9.2.17) where they name HDR."""
    try:
        points = tags_of(profile)[b"cicp"][8:10]
    except ERRORS:
        return None
    return (points[0], points[1]) if len(points) == 2 and points[1] in {PQ, HLG} else None


def tags_of(profile: bytes) -> Tags:
    """Return the tags' data by their signatures; raises struct.error where the table is cut short."""
    (count,) = struct.unpack_from(">I", profile, TAGS_AT)
    entries = (struct.unpack_from(">4sII", profile, TAGS_AT + 4 + TAG_BYTES * at) for at in range(min(count, MAX_TAGS)))
    return {tag: profile[start : start + size] for tag, start, size in entries}


def _colour_space(tags: Tags) -> ColourSpace:
    to_xyz = np.array([struct.unpack_from(">3i", tags[tag], 8) for tag in COLORANTS]).T / 65536
    if abs(np.linalg.det(to_xyz)) < SMALLEST_DETERMINANT:
        raise ValueError("the primaries lie on a line")
    return ColourSpace(_curves(tags, COLOUR_CURVES), np.linalg.inv(SRGB.to_xyz()) @ to_xyz)


def _grey_space(tags: Tags) -> ColourSpace:
    return ColourSpace(_curves(tags, (GREY_CURVE,)), np.ones((1, 1)))


def _curves(tags: Tags, names: tuple[bytes, ...]) -> NDArray[np.float32]:
    known = {data: _curve(data) for data in {tags[name] for name in names}}
    return np.stack([known[tags[name]] for name in names], axis=-1).astype(np.float32)


def _curve(data: bytes) -> NDArray[np.float64]:
    """Return the light of POINTS coded values; raises ValueError for a curve that falls, or stays dark."""
    coded = np.linspace(0, 1, POINTS)
    with np.errstate(all="raise", under="ignore"):
        light = _parametric(data, coded) if data[:4] == b"para" else _sampled(data, coded)
    light = light.clip(0, 1)
    if not np.isfinite(light).all() or (np.diff(light) < 0).any() or light[-1] < DARKEST_WHITE:
        raise ValueError("this curve cannot be inverted")
    return light


def _sampled(data: bytes, coded: NDArray[np.float64]) -> NDArray[np.float64]:
    kind, count = struct.unpack_from(">4s4xI", data)
    if kind != b"curv" or count > POINTS:
        raise ValueError("not a curve")
    values = np.array(struct.unpack_from(f">{count}H", data, 12), np.float64)
    if count == 0:
        return coded
    if count == 1:
        return np.asarray(coded ** (values[0] / 256))
    return np.asarray(np.interp(coded, np.linspace(0, 1, count), values / 65535))


def _parametric(data: bytes, coded: NDArray[np.float64]) -> NDArray[np.float64]:
    (kind,) = struct.unpack_from(">H", data, 8)
    given = [value / 65536 for value in struct.unpack_from(f">{PARAMETERS[kind]}i", data, 12)]
    power, a, b, c, d, e, f = tuple(given + [0.0] * (7 - len(given)))
    if kind == 0:
        return np.asarray(coded**power)
    # Type 2 calls the offset c, type 4 e. Types 1 and 2 have no line below a start: there, a * coded + b is negative.
    curved = np.maximum(a * coded + b, 0) ** power + (c if kind == 2 else e)
    return np.asarray(np.where(coded >= d, curved, c * coded + f))
