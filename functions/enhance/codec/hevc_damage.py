"""Finds damage in a HEIC's HEVC data, which decode to something whatever they hold.

libde265, which is in pi_heif, warns where the arithmetic decoder does not end where a slice does (ITU-T H.265, 9.3.2.5
and 7.3.8.1). libheif does not pass its warnings on, so the pixels are decoded once more before, without the filters,
one tile after the other.
"""

import ctypes
import struct
from collections.abc import Iterator
from functools import cache
from typing import Any, BinaryIO

from functions.enhance.codec.bundled_library import bundled_library
from functions.enhance.codec.extras.heif_places import photo_data
from functions.shared.imaging.images import broken_pixels

# enum de265_param and enum de265_error (libde265 1.1, de265.h).
NO_DEBLOCKING, NO_OFFSETS = 7, 8
# A parameter out of range, a slice that ends too early or too late, entry points and addresses that cannot be.
DAMAGE = frozenset({8, 1002, 1003, 1004, 1007, 1017, 1020, 1021})
THREADS_USED = 2
# Calls of the decoder for one picture: it works off what it holds in a few.
MAX_CALLS = 64


def require_sound_hevc(source: BinaryIO) -> None:
    """Raise CorruptImageError if a decoder warns of damage in a picture that the photo is made of."""
    for properties, data in photo_data(source, b"hvc1"):
        configuration = next((content for kind, content in properties if kind == b"hvcC"), b"")
        try:
            units = [*_parameter_sets(configuration), *_units(data, 1 + (configuration[21] & 0b11))]
        except (struct.error, IndexError):
            continue
        if _is_broken(units):
            raise broken_pixels("the HEVC data are damaged")


def _parameter_sets(configuration: bytes) -> Iterator[bytes]:
    """Yield the units in a box hvcC (ISO/IEC 14496-15, 8.3.3.1.2)."""
    at = 23
    for _ in range(configuration[22]):
        (count,) = struct.unpack_from(">H", configuration, at + 1)
        at += 3
        for _ in range(count):
            (size,) = struct.unpack_from(">H", configuration, at)
            yield configuration[at + 2 : at + 2 + size]
            at += 2 + size


def _units(data: bytes, length_bytes: int) -> Iterator[bytes]:
    at = 0
    while at + length_bytes < len(data):
        start = at + length_bytes
        at = start + int.from_bytes(data[at:start])
        yield data[start:at]


@cache
def _library() -> Any:
    library = bundled_library("_pi_heif", "de265_new_decoder", "de265_get_warning")
    if library:
        library.de265_new_decoder.restype = ctypes.c_void_p
    return library


def _is_broken(units: list[bytes]) -> bool:
    if not _library():
        return False
    decoder = ctypes.c_void_p(_library().de265_new_decoder())
    try:
        for parameter in (NO_DEBLOCKING, NO_OFFSETS):
            _library().de265_set_parameter_bool(decoder, parameter, 1)
        _library().de265_start_worker_threads(decoder, THREADS_USED)
        for unit in units:
            _library().de265_push_NAL(decoder, ctypes.c_char_p(unit), len(unit), ctypes.c_int64(0), None)
        _library().de265_flush_data(decoder)
        return not DAMAGE.isdisjoint(_warnings(decoder))
    finally:
        _library().de265_free_decoder(decoder)


def _warnings(decoder: ctypes.c_void_p) -> set[int]:
    """Decode what the decoder holds, and return its warnings."""
    for _ in range(MAX_CALLS):
        is_more = ctypes.c_int(0)
        error = _library().de265_decode(decoder, ctypes.byref(is_more))
        _library().de265_get_next_picture(decoder)
        if error or not is_more.value:
            break
    return set(iter(lambda: int(_library().de265_get_warning(decoder)), 0))
