"""Dates as metadata and people write them, in EXIF's form."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

UNKNOWN_TIME = "  :  :  "
# "2026:01:31 12:00:00"
EXIF_DATE = re.compile(r"(\d{4}):(\d\d):(\d\d)(?=\D|$)")
MAX_CHARACTERS = 64


def exif_date(text: str) -> str:
    """Return "2026:01:31 12:00:00", with blanks for an unknown time; empty for what is no date.

    It reads ISO 8601 (XMP), EXIF's own form, and RFC 1123 (PNG's Creation Time).
    """
    written = EXIF_DATE.sub(r"\1-\2-\3", text.strip() if len(text) <= MAX_CHARACTERS else "")
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(written)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
        time = f"{moment:%H:%M:%S}" if ":" in written or "T" in written else UNKNOWN_TIME
        return f"{moment.year:04}:{moment:%m:%d} {time}"
    return ""
