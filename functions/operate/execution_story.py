"""The story of one execution: which states it visited, in order, how often each was tried, and what came of it."""

from collections.abc import Iterable

from pydantic import AwareDatetime

from functions.operate.execution_history import Outcome, Step
from functions.operate.report_model import ReportModel


class Visit(ReportModel):
    """One visit of a state; `redriven` marks the first one after a redrive.

    `seconds` holds the waits between attempts too, None while it lasts. `errors` are those of all its attempts,
    overcome or not, `message` is what the last of them said, and `result` is the outcome in words.
    """

    state: str
    entered_at: AwareDatetime
    seconds: float | None
    attempts: int
    outcome: Outcome
    result: str
    errors: list[str]
    message: str
    redriven: bool


def story(steps: Iterable[Step]) -> list[Visit]:
    """Return the visits of an execution in order."""
    return [
        Visit(
            state=step.state,
            entered_at=step.entered,
            seconds=None if step.seconds is None else round(step.seconds, 3),
            attempts=step.attempts,
            outcome=step.outcome,
            result=step.result,
            errors=step.errors,
            message=step.message,
            redriven=step.redriven,
        )
        for step in steps
    ]
