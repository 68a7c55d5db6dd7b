"""What each photo is for: fitted to, chosen on, or only reported. No photo has two roles.

The model learns from the first. Every constant, input and structure is chosen on the second. The third is opened when
both are settled, and its table is not chosen by.
"""

import zlib
from enum import Enum
from pathlib import Path


class Role(Enum):
    """What a photo is for."""

    FITTED = "fitted to"
    CHOSEN_ON = "chosen on"
    REPORTED = "only reported"


# The sets that were scored while earlier versions were made, some of their constants with them: chosen on for ever.
# What is in no folder of these two lists was never seen (`fivek2`, and sets of your own): only reported.
CHOSEN_ON_BEFORE = ("cast", "exposure", "fivek", "good", "look", "lol", "white-balance")
# Folders that are divided by the names of their photos: of this many parts one is chosen on, and one only reported.
DIVIDED, PARTS = ("finished", "everyday"), 6
# Photos of these folders with neighbouring numbers may show one scene: ten of them stay together.
IN_SERIES = ("everyday",)


def role_of(photo: Path) -> Role:
    """Return the role of a photo by its folder's name and its own; that of a pair (input/, target/) by its set's."""
    folder = photo.parent.parent if photo.parent.name in {"input", "target"} else photo.parent
    if folder.name in DIVIDED:
        return _role_by_name(folder.name, photo.stem)
    return Role.CHOSEN_ON if folder.name in CHOSEN_ON_BEFORE else Role.REPORTED


def _role_by_name(folder: str, stem: str) -> Role:
    origin = stem[:-1] if folder in IN_SERIES else stem
    part = zlib.crc32(origin.encode()) % PARTS
    return {0: Role.CHOSEN_ON, 1: Role.REPORTED}.get(part, Role.FITTED)
