"""The pixels of a Pillow image as an array that shares their memory: no copy on the way in, none on the way back.

Pillow hands its memory out by the Arrow C data interface (https://arrow.apache.org/docs/format/CDataInterface.html),
which takes that the image lies in one block.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, _imaging

# Of 8 or 16 bits.
Levels = NDArray[Any]

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
    """Let Pillow give each image that it makes meanwhile one block of memory."""
    before = _imaging.get_use_block_allocator()
    _imaging.set_use_block_allocator(1)
    try:
        yield
    finally:
        _imaging.set_use_block_allocator(before)


def pixels_of(image: Image.Image) -> Levels:
    """Return an L, RGB or I;16 image's own levels, shape (rows, columns, channels): what is written changes the image.

    RGB has four channels, of which the last is a filler. Raises ValueError for an image that was not made in one block.
    """
    _schema, capsule = image.__arrow_c_array__()
    array = _ArrowArray.from_address(_capsule_pointer(capsule, b"arrow_array"))
    values = array.children[0].contents if array.n_children else array
    level = ctypes.c_uint16 if image.mode == "I;16" else ctypes.c_uint8
    memory: Any = (level * values.length).from_address(values.buffers[1])
    # The array keeps `memory` alive, and that the capsule, without which Pillow would free the block.
    memory.capsule = capsule
    return np.frombuffer(memory, level).reshape(image.height, image.width, -1)
