"""How a project stands: photos by status, failures in groups, and what else needs a look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from pydantic import AwareDatetime

from functions.operate.attention import Need, explanation, need_of
from functions.operate.calls import CALL_ERRORS
from functions.operate.failure_groups import FailureGroup, failure_groups
from functions.operate.photo_record import PhotoRecord
from functions.operate.project import Clients, Project
from functions.operate.project_health import AlarmState, QueueDepth, alarms_set_off, dead_letters, succeeded_count
from functions.operate.record_queries import Records
from functions.operate.report_model import EXIT_FAILED, EXIT_GOOD, EXIT_NOT_OVER, ReportModel
from functions.operate.spans import written_span
from functions.shared.remedies import RerunHelps

DAY = timedelta(days=1)
T = TypeVar("T")


class StuckPhoto(ReportModel):
    """A photo whose execution ended unrecorded."""

    key: str
    why: str
    execution_arn: str


class StatusGroup(FailureGroup):
    """A group of failures, and the arguments of the re-run that helps; empty where none does."""

    rerun_arguments: list[str]


class StatusReport(ReportModel):
    """A project at one moment.

    `succeeded` counts executions, the skipped ones among them, in the `succeeded_seconds` before; CloudWatch counts
    them, so that no COMPLETED record is read. `since` limits what is said of records. `unknown` says what AWS would not
    tell; then the parts about it are empty, or None.
    """

    version: Literal["1"] = "1"
    project: str
    at: AwareDatetime
    since: AwareDatetime | None
    failed: int | None
    processing: int | None
    oldest_processing: AwareDatetime | None
    succeeded: int | None
    succeeded_seconds: int
    groups: list[StatusGroup]
    stuck: list[StuckPhoto]
    dead_letters: list[QueueDepth]
    alarms: list[AlarmState]
    unknown: list[str]

    @property
    def needs_a_look(self) -> bool:
        """Whether an operator should do something."""
        waiting = any(queue.messages for queue in self.dead_letters)
        return bool(self.failed or self.stuck or self.alarms or waiting)

    @property
    def exit_status(self) -> int:
        """1 where something needs a look, 3 where that is not known, else 0."""
        if self.needs_a_look:
            return EXIT_FAILED
        return EXIT_NOT_OVER if self.unknown else EXIT_GOOD


@dataclass(frozen=True)
class Questions:
    """Asks AWS one thing after the other; what it does not answer is noted, and the rest is asked all the same."""

    explain: Callable[[Exception], str]
    unknown: list[str] = field(default_factory=list)

    def ask(self, what: str, question: Callable[[], T]) -> T | None:
        """Return the answer, None where there is none."""
        try:
            return question()
        except CALL_ERRORS as error:
            self.unknown.append(f"{what}: {self.explain(error)}")
            return None


def status_report(
    project: Project, clients: Clients, explain: Callable[[Exception], str], now: datetime, since: datetime | None
) -> StatusReport:
    """Return how a project stands; the requests grow with what is FAILED or PROCESSING, never with what is COMPLETED.

    Raises what stands in the way of asking AWS anything at all.
    """
    questions = Questions(explain)
    records = Records(clients("dynamodb"), project.table)
    failed = questions.ask("FAILED photos", lambda: list(records.needing_attention("FAILED", since)))
    processing = questions.ask("PROCESSING photos", lambda: list(records.needing_attention("PROCESSING", since)))
    start = since or now - DAY
    return StatusReport(
        project=project.name,
        at=now,
        since=since,
        failed=None if failed is None else len(failed),
        processing=None if processing is None else len(processing),
        oldest_processing=min((record.changed_at for record in processing or []), default=None),
        succeeded=questions.ask("succeeded", lambda: succeeded_count(clients, project, start, now)),
        succeeded_seconds=round((now - start).total_seconds()),
        groups=[_with_rerun(group, now - since if since else None) for group in failure_groups(failed or [])],
        stuck=[_stuck(record, now, project) for record in processing or [] if _is_stuck(record, now, project)],
        dead_letters=questions.ask("dead-letter queues", lambda: dead_letters(clients, project)) or [],
        alarms=questions.ask("alarms", lambda: alarms_set_off(clients, project)) or [],
        unknown=questions.unknown,
    )


def rerun_arguments(group: FailureGroup, changed_in: timedelta | None = None) -> list[str]:
    """Return the arguments of `darkroom rerun` for a group, none where a re-run would fail again.

    `changed_in` limits them to what changed in such a time, as the status was limited.
    """
    if group.rerun_helps is RerunHelps.NO:
        return []
    since = ["--since", written_span(round(changed_in.total_seconds()))] if changed_in else []
    return ["rerun", "--error", group.error, "--step", group.step, *since]


def _with_rerun(group: FailureGroup, changed_in: timedelta | None) -> StatusGroup:
    return StatusGroup(**group.model_dump(), rerun_arguments=rerun_arguments(group, changed_in))


def _is_stuck(record: PhotoRecord, now: datetime, project: Project) -> bool:
    return need_of(record, now, project.lease_seconds) is Need.STUCK


def _stuck(record: PhotoRecord, now: datetime, project: Project) -> StuckPhoto:
    why = explanation(record, now, project.lease_seconds)
    return StuckPhoto(key=record.key, why=why, execution_arn=record.execution_arn)
