"""Rotates a photo upright by its EXIF orientation, without ever holding two copies of it in memory."""

import ctypes
import mmap
from collections.abc import Callable

from PIL import Image

from functions.enhance.arrays import Levels
from functions.enhance.codec.pixels import pixels_of

View = Callable[[Levels], Levels]

# By orientation, the upright view of an array of the stored pixels (EXIF 2.32, 4.6.4).
UPRIGHT: dict[int, View] = {
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: stored.swapaxes(0, 1)[:, ::-1],
    7: lambda stored: stored[::-1, ::-1].swapaxes(0, 1),
    8: lambda stored: stored.swapaxes(0, 1)[::-1],
}
# The inverses: each view is its own, except for the two quarter turns.
STORED = {**UPRIGHT, 6: UPRIGHT[8], 8: UPRIGHT[6]}
BAND_ROWS = 64


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Return a loaded image rotated upright; unless it is upright already, the pixels of `image` are lost.

    It must have been allocated in one block. Its memory goes back to the system while the rotated image fills.
    """
    if orientation not in UPRIGHT:
        return image
    # Without a colour it is not filled, so it takes no physical memory yet.
    rotated = Image.new(image.mode, image.size if orientation < 5 else image.size[::-1], color=None)
    source, target = _whole_pixels(image), STORED[orientation](_whole_pixels(rotated))
    for top in range(0, len(source), BAND_ROWS):
        band = source[top : top + BAND_ROWS]
        target[top : top + BAND_ROWS] = band
        _release(band)
    rotated.info = image.info
    return rotated


def _whole_pixels(image: Image.Image) -> Levels:
    """Return each pixel as one number: they are copied several times as fast."""
    pixels = pixels_of(image)
    return pixels.view(f"u{pixels.itemsize * pixels.shape[-1]}")[..., 0]


def _release(memory: Levels) -> None:
    """Give the memory of these rows back to the system, where it offers a way; they are not read again."""
    if not hasattr(mmap, "MADV_DONTNEED"):
        return
    start = -memory.ctypes.data // mmap.PAGESIZE * -mmap.PAGESIZE
    whole_pages = (memory.ctypes.data + memory.nbytes - start) // mmap.PAGESIZE
    if whole_pages > 0:
        ctypes.CDLL(None).madvise(
            ctypes.c_void_p(start), ctypes.c_size_t(whole_pages * mmap.PAGESIZE), mmap.MADV_DONTNEED
        )
