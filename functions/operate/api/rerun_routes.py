"""Routes that run photos again: what would be done with each, and doing it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.api_gateway import Router
from pydantic import AwareDatetime, Field

from functions.operate.api.api_context import ApiContext, Context
from functions.operate.api.problems import InvalidRequestError
from functions.operate.photo_filter import PhotoFilter
from functions.operate.photo_record import PhotoRecord
from functions.operate.report_model import ReportModel
from functions.operate.rerun_choice import Choice, choice
from functions.operate.rerun_outcome import RerunOutcome
from functions.operate.rerun_photos import Rerunner
from functions.operate.rerun_request import RerunRequest
from functions.operate.rerun_verdict import FORCE, Act
from functions.shared.contracts import Strength
from functions.shared.controls import MAX_REASON_CHARACTERS, Preset

router = Router()  # type: ignore[no-untyped-call] # Powertools leaves some of its functions untyped
MAX_PHOTOS = 100
# Each verdict waits for three answers of AWS.
VERDICTS_AT_ONCE = 8
ShortAct = Literal["redrive", "new", "refused"]
SHORT: dict[Act, ShortAct] = {Act.REDRIVE: "redrive", Act.NEW: "new", Act.REFUSED: "refused"}


class WantedReruns(ReportModel):
    """Which photos: some by their keys, the failed ones of an error or a step, or all failed ones. And how."""

    keys: list[Annotated[str, Field(min_length=1, max_length=1024)]] = Field(default=[], max_length=MAX_PHOTOS)
    error: str = ""
    step: str = ""
    all_failed: bool = False
    preset: Preset | None = None
    strength: Strength | None = None
    force: bool = False
    reason: str = Field(default="", max_length=MAX_REASON_CHARACTERS)


class RerunVerdict(ReportModel):
    """What would be done with a photo, and why; `force_helps` says that it is refused unless that is forced."""

    key: str
    act: ShortAct
    reason: str
    force_helps: bool


class VerdictsAnswer(ReportModel):
    """Verdicts, how many there are of each act, and how many further photos would be looked at afterwards."""

    verdicts: list[RerunVerdict]
    counts: dict[str, int]
    left: int


class StartedRerun(ReportModel):
    """What came of one photo; the message is why it did not start, or why as it did.

    `changed_at` is the record's when the re-run was started: as long as it has not changed, the re-run has not begun.
    """

    key: str
    act: ShortAct
    started: bool
    execution_arn: str
    redrive_count: int
    message: str
    changed_at: AwareDatetime | None


class RerunsAnswer(ReportModel):
    """What came of each photo, and how many further ones are left for another request."""

    outcomes: list[StartedRerun]
    left: int


@router.post("/reruns/verdicts", summary="What a re-run would do with each photo")
def judge(context: Context, wanted: WantedReruns) -> VerdictsAnswer:
    """Return what would be done; nothing is started."""
    request = _request(wanted)
    chosen = _chosen(context, wanted, request)
    rerunner = Rerunner(context.records, context.executions, request, context.explain, dry_run=True)
    with ThreadPoolExecutor(VERDICTS_AT_ONCE) as pool:
        outcomes = [*pool.map(rerunner.run, chosen.keys), *chosen.refusals[:MAX_PHOTOS]]
    verdicts = [_verdict(outcome, chosen) for outcome in outcomes]
    counts = {act: sum(verdict.act == act for verdict in verdicts) for act in SHORT.values()}
    # Those that their records refuse are too many to list where thousands failed by their own fault.
    counts["refused"] += len(chosen.refusals[MAX_PHOTOS:])
    return VerdictsAnswer(verdicts=verdicts, counts=counts, left=chosen.left)


@router.post("/reruns", summary="Run photos again")
def run_again(context: Context, wanted: WantedReruns) -> RerunsAnswer:
    """Run photos again, those that the verdict does not refuse."""
    request = _request(wanted, by=context.caller)
    chosen = _chosen(context, wanted, request)
    rerunner = Rerunner(context.records, context.executions, request, context.explain)
    outcomes = [*rerunner.run_all(chosen.keys, context.pace), *chosen.refusals[:MAX_PHOTOS]]
    return RerunsAnswer(outcomes=[_started(outcome) for outcome in outcomes], left=chosen.left)


def _request(wanted: WantedReruns, by: str = "") -> RerunRequest:
    return RerunRequest(force=wanted.force, preset=wanted.preset, strength=wanted.strength, reason=wanted.reason, by=by)


def _chosen(context: ApiContext, wanted: WantedReruns, request: RerunRequest) -> Choice:
    is_filtered = bool(wanted.error or wanted.step or wanted.all_failed)
    if bool(wanted.keys) is is_filtered:
        raise InvalidRequestError("keys: name photos, or say which by error, step or all_failed, and not both")
    return choice(_meant(context, wanted), request, MAX_PHOTOS)


def _meant(context: ApiContext, wanted: WantedReruns) -> Iterator[tuple[str, PhotoRecord | None]]:
    if wanted.keys:
        found = context.records.get_many(wanted.keys)
        yield from ((key, found.get(key)) for key in dict.fromkeys(wanted.keys))
        return
    failed = PhotoFilter(statuses=("FAILED",), error=wanted.error, step=wanted.step)
    yield from ((record.key, record) for record in failed.find(context.records))


def _verdict(outcome: RerunOutcome, chosen: Choice) -> RerunVerdict:
    # Some are refused by their records, some only after a look at their executions.
    forced = outcome.key in chosen.refused_unless_forced or outcome.reason.endswith(FORCE)
    return RerunVerdict(key=outcome.key, act=_act(outcome), reason=_words(outcome), force_helps=forced)


def _words(outcome: RerunOutcome) -> str:
    # A page has a button for what the command has a flag for.
    return outcome.why or outcome.reason.removesuffix(f"; {FORCE}")


def _act(outcome: RerunOutcome) -> ShortAct:
    return "refused" if outcome.outcome == "not started" else SHORT[outcome.act]


def _started(outcome: RerunOutcome) -> StartedRerun:
    return StartedRerun(
        key=outcome.key,
        act=SHORT[outcome.act],
        started=outcome.outcome == "started",
        execution_arn=outcome.execution_arn,
        redrive_count=outcome.redrive_count,
        message=_words(outcome),
        changed_at=outcome.changed_at,
    )
