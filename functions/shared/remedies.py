"""What each error means for a photo that failed, and what to do: one table for docs, messages and commands.

`docs/reference.md` shows this table; `tests/contract/test_remedies.py` compares the two.
"""

from enum import StrEnum
from typing import NamedTuple


class RerunHelps(StrEnum):
    """Whether running a failed photo again can help."""

    NO = "no"
    """The fault lies in the file or in what its upload asks for: the same upload fails again."""
    AFTER_A_FIX = "after a fix"
    """Something has to be changed first, and that is not the photo."""
    YES = "yes"
    """What failed passes by itself."""


class Remedy(NamedTuple):
    """One row: the names of errors, what they mean, what to do about them, whether a re-run helps."""

    errors: tuple[str, ...]
    meaning: str
    advice: str
    rerun_helps: RerunHelps


NO, AFTER_A_FIX, YES = RerunHelps
REMEDIES = (
    Remedy(
        ("UnsupportedImageError",),
        "the content is no photo, or of a format, compression or kind of samples that Darkroom does not read; the "
        "message names it",
        "save it as the message says, or upload another file under the same name",
        NO,
    ),
    Remedy(
        ("CorruptImageError",),
        "the file is cut short or broken, or damaged inside where its decoder notices",
        "upload a sound copy from the source under the same name",
        NO,
    ),
    Remedy(
        ("ImageTooLargeError",),
        "over the limit of bytes, pixels or frames; the message names it",
        "upload a smaller one under the same name, or have MAX_BYTES, MAX_PIXELS or MAX_FRAMES raised",
        NO,
    ),
    Remedy(
        ("InvalidMetadataError",),
        "the object's metadata names a preset or strength that does not exist; the message names those that do",
        "upload it again under the same name with an allowed value, or without",
        NO,
    ),
    Remedy(("ImageNotFoundError",), "the object was deleted before it was read", "upload it again", NO),
    Remedy(
        ("TransientServiceError",),
        "AWS throttled, failed or did not answer, through all the retries",
        "wait until the outage is over, then run it again",
        YES,
    ),
    Remedy(
        ("CopyConflictError",),
        "what lies where the copy belongs is by its metadata the copy of a newer or of another upload, and Darkroom "
        "did not write it (as after a bucket was copied); the message names it",
        "move or delete that object, then run it again",
        AFTER_A_FIX,
    ),
    Remedy(
        ("ServiceRefusedError",),
        "a permission or a resource is missing; the message names the call",
        "restore what is missing, then run it again",
        AFTER_A_FIX,
    ),
    Remedy(
        ("ConfigurationError",),
        "environment variables of a function are wrong; the message lists them",
        "correct function.json, deploy, then run it again",
        AFTER_A_FIX,
    ),
    Remedy(
        ("Sandbox.Timedout", "Runtime.OutOfMemory", "Runtime.ExitError", "Lambda.Unknown", "States.Timeout"),
        "the function timed out, ran out of memory or died on this photo, twice",
        "raise timeout_seconds or memory_mb in function.json, deploy, then run it again",
        AFTER_A_FIX,
    ),
    Remedy(
        (
            "Lambda.ServiceException",
            "Lambda.AWSLambdaException",
            "Lambda.SdkClientException",
            "Lambda.ClientExecutionTimeoutException",
            "Lambda.TooManyRequestsException",
        ),
        "Lambda failed or had no concurrency left, through all the retries",
        "wait until the outage is over, then run it again",
        YES,
    ),
    Remedy(
        ("States.Runtime", "States.DataLimitExceeded"),
        "Step Functions could not go on: the state data does not fit the definition",
        "deploy definition and functions of one version, then run it again as a new execution",
        AFTER_A_FIX,
    ),
    Remedy(("ExecutionAborted",), "somebody stopped the execution", "run it again, if stopping it was a mistake", YES),
)
ANY_OTHER = Remedy(
    (),
    "an error that Darkroom does not raise, or the reason that was given when the execution was stopped",
    "read the message, remove the cause, then run it again",
    AFTER_A_FIX,
)
_BY_ERROR = {error: remedy for remedy in REMEDIES for error in remedy.errors}


def remedy_of(error: str) -> Remedy:
    """Return what to do about an error of this name; any name has an answer."""
    return _BY_ERROR.get(error, ANY_OTHER)
