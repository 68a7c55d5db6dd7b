"""What is forgotten of photos, what came of it, and what other places still hold."""

from collections import Counter
from typing import Literal

from functions.operate.photo_record import PhotoRecord
from functions.operate.report_model import EXIT_FAILED, EXIT_GOOD, ReportModel
from functions.operate.stored_versions import StoredVersion

Outcome = Literal["would forget", "forgotten", "nothing there", "refused", "not forgotten", "half forgotten"]
FAILURES: frozenset[Outcome] = frozenset({"refused", "not forgotten", "half forgotten"})
REMAINS = (
    "Step Functions: the histories of its executions, with key, user and settings, for 90 days",
    "logs and traces: the key, where it was in the message of an error, as long as they are kept",
    "plans and reports of backfills: key, version, user and settings, for 90 days; old versions, for a while more",
    "backups of the table: the record, for up to 35 days; and any copies of table and buckets that you make yourself",
    "messages that were sent, with their subscribers; undelivered events in dead-letter queues, for up to 14 days",
)


class ForgetPlan(ReportModel):
    """What there is of a photo. `originals` are the versions of the upload; they go only if `takes_originals`.

    `refusal` says why nothing of it may be deleted; empty if all may.
    """

    key: str
    record: PhotoRecord | None
    copies: list[StoredVersion]
    originals: list[StoredVersion]
    takes_originals: bool
    refusal: str = ""

    @property
    def kept(self) -> list[StoredVersion]:
        """The versions of the upload that stay and are tagged: the record's, and the newest with content.

        They differ where the event of the newest was lost: a backfill would start that one.
        """
        content = [version for version in self.originals if not version.is_marker and not self.takes_originals]
        wanted = self.record.version_id if self.record else None
        return [version for version in content if version.version_id == wanted or version is content[-1]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to delete."""
        return not (self.record or self.copies or (self.takes_originals and self.originals))


class ForgetOutcome(ReportModel):
    """What came of one photo: the keys of the copies that go, each once, and how many versions go."""

    key: str
    outcome: Outcome
    why: str = ""
    has_record: bool
    copies: list[str]
    copy_versions: int
    original: Literal["kept", "deleted", "absent"]
    original_versions: int


class ForgetReport(ReportModel):
    """All photos of a call. `remains` is what other places still hold of each."""

    version: Literal["1"] = "1"
    project: str
    photos: list[ForgetOutcome]
    remains: list[str]
    interrupted: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many photos had each outcome, in the order in which they come up."""
        return dict(Counter[str](photo.outcome for photo in self.photos))

    @property
    def exit_status(self) -> int:
        """1 where a photo was refused, or is not forgotten as a whole; else 0."""
        return EXIT_FAILED if any(photo.outcome in FAILURES for photo in self.photos) else EXIT_GOOD


def outcome_of(plan: ForgetPlan, outcome: Outcome, why: str = "") -> ForgetOutcome:
    """Return the outcome of a plan."""
    return ForgetOutcome(
        key=plan.key,
        outcome=outcome,
        why=why,
        has_record=plan.record is not None,
        copies=list(dict.fromkeys(version.key for version in plan.copies)),
        copy_versions=sum(not version.is_marker for version in plan.copies),
        original="absent" if not plan.originals else "deleted" if plan.takes_originals else "kept",
        original_versions=len(plan.originals) if plan.takes_originals else 0,
    )


def unread(key: str, outcome: Outcome, why: str) -> ForgetOutcome:
    """Return the outcome of a photo of which nothing was read."""
    plan = ForgetPlan(key=key, record=None, copies=[], originals=[], takes_originals=False)
    return outcome_of(plan, outcome, why)
