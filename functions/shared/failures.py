"""Reading a failed run: which step failed, with which error, and what it said."""

import json
from typing import Any

from functions.shared import errors
from functions.shared.contracts import FailedRun, Failure
from functions.shared.errors import Fault
from functions.shared.workflow import STEPS

MAX_MESSAGE_CHARACTERS = 1000


def failed_step(state: FailedRun) -> str:
    """Return the name of the first step whose result is missing: the one that failed, and the one to resume at.

    An execution that was started by hand with another one's output has all results: it failed in its first step.
    """
    return next((step.state for step in STEPS if getattr(state, step.result) is None), STEPS[0].state)


def fault_of(error_name: str) -> Fault:
    """Return who is at fault for a photo that failed with an error of this name.

    That is the service unless the error's class says that the photo is: whatever Darkroom does not raise (a timeout, a
    crash, an error of Lambda or Step Functions) is unexpected.
    """
    found = getattr(errors, error_name, None)
    if isinstance(found, type) and issubclass(found, errors.DarkroomError) and found.fault is Fault.PHOTO:
        return Fault.PHOTO
    return Fault.SERVICE


def error_message(failure: Failure) -> str:
    """Return what a person should read of a failure's cause, at most MAX_MESSAGE_CHARACTERS of it."""
    message = _lambda_message(failure.cause) or failure.cause or f"{failure.error}, without a cause from AWS."
    return message if len(message) <= MAX_MESSAGE_CHARACTERS else message[: MAX_MESSAGE_CHARACTERS - 1] + "…"


def _lambda_message(cause: str) -> str | None:
    """Return errorMessage where the cause is the JSON document that Lambda gives for a failed invocation."""
    try:
        document: Any = json.loads(cause)
    except ValueError:
        return None
    return str(document["errorMessage"]) if isinstance(document, dict) and document.get("errorMessage") else None
