"""Keeps libraries from writing to standard error: what they complain of reaches Darkroom as warnings and errors."""

import ctypes
import functools
import logging
from pathlib import Path

import PIL

# Where Pillow's wheels hold its C libraries: on Linux, on macOS.
LIBRARY_FOLDERS = ("../pillow.libs", ".dylibs")


@functools.cache
def silence_libraries() -> None:
    """Keep what Pillow logs and what libtiff prints off the terminal; where Pillow holds libtiff in itself, it may.

    A program that sets up logging still gets what Pillow logs. Other libraries print nothing:
    `tests/unit/test_silence.py` listens to them all.
    """
    logging.getLogger("PIL").addHandler(logging.NullHandler())
    package = Path(PIL.__file__).parent
    for library in (found for folder in LIBRARY_FOLDERS for found in (package / folder).glob("libtiff*")):
        handle = ctypes.CDLL(str(library.resolve()))
        handle.TIFFSetErrorHandler(None)
        handle.TIFFSetWarningHandler(None)
