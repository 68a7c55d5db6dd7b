"""A synthetic CMYK profile, as a print shop embeds it: four inks in, L*a*b* out (ICC.1:2001, lut8Type)."""

import itertools
import struct
from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np

from verification.corpus.table_profile import with_tags

# L*, a*, b* of paper and solid inks on coated paper, about as ISO 12647-2 has them, and of what they make together.
SOLIDS = {
    "": (95, 0, -2),
    "C": (55, -37, -50),
    "M": (48, 74, -3),
    "Y": (89, -5, 93),
    "K": (16, 0, 0),
    "MY": (47, 68, 48),
    "CY": (50, -65, 27),
    "CM": (24, 22, -46),
    "CMY": (23, 0, 0),
}
BLACK = (8, 0, 0)
GRID = 5


@cache
def cmyk_profile() -> bytes:
    """Return the profile's bytes, the same ones at every call."""
    tags = {b"desc": _text(b"desc", b"Inks on coated paper"), b"cprt": _text(b"text", b"CC0")}
    tags |= {b"A2B0": _lut(4, 3, GRID, map(_lab8, _overprints())), b"B2A0": _lut(3, 4, 2, _greys())}
    tags[b"wtpt"] = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    return with_tags(_header() + bytes(4), tags)


def _header() -> bytes:
    dated = struct.pack(">6H", 2026, 1, 31, 12, 0, 0)
    white = struct.pack(">3i", 63190, 65536, 54061)
    head = bytes(4) + b"none\x02\x10\0\0prtrCMYKLab " + dated + b"acsp"
    return (head.ljust(68, b"\0") + white).ljust(128, b"\0")


def _text(kind: bytes, words: bytes) -> bytes:
    if kind == b"text":
        return b"text\0\0\0\0" + words + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(words) + 1) + words + bytes(1 + 4 + 4 + 2 + 1 + 67)


def _lut(inputs: int, outputs: int, grid: int, nodes: Iterable[Iterable[int]]) -> bytes:
    identity = struct.pack(">9i", *(65536 * (n % 4 == 0) for n in range(9)))
    straight, table = bytes(range(256)), b"".join(map(bytes, nodes))
    shape = bytes((inputs, outputs, grid, 0))
    return b"mft1\0\0\0\0" + shape + identity + straight * inputs + table + straight * outputs


def _overprints() -> Iterator[np.ndarray]:
    return itertools.starmap(_mixed, itertools.product(np.linspace(0, 1, GRID), repeat=4))


def _greys() -> Iterator[list[int]]:
    """Yield the way back, from L*a*b* to inks, as far as programs need it to find the darkest ink."""
    return ([0 if light else 255] * 4 for light, _, _ in itertools.product((0, 1), repeat=3))


def _mixed(*inks: float) -> np.ndarray:
    """Return L*a*b* of inks printed over each other by chance (Neugebauer's primaries, Demichel's shares)."""
    total = np.zeros(3)
    for solid in itertools.product((0, 1), repeat=4):
        share = np.prod([ink if printed else 1 - ink for ink, printed in zip(inks, solid, strict=True)])
        name = "".join(letter for letter, printed in zip("CMYK", solid, strict=True) if printed)
        total += share * np.array(SOLIDS.get(name, BLACK), dtype=float)
    return total


def _lab8(lab: np.ndarray) -> list[int]:
    return [round(value) for value in np.clip(lab * (2.55, 1, 1) + (0, 128, 128), 0, 255)]
