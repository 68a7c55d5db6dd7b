"""Failures that have one cause: the same error in the same step."""

from collections import defaultdict
from collections.abc import Iterable

from pydantic import AwareDatetime

from functions.operate.photo_record import PhotoRecord
from functions.operate.report_model import ReportModel
from functions.shared.remedies import RerunHelps, remedy_of

MAX_EXAMPLES = 3


class FailureGroup(ReportModel):
    """Photos that failed with one error in one step; `examples` are the keys of the newest."""

    error: str
    step: str
    count: int
    oldest: AwareDatetime
    newest: AwareDatetime
    examples: list[str]
    meaning: str
    advice: str
    rerun_helps: RerunHelps


def failure_groups(records: Iterable[PhotoRecord]) -> list[FailureGroup]:
    """Return the failures among records in groups, the largest first."""
    found: dict[tuple[str, str], list[PhotoRecord]] = defaultdict(list)
    for record in records:
        if record.status == "FAILED":
            found[record.error, record.step].append(record)
    groups = [_group(error, step, records) for (error, step), records in found.items()]
    return sorted(groups, key=lambda group: (-group.count, group.error, group.step))


def _group(error: str, step: str, records: list[PhotoRecord]) -> FailureGroup:
    remedy = remedy_of(error)
    newest_first = sorted(records, key=lambda record: record.changed_at, reverse=True)
    return FailureGroup(
        error=error,
        step=step,
        count=len(records),
        oldest=newest_first[-1].changed_at,
        newest=newest_first[0].changed_at,
        examples=[record.key for record in newest_first[:MAX_EXAMPLES]],
        meaning=remedy.meaning,
        advice=remedy.advice,
        rerun_helps=remedy.rerun_helps,
    )
