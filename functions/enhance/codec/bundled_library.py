"""The C libraries that Pillow and pi_heif bring along, for what those do not pass on."""

import ctypes
import importlib
from typing import Any


def bundled_library(extension_module: str, *functions: str) -> Any:
    """Return the libraries that an extension module is linked with, as one; None where they lack one of the functions.

    The pinned wheels have them all; other builds of the same packages need not export them.
    """
    # The extension may be large and few photos need it, so it is loaded late. Its dependencies are searched too.
    library = ctypes.CDLL(str(importlib.import_module(extension_module).__file__))
    return library if all(hasattr(library, name) for name in functions) else None
