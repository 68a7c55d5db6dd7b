"""The pixels of a Pillow image as an array that shares their memory, so that nothing is copied.

Pillow exports its memory by the Arrow C data interface (https://arrow.apache.org/docs/format/CDataInterface.html),
which requires that the image was allocated in one block.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from PIL import Image, _imaging

from functions.enhance.arrays import Levels

_capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_capsule_pointer.restype, _capsule_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


class _ArrowArray(ctypes.Structure):
    """`struct ArrowArray` of the specification, up to the last member that is read here."""


_ArrowArray._fields_ = [
    *((name, ctypes.c_int64) for name in ("length", "null_count", "offset", "n_buffers", "n_children")),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_ArrowArray))),
]


@contextmanager
def one_block() -> Iterator[None]:
    """Make Pillow allocate each image in one block of memory."""
    before = _imaging.get_use_block_allocator()
    _imaging.set_use_block_allocator(1)
    try:
        yield
    finally:
        _imaging.set_use_block_allocator(before)


def pixels_of(image: Image.Image) -> Levels:
    """Return a view of an L, RGB or I;16 image's levels, shape (rows, columns, channels): writing changes the image.

    RGB has four channels, the last is padding. Raises ValueError for an image that was not allocated in one block.
    """
    _schema, capsule = image.__arrow_c_array__()
    array = _ArrowArray.from_address(_capsule_pointer(capsule, b"arrow_array"))
    values = array.children[0].contents if array.n_children else array
    level = ctypes.c_uint16 if image.mode == "I;16" else ctypes.c_uint8
    memory: Any = (level * values.length).from_address(values.buffers[1])
    # The array keeps `memory` alive, which keeps the capsule alive, without which Pillow would free the block.
    memory.capsule = capsule
    return np.frombuffer(memory, level).reshape(image.height, image.width, -1)
