"""HEICs and AVIFs whose photo is made of coded pictures: grid, overlay, identity (ISO/IEC 23008-12, 6.6), and alpha.

A derived picture says only its size here: its depth is that of its parts.
"""

import io
import struct
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from functions.enhance.codec.extras.heif_places import photo_data
from verification.corpus.boxes import box
from verification.corpus.file_parts import Make
from verification.corpus.heic_kinds import ALPHA, MONOCHROME, Coded, coded_picture
from verification.corpus.heif_writer import Item, heif_file, size_property

Shares = NDArray[np.float64]
OPAQUE_WHITE = b"\xff" * 8
# Of a grid's parts in the corpus, in pixels.
TILE = 32


def derived(kind: bytes, data: bytes, size: tuple[int, int], first: int, count: int = 1) -> Item:
    """Return a picture of this width and height that is made of the items from `first` on."""
    return Item(kind, data, (size_property(*size),), ((b"dimg", tuple(range(first, first + count))),))


def grid(tiles: Sequence[Item], columns: int, size: tuple[int, int], *, first: int = 2) -> list[Item]:
    """Return a grid, numbered before `first`, and its tiles, row by row."""
    rows = len(tiles) // columns
    data = struct.pack(">4B2H", 0, 0, rows - 1, columns - 1, *size)
    return [derived(b"grid", data, size, first, len(tiles)), *(replace(tile, is_hidden=True) for tile in tiles)]


def _tiles(shares: Shares, depth: int) -> list[Item]:
    rows, columns = (length // TILE for length in shares.shape[:2])
    parts = shares.reshape(rows, TILE, columns, TILE, -1).swapaxes(1, 2).reshape(rows * columns, TILE, TILE, -1)
    return [coded_picture(part, Coded(depth=depth), [Coded().nclx]) for part in parts]


def heic_of_tiles(shares: Shares, depth: int, *, is_identity: bool = False) -> bytes:
    """Return shares of whole tiles as a grid, or as the identity of a grid."""
    size = (shares.shape[1], shares.shape[0])
    tiles = _tiles(shares, depth)
    before = [derived(b"iden", b"", size, 2)] if is_identity else []
    return heif_file([*before, *grid(tiles, size[0] // TILE, size, first=2 + len(before))])


def heic_overlay(shares: Shares, depth: int) -> bytes:
    """Return shares as an overlay of one picture, at the top left of a white canvas."""
    size = (shares.shape[1], shares.shape[0])
    data = bytes(2) + OPAQUE_WHITE + struct.pack(">2H2h", *size, 0, 0)
    coded = coded_picture(shares, Coded(depth=depth), [Coded().nclx])
    return heif_file([derived(b"iovl", data, size, 2), replace(coded, is_hidden=True)])


def heic_with_alpha(shares: Shares, alpha: Shares, depths: tuple[int, int]) -> bytes:
    """Return a photo and its alpha of other bit depths."""
    colours = coded_picture(shares, Coded(depth=depths[0]), [Coded().nclx])
    return heif_file([colours, coded_picture(alpha, Coded(MONOCHROME, depths[1]), [ALPHA], [(b"auxl", (1,))])])


def heic_tone_mapped(shares: Shares, depth: int) -> bytes:
    """Return a photo of 8 bits, and what it is together with its gain map (ISO 21496-1), both of another depth."""
    size = (shares.shape[1], shares.shape[0])
    gain = replace(coded_picture(shares[..., :1], Coded(MONOCHROME, depth)), is_hidden=True)
    mapped = derived(b"tmap", bytes(62), size, 1)
    properties = (*mapped.properties, (b"pixi", bytes(4) + bytes([3, depth, depth, depth])))
    mapped = replace(mapped, properties=properties, references=((b"dimg", (1, 2)),))
    alternatives = box(b"altr", struct.pack(">5I", 0, 9, 2, 3, 1))
    return heif_file([coded_picture(shares, Coded(), [Coded().nclx]), gain, mapped], groups=alternatives)


def avif_grid(tile: bytes, size: tuple[int, int]) -> bytes:
    """Return an AVIF that shows another one of this size twice, side by side."""
    [(properties, data)] = photo_data(io.BytesIO(tile), b"av01")
    kept = tuple(found for found in properties if found[0] in {b"av1C", b"ispe", b"colr"})
    part = Item(b"av01", data, kept)
    whole, *parts = grid([part, part], 2, (2 * size[0], size[1]))
    colours = tuple(found for found in kept if found[0] == b"colr")
    return heif_file([replace(whole, properties=(*whole.properties, *colours)), *parts], b"avif")


def derived_heics(shares: Shares, alpha: Shares) -> dict[str, Make]:
    """Return HEICs by their names, which show shares; the last has alpha, of 10 bits where its colours have 8."""
    return {
        "overlay": partial(heic_overlay, shares, 8),
        "overlay-10-bit": partial(heic_overlay, shares, 10),
        "grid-10-bit": partial(heic_of_tiles, shares, 10),
        "identity-10-bit": partial(heic_of_tiles, shares, 10, is_identity=True),
        "alpha-10-bit": partial(heic_with_alpha, shares, alpha, (8, 10)),
    }
