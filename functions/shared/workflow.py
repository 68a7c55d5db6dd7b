"""The names of the pipeline's states, once; tests/contract/test_state_machine.py compares them with the definition."""

from typing import NamedTuple


class Step(NamedTuple):
    """A task of the pipeline and the name under which it leaves its result in the state data."""

    state: str
    result: str


# In this order, and a photo is done when the last one is.
STEPS = (
    Step("ValidateImage", "image"),
    Step("EnhanceImage", "enhanced"),
    Step("RecordResult", "recorded"),
    Step("NotifyResult", "notified"),
)
# What follows when a step fails. `$.failure` is of this attempt here; elsewhere a redrive may have left it over.
FAILURE_BRANCH = (
    Step("RecordFailure", "failure_recorded"),
    Step("NotifyFailure", "failure_notified"),
    Step("FailUnlessRedriven", "resume"),
)
# The tasks that send the subscribers their message, and the only one whose error ends an execution.
ANNOUNCERS = ("NotifyResult", "NotifyFailure")
LAST_TASK = FAILURE_BRANCH[-1].state
RESUME = "ResumeFailedStep"
SKIPPED = "Skipped"
