"""Sound TIFFs of kinds that are not read: each must be named, for to upload it again would not help."""

from __future__ import annotations

from functools import partial

import numpy as np

from verification.corpus.file_parts import Make
from verification.corpus.tiff_kinds import ALPHA, BLACK_IS_ZERO, FLOAT, LAB, Layout, file_of, page_of, tiff_of

PHOTOMETRIC = 262

KINDS = {
    "jpeg-2000": Layout(compression=34712),
    "jpeg-xl": Layout(compression=50002),
    "webp": Layout(compression=50001),
    "colours-of-32-bit-floats": Layout(bits=32, format=FLOAT),
    "colours-of-10-bits": Layout(bits=10),
    "planes-of-lab": Layout(LAB, planar=True),
    "big-endian-bigtiff": Layout(is_big=True, order=">"),
}


def tiff_kind(layout: Layout, bands: int = 3) -> bytes:
    """Return a ramp in a kind of TIFF."""
    ramp = np.broadcast_to(np.arange(64)[None, :, None], (48, 64, bands))
    return tiff_of(ramp.astype(np.float32 if layout.format == FLOAT else np.uint8), layout)


def tiff_without_meaning() -> bytes:
    """Return a ramp in a TIFF without the tag PhotometricInterpretation."""
    layout = Layout(BLACK_IS_ZERO)
    tags, parts = page_of(np.arange(64, dtype=np.uint8).reshape(8, 8, 1), layout)
    return file_of([({tag: value for tag, value in tags.items() if tag != PHOTOMETRIC}, parts)], layout)


UNREAD: dict[str, Make] = {
    **{f"tiff-of-{name}": partial(tiff_kind, layout) for name, layout in KINDS.items()},
    "tiff-without-meaning": tiff_without_meaning,
    "tiff-of-planes-of-grey-with-alpha": partial(tiff_kind, Layout(BLACK_IS_ZERO, extra=(ALPHA,), planar=True), 2),
}
