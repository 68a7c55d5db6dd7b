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
CHOSEN_ON_BEFORE = ("cast", "exposure", "fivek", "good", "look", "lol", "white-balance")
# Nothing was ever fitted to these nor chosen on them.
NEVER_SEEN = ("fivek2",)
# Folders that are divided by the names of their photos: of this many parts one is chosen on, and one only reported.
DIVIDED, PARTS = ("finished", "everyday"), 6
# Photos of these folders with neighbouring numbers may show one scene: ten of them stay together.
IN_SERIES = ("everyday",)


class UnknownSetError(Exception):
    """A folder of photos has no role; the message says where to give it one."""


def role_of(photo: Path) -> Role:
    """Return the role of a photo by its folder's name and its own, which is enough for pairs (input/, target/) too."""
    folder = photo.parent.parent if photo.parent.name in {"input", "target"} else photo.parent
    if folder.name in DIVIDED:
        return _role_by_name(folder.name, photo.stem)
    if folder.name in CHOSEN_ON_BEFORE:
        return Role.CHOSEN_ON
    if folder.name in NEVER_SEEN:
        return Role.REPORTED
    raise UnknownSetError(f"the folder {folder.name!r} has no role: give it one in {Path(__file__).name}")


def _role_by_name(folder: str, stem: str) -> Role:
    origin = stem[:-1] if folder in IN_SERIES else stem
    part = zlib.crc32(origin.encode()) % PARTS
    return {0: Role.CHOSEN_ON, 1: Role.REPORTED}.get(part, Role.FITTED)
