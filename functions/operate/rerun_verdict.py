"""Whether a photo is run again, and how: the verdict before the act.

| the photo                               | verdict                                                      |
|-----------------------------------------|--------------------------------------------------------------|
| has no record                           | refused                                                      |
| FAILED by its own fault                 | refused, unless forced, or settings for wrong ones are asked |
| COMPLETED                               | refused, unless other settings or force are asked: new       |
| COMPLETED, but its message failed       | redrive, which sends the message                             |
| its execution is running                | refused                                                      |
| anything else                           | redrive where that can be; else a new execution              |

A redrive can be if the execution failed at most 14 days ago, Step Functions does not refuse it, and the definition has
not changed since. `--how` decides otherwise where that is possible.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from functions.operate.execution_facts import ExecutionFacts
from functions.operate.photo_record import PhotoRecord
from functions.operate.report_model import ReportModel
from functions.operate.rerun_request import How, RerunRequest
from functions.operate.spans import span
from functions.shared.errors import InvalidMetadataError
from functions.shared.remedies import RerunHelps, remedy_of

REDRIVABLE_FOR = timedelta(days=14)
FORCE = "--force runs it all the same"


class Act(StrEnum):
    """What is done with a photo."""

    REDRIVE = "redrive"
    NEW = "new execution"
    REFUSED = "refused"


class Verdict(ReportModel):
    """What is done, and why. `takes_over` says that a new execution must take the record whatever it says."""

    act: Act
    reason: str
    takes_over: bool = False


def refused(reason: str) -> Verdict:
    """Return the verdict that nothing is done."""
    return Verdict(act=Act.REFUSED, reason=reason)


def refusal(record: PhotoRecord | None, request: RerunRequest) -> Verdict | None:
    """Return the refusal for which the record is reason enough, without a question to Step Functions; else None."""
    if record is None:
        return refused("it has no record: upload it, or replay the event that was not delivered")
    if request.force:
        return None
    if record.status == "COMPLETED" and not (record.notification_error or request.has_settings):
        return refused(f"it is COMPLETED; {FORCE}")
    if record.status == "FAILED" and not _can_help(record.error, request):
        return refused(f"{record.error}: it would fail again; {remedy_of(record.error).advice}")
    return None


def verdict(
    record: PhotoRecord,
    execution: ExecutionFacts | None,
    request: RerunRequest,
    now: datetime,
    *,
    definition_has_changed: bool = False,
) -> Verdict:
    """Return what is done with a photo; `execution` is the record's, None where Step Functions has forgotten it."""
    by_record = refusal(record, request)
    if by_record:
        return by_record
    if execution and execution.is_running:
        stop = f"aws stepfunctions stop-execution --execution-arn {execution.arn}"
        age = span((now - execution.started_at).total_seconds())
        return refused(f"its execution is running, begun {age} ago; to end it: {stop}")
    obstacle = _obstacle_to_redrive(execution, now)
    if request.how is How.REDRIVE:
        return _redrive_only(record, request, obstacle)
    if record.status == "COMPLETED":
        return _of_completed(request, obstacle)
    reason = _reason_for_new(request, obstacle, definition_has_changed=definition_has_changed)
    if reason:
        # A record whose execution has ended would otherwise be free only when its lease runs out.
        return Verdict(act=Act.NEW, reason=reason, takes_over=record.status == "PROCESSING")
    return Verdict(act=Act.REDRIVE, reason=f"resumes at {record.step}" if record.step else "resumes where it ended")


def _reason_for_new(request: RerunRequest, obstacle: str, *, definition_has_changed: bool) -> str:
    """Return why a photo needs a new execution, empty where a redrive will do."""
    if request.how is How.NEW:
        return "as asked"
    if request.has_settings:
        return "other settings are asked"
    return obstacle or ("the state machine's definition has changed since" if definition_has_changed else "")


def _can_help(error: str, request: RerunRequest) -> bool:
    """Return whether a re-run can end otherwise than the run that failed so."""
    mends_settings = request.has_settings and error == InvalidMetadataError.__name__
    return mends_settings or remedy_of(error).rerun_helps is not RerunHelps.NO


def _obstacle_to_redrive(execution: ExecutionFacts | None, now: datetime) -> str:
    """Return why an execution cannot be redriven, empty if it can."""
    if execution is None:
        return "Step Functions has forgotten its execution, as it does after 90 days"
    if execution.status == "SUCCEEDED":
        return "its execution succeeded, and only one that failed can be redriven"
    if execution.stopped_at and now - execution.stopped_at > REDRIVABLE_FOR:
        return f"its execution ended more than {REDRIVABLE_FOR.days} days ago"
    return execution.not_redrivable


def _redrive_only(record: PhotoRecord, request: RerunRequest, obstacle: str) -> Verdict:
    if request.has_settings:
        return refused("a redrive keeps the settings that it began with; --how new takes others")
    if obstacle:
        return refused(f"{obstacle}; --how new starts a new execution")
    if record.status == "COMPLETED" and not record.notification_error:
        return refused("it is COMPLETED, and nothing is left to resume; --how new --force makes it anew")
    return Verdict(act=Act.REDRIVE, reason="as asked")


def _of_completed(request: RerunRequest, obstacle: str) -> Verdict:
    if request.force or request.has_settings:
        why = "other settings are asked" if request.has_settings else "it is COMPLETED, and made anew as forced"
        return Verdict(act=Act.NEW, reason=why, takes_over=True)
    if obstacle or request.how is How.NEW:
        return refused(f"it is COMPLETED, and only its message failed: {obstacle or 'a redrive sends it'}; {FORCE}")
    return Verdict(act=Act.REDRIVE, reason="it is enhanced; sends the message that failed")
