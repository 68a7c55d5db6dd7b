"""What a backfill is for. It stands alone: the command line names the choices, and imports nothing that takes time."""

from enum import StrEnum


class Reprocess(StrEnum):
    """What a backfill is for; each takes what the one before takes, and more."""

    MISSING = "missing"
    FAILED = "failed"
    ALL = "all"
