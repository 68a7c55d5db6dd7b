"""The quantization tables of JPEGs: 64 steps each, one for each frequency, row by row (ITU T.81, A.3.4)."""

import io
from functools import cache
from typing import Any

from PIL import Image

Table = list[int]
# Luminance and chrominance.
Tables = tuple[Table, Table]
EDGE = 8


def tables_of(image: Any) -> Tables | None:
    """Return an opened JPEG's tables for luminance and chrominance, the finest of several; None if it has none."""
    tables, components = image.quantization, image.layer
    if not tables:
        return None
    used = [tables.get(component[3], next(iter(tables.values()))) for component in components]
    return used[0], finer(*used[1:] or used)


def finer(*tables: Table) -> Table:
    """Return the table that quantizes no frequency more coarsely than any of these does."""
    return [min(steps) for steps in zip(*tables, strict=True)]


def coarser(*tables: Table) -> Table:
    """Return the table that quantizes no frequency more finely than any of these does."""
    return [max(steps) for steps in zip(*tables, strict=True)]


def divided(table: Table, factor: float) -> Table:
    """Return the table whose steps are smaller by a factor; they are whole, and 1 at least."""
    return [max(int(step / factor), 1) for step in table]


def transposed(table: Table) -> Table:
    """Return the table for the same picture, turned by a quarter: its vertical frequencies have become horizontal."""
    return [table[row * EDGE + column] for column in range(EDGE) for row in range(EDGE)]


@cache
def standard_tables(quality: int) -> Tables:
    """Return the tables that libjpeg makes of a quality, 1 to 100 (ITU T.81, Annex K, scaled)."""
    body = io.BytesIO()
    Image.new("RGB", (8, 8)).save(body, "JPEG", quality=quality)
    with Image.open(body) as image:
        return tables_of(image) or ([1] * 64, [1] * 64)
