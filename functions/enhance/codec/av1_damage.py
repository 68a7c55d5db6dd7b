"""Finds damage in an AVIF's AV1 data, which decode to something whatever they hold.

dav1d, which is in Pillow's own libavif, can be strict (strict_std_compliance): then the arithmetic decoder of each tile
must end where its data do, with the padding of the specification (AV1, 8.2.4). A single bit that is changed displaces
that end. Pillow does not ask for it, so the pixels are decoded once more before, without the filters.
"""

import ctypes
from functools import cache
from typing import Any, BinaryIO

from functions.enhance.codec.bundled_library import bundled_library
from functions.enhance.codec.extras.heif_places import photo_data
from functions.shared.imaging.images import broken_pixels

# The version of its interface (dav1d 1.5, dav1d.h). All structs are smaller; their sizes are none of the interface.
VERSION, VERSION_SHIFT, STRUCT_BYTES = 7, 16, 2048
# The members of Dav1dSettings that are set, by their place as numbers of 32 bits.
THREADS, FRAMES_AT_ONCE, FILM_GRAIN, MOST_PIXELS, STRICT, FILTERS = 0, 1, 2, 5, 16, 18
# The function that dav1d would print its complaints with, a pointer.
LOGGER = (14, 15)
THREADS_USED, ANY_TILE_PIXELS = 2, 2**24
# What a decoder says of a broken picture: EINVAL. Whatever else it says is left for libavif to judge.
INVALID = -22


def require_sound_av1(source: BinaryIO, pixels: int) -> None:
    """Raise CorruptImageError if a picture that the photo is made of does not end where its data do.

    What has many more pixels than the photo is not looked at.
    """
    most_pixels = max(2 * pixels, ANY_TILE_PIXELS)
    if any(_is_broken(data, most_pixels) for _, data in photo_data(source, b"av01")):
        raise broken_pixels("the AV1 data are damaged")


@cache
def _library() -> Any:
    """Return dav1d; None where it is missing, or another version whose structs may differ."""
    found = bundled_library("PIL._avif", "dav1d_open", "dav1d_version_api")
    return found if found and found.dav1d_version_api() >> VERSION_SHIFT == VERSION else None


def _is_broken(data: bytes, most_pixels: int) -> bool:
    if not _library():
        return False
    settings, decoder = ctypes.create_string_buffer(STRUCT_BYTES), ctypes.c_void_p()
    _library().dav1d_default_settings(settings)
    numbers = ctypes.cast(settings, ctypes.POINTER(ctypes.c_int))
    numbers[THREADS], numbers[FRAMES_AT_ONCE], numbers[FILM_GRAIN] = THREADS_USED, 1, 0
    for half in LOGGER:
        numbers[half] = 0
    numbers[MOST_PIXELS], numbers[STRICT], numbers[FILTERS] = most_pixels, 1, 0
    if _library().dav1d_open(ctypes.byref(decoder), settings):
        return False
    try:
        return INVALID in _decode(decoder, data)
    finally:
        _library().dav1d_close(ctypes.byref(decoder))


def _decode(decoder: ctypes.c_void_p, data: bytes) -> tuple[int, int]:
    """Return what dav1d answers to the data, and when it is asked for the picture: 0 for both if all is well."""
    held, picture = ctypes.create_string_buffer(STRUCT_BYTES), ctypes.create_string_buffer(STRUCT_BYTES)
    create = _library().dav1d_data_create
    create.restype = ctypes.c_void_p
    memory = create(held, ctypes.c_size_t(len(data)))
    if not memory:
        raise MemoryError
    ctypes.memmove(memory, data, len(data))
    try:
        return _library().dav1d_send_data(decoder, held), _library().dav1d_get_picture(decoder, picture)
    finally:
        _library().dav1d_picture_unref(picture)
        _library().dav1d_data_unref(held)
