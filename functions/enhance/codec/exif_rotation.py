"""Turning a photo upright, as its EXIF orientation says, without ever holding it twice."""

import ctypes
import mmap
from collections.abc import Callable

from PIL import Image

from functions.enhance.codec.pixels import Levels, pixels_of

View = Callable[[Levels], Levels]

# The orientation, and how an array of the stored pixels is seen upright (EXIF 2.32, 4.6.4).
UPRIGHT: dict[int, View] = {
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: stored.swapaxes(0, 1)[:, ::-1],
    7: lambda stored: stored[::-1, ::-1].swapaxes(0, 1),
    8: lambda stored: stored.swapaxes(0, 1)[::-1],
}
# All undo themselves, but for the two quarter turns.
STORED = {**UPRIGHT, 6: UPRIGHT[8], 8: UPRIGHT[6]}
BAND_ROWS = 64


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Return a loaded image turned upright; unless it is upright already, what `image` showed is gone then.

    It must have been made in one block. While one fills, the memory of the other goes back to the system.
    """
    if orientation not in UPRIGHT:
        return image
    # Without a colour it is not filled, so it takes no memory yet.
    turned = Image.new(image.mode, image.size if orientation < 5 else image.size[::-1], color=None)
    source, target = _whole_pixels(image), STORED[orientation](_whole_pixels(turned))
    for top in range(0, len(source), BAND_ROWS):
        band = source[top : top + BAND_ROWS]
        target[top : top + BAND_ROWS] = band
        _release(band)
    turned.info = image.info
    return turned


def _whole_pixels(image: Image.Image) -> Levels:
    """Return a pixel as one number: so they are copied several times as fast."""
    pixels = pixels_of(image)
    return pixels.view(f"u{pixels.itemsize * pixels.shape[-1]}")[..., 0]


def _release(memory: Levels) -> None:
    """Tell the system that nobody will read these rows again; where that cannot be told, they just stay."""
    if not hasattr(mmap, "MADV_DONTNEED"):
        return
    start = -memory.ctypes.data // mmap.PAGESIZE * -mmap.PAGESIZE
    whole_pages = (memory.ctypes.data + memory.nbytes - start) // mmap.PAGESIZE
    if whole_pages > 0:
        ctypes.CDLL(None).madvise(
            ctypes.c_void_p(start), ctypes.c_size_t(whole_pages * mmap.PAGESIZE), mmap.MADV_DONTNEED
        )
