"""The functions' errors in words that fit a file of this machine: nothing is uploaded here, no environment is set."""

import re

from functions.shared.errors import PermanentImageError

AGAIN = "Copy it again from where it came."
# In this order: the first two make sentences that the others leave alone.
REPLACEMENTS = (
    (re.compile(r"\bUpload (?:it|the photo) again\."), AGAIN),
    (re.compile(r"\bupload it again\."), "try it again."),
    (re.compile(r"\bthe upload was cut off\."), "it was not copied in full."),
    (re.compile(r"\bUpload\b"), "Choose"),
)
WITH_FLAG = re.compile(r"\bUpload [^.]*?, or raise MAX_(\w+)")
WITHOUT_FLAG = re.compile(r", or raise MAX_\w+[^.]*")


def refusal(error: PermanentImageError, *, limits_are_flags: bool) -> str:
    """Return why a photo is refused and what helps.

    With `limits_are_flags`, a limit is raised by a flag named after it, such as --max-pixels for MAX_PIXELS; without,
    nothing is said of raising it.
    """
    text = str(error)
    if limits_are_flags:
        text = WITH_FLAG.sub(lambda limit: f"Raise --max-{limit[1].lower()}", text)
    text = WITHOUT_FLAG.sub("", text)
    for pattern, replacement in REPLACEMENTS:
        text = pattern.sub(replacement, text)
    return text
