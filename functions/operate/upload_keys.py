"""Under which key a file goes, and why one does not go at all, as far as its name tells."""

from __future__ import annotations

from functions.shared.contracts import OUTPUT_PREFIX
from functions.shared.output_keys import MAX_KEY_BYTES

# In a form, S3 puts the file's own name in this place.
PLACEHOLDER = "${filename}"


def upload_key(folder: str, name: str) -> str:
    """Return the key of a file below a folder of the bucket; the name may hold folders itself, parted by slashes."""
    return f"{folder.rstrip('/')}/{name}" if folder else name


def own_results(key: str) -> str:
    """Return why no photo may be uploaded under a key that is meant for results; empty where one may."""
    is_result = key.startswith(OUTPUT_PREFIX)
    return f"{key} lies under {OUTPUT_PREFIX}, where Darkroom writes its own results" if is_result else ""


def unnamable(key: str) -> str:
    """Return why S3 takes no such key, and what helps; empty where it does."""
    try:
        length = len(key.encode())
    except UnicodeEncodeError:
        return "its name is no UTF-8, and so no key of S3: rename it"
    if length > MAX_KEY_BYTES:
        shorter = "choose a folder with a shorter name, or rename it"
        return f"its key would have {length} bytes, S3 takes {MAX_KEY_BYTES}: {shorter}"
    return ""
