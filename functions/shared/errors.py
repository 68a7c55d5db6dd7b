"""Every error that the functions raise on purpose. Step Functions sees the class name alone, so the leaf names route.

DarkroomError
├── SkippedUploadError            ends in Skipped: no work, no message, nothing overwritten
│   ├── NotAnUploadError          validate: a folder marker, a key under enhanced/, or no S3 event at all
│   ├── DuplicateUploadError      validate, record: this very upload is done or reported, or another execution owns it
│   └── SupersededUploadError     validate, enhance, record: a newer upload of the same key has come
├── PermanentImageError           goes to the failure branch, never retried: the same bytes fail again
│   ├── UnsupportedImageError     validate, enhance: no photo, or a format that Darkroom does not read
│   ├── CorruptImageError         validate, enhance: the format is known, its data is broken or cut short
│   ├── ImageTooLargeError        validate, enhance: over a limit of bytes, pixels or frames
│   ├── InvalidMetadataError      validate: the object's metadata asks for a preset or strength that does not exist
│   └── ImageNotFoundError        validate, enhance: the object or that version of it is gone
├── TransientServiceError         all: throttled, 5xx or no connection; retried, then the failure branch
├── CopyConflictError             enhance: what lies under the copy's key may not be replaced; the failure branch,
│                                 where the ledger says whether a newer upload has come or an operator must act
├── ServiceRefusedError           all: AWS said no (permission, missing resource); the failure branch
├── ConfigurationError            all: wrong environment; the failure branch
└── ImageFailedError              record (FailUnlessRedriven): ends the execution as FAILED

`tests/contract/test_errors.py` compares this tree with the Retry and Catch of statemachine/pipeline.asl.json.
Each class also says who is at fault, which decides whether an alarm goes off.
"""

import re
from enum import StrEnum
from typing import ClassVar

LINK, E_MAIL = re.compile(r"https?://[^\s\"']+"), re.compile(r"[\w.+%-]+@[\w-]+\.[\w.-]+")


class Fault(StrEnum):
    """Who is at fault where an error was raised."""

    PHOTO = "photo"
    """The photo or what its upload asks for: its uploader can mend it, and operators cannot."""
    SERVICE = "service"
    """Darkroom or AWS: operators have to look."""
    NOBODY = "nobody"
    """The error only says what became of an upload."""


class DarkroomError(Exception):
    """Base of every error raised on purpose; Step Functions never sees this name.

    Its message goes into logs and traces, so links, which may be signed, and people's addresses are taken out of it.
    """

    fault: ClassVar[Fault] = Fault.SERVICE

    def __init__(self, message: str = "") -> None:
        super().__init__(E_MAIL.sub("<e-mail>", LINK.sub("<link>", message)))


class SkippedUploadError(DarkroomError):
    """Base of the errors that end an execution quietly, in Skipped."""

    fault = Fault.NOBODY


class NotAnUploadError(SkippedUploadError):
    """The input names nothing that Darkroom should enhance."""


class DuplicateUploadError(SkippedUploadError):
    """This upload is already completed, or another execution is at work on it."""


class SupersededUploadError(SkippedUploadError):
    """A newer upload of the same key has taken over."""


class PermanentImageError(DarkroomError):
    """Base of the errors that lie in the object itself: trying again cannot help."""

    fault = Fault.PHOTO


class UnsupportedImageError(PermanentImageError):
    """The content is no photo in a format that Darkroom reads."""


class CorruptImageError(PermanentImageError):
    """The content starts like a known format and then breaks."""


class ImageTooLargeError(PermanentImageError):
    """The photo exceeds a limit of bytes, pixels or frames; the message names limit and value."""


class InvalidMetadataError(PermanentImageError):
    """The object's metadata asks for what does not exist; the message names every value and what is allowed."""


class ImageNotFoundError(PermanentImageError):
    """The object, or the version of it that the event names, no longer exists."""


class CopyConflictError(DarkroomError):
    """An object that this upload may not replace lies where its copy belongs; the message names it and the remedy."""


class TransientServiceError(DarkroomError):
    """AWS throttled, failed with 5xx or could not be reached; the same call may succeed soon."""


class ServiceRefusedError(DarkroomError):
    """AWS refused the call for a reason that waiting does not cure."""


class ConfigurationError(DarkroomError):
    """The function's environment is wrong; the message lists every setting at fault."""


class ImageFailedError(DarkroomError):
    """Ends the execution as FAILED; the message names the step, the error and its message."""

    # The error that it names was counted when it was recorded.
    fault = Fault.NOBODY
