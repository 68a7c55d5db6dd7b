"""Imports of moto's Batch no more than moto's Step Functions takes of it: one enumeration.

The rest brings EC2 along, and with it EC2's model, parsed three times: half of what the embedded AWS takes to import.
"""

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from types import ModuleType

import moto

PACKAGE, TAKEN = "moto.batch", "moto.batch.utils"


def import_alone() -> None:
    """Import the module that is taken without its package, which is imported in full by whoever asks for it later."""
    if PACKAGE in sys.modules:
        return
    found = PathFinder.find_spec(PACKAGE, moto.__path__)
    if found is None:
        return  # moto has changed, and its Step Functions says so
    package = sys.modules[PACKAGE] = ModuleType(PACKAGE)
    package.__path__ = list(found.submodule_search_locations or ())
    try:
        import_module(TAKEN)
    finally:
        del sys.modules[PACKAGE]
