"""What happens while a fault is in force, and how it is brought about."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from rich.console import Console

from darkroom.commands import replay_events
from darkroom.local.http.effects import hang, refused
from darkroom.packaging.repository import FUNCTIONS
from functions.operate.backfill.reprocess import Reprocess
from functions.operate.executions import Executions
from functions.operate.record_queries import Records
from functions.operate.rerun_photos import Rerunner
from functions.operate.rerun_request import How, RerunRequest
from verification.faults.backfilling import BACKFILLER, backfill
from verification.faults.fault_run import FaultRun

FIRST_WIDTH, SECOND_WIDTH = 64, 96
# Step Functions, which calls the functions; and whoever replays undelivered events.
STATES, OPERATOR = "states", "operator"
OF_BACKFILLS = (BACKFILLER, STATES, "validate")


@dataclass(frozen=True)
class Scenario:
    """`prepare` runs before the fault is in force, `act` while it is; `functions` make the calls that meet it.

    `is_duplicate`: the event brings nothing new, so nothing must be done. `reopens`: FailUnlessRedriven has a record to
    write. `closing_call` is the number of the invocation of FailUnlessRedriven, where the execution comes to it. One
    that `is_alone` is not run beside another such one; other calls of Step Functions than invocations are its own.
    """

    name: str
    prepare: Callable[[FaultRun], None]
    act: Callable[[FaultRun], None]
    functions: tuple[str, ...] = (*FUNCTIONS, STATES)
    is_duplicate: bool = False
    reopens: bool = False
    closing_call: int | None = None
    is_alone: bool = False


def _nothing(_run: FaultRun) -> None:
    pass


def _upload(run: FaultRun) -> None:
    run.upload(FIRST_WIDTH)
    run.start()


def _broken(run: FaultRun) -> None:
    run.upload(0)
    run.start()
    run.finish()
    run.harness.recorder.wait_for(run.backstop_is_through, "the backstop")


def _completed(run: FaultRun) -> None:
    _upload(run)
    run.settle()


def _again(run: FaultRun) -> None:
    run.upload(SECOND_WIDTH)
    run.start()


def _failed(run: FaultRun) -> None:
    denied = refused(run.where("s3", "PutObject", "enhance"))
    with run.harness.aws.faults.add(denied):
        _upload(run)
        run.settle()


def _redrive(run: FaultRun) -> None:
    run.redrive_count += 1
    run.harness.redrive(run.arn)
    run.finish()
    # A redrive has a backstop however it ends.
    run.harness.recorder.wait_for(run.backstop_is_through, "the backstop")


def _stop(run: FaultRun) -> None:
    held = hang(run.where("s3", "PutObject", "enhance"))
    with run.harness.aws.faults.add(held):
        _upload(run)
        run.harness.recorder.wait_for(lambda: held.count, "EnhanceImage to be at work")
        run.harness.aws.client("stepfunctions").stop_execution(executionArn=run.arn)
        run.finish()
    run.harness.recorder.wait_for(run.backstop_is_through, "the backstop")


def _make_folder(run: FaultRun) -> None:
    run.upload(0, "{mark}/")
    run.start()


def _return(run: FaultRun) -> None:
    """Darkroom's own copy comes in as an upload, as it would where the rule of uploads is set up wrongly."""
    run.upload(FIRST_WIDTH, "enhanced/{mark}.jpg")
    run.start()


def _undelivered(run: FaultRun) -> None:
    run.upload(FIRST_WIDTH)
    run.send_to_dlq()
    run.starts += 1


def _lost(run: FaultRun) -> None:
    run.upload(FIRST_WIDTH)


def _replay(run: FaultRun) -> None:
    """Replay until all is through, as an operator does who sees an error, and once more."""
    queue, clients = run.dlq_url, partial(run.harness.aws.client_of, OPERATOR)
    for number in range(4):
        if number == 3 and run.fault:
            run.fault.lift()
        if not (number and run.dlq_is_empty()):
            with suppress(replay_events.ReplayError):
                replay_events.replay(queue, Console(file=io.StringIO()), clients)
    run.arn = run.harness.run_of(run.key).arn


def _rerun(run: FaultRun, request: RerunRequest) -> None:
    """Say the same re-run again until it has started, as an operator does who sees an error; another says it, too."""
    for number in range(4):
        if number == 3 and run.fault:
            run.fault.lift()
        if _rerunner(run, OPERATOR, request).run(run.key).outcome != "not started":
            break
    _rerunner(run, "another-operator", request.model_copy(update={"by": "bob"})).run(run.key)


def _rerunner(run: FaultRun, operator: str, request: RerunRequest) -> Rerunner:
    client, deployment = partial(run.harness.aws.client_of, operator), run.harness.deployment
    records = Records(client("dynamodb"), deployment.table)
    return Rerunner(records, Executions(client("stepfunctions"), deployment.state_machine_arn), request, explain=str)


def _redrive_by_command(run: FaultRun) -> None:
    run.notes += [{"of": run.arn, "reason": "S3 is back", "by": by} for by in ("ada", "bob")]
    _rerun(run, RerunRequest(how=How.REDRIVE, reason="S3 is back", by="ada"))
    run.redrive_count += 1
    run.finish()


def _start_by_command(run: FaultRun) -> None:
    before = len(run.harness.executions_for(run.key))
    _rerun(run, RerunRequest(strength=60, by="ada"))
    started = run.harness.recorder.wait_for(lambda: run.harness.executions_for(run.key)[before:], "the new execution")
    run.arn, run.redrive_count = started[0], 0
    run.starts += 1


_backfill_missing = partial(backfill, reprocess=Reprocess.MISSING)
_backfill_failed = partial(backfill, reprocess=Reprocess.FAILED)

SCENARIOS = (
    Scenario("a photo", _nothing, _upload),
    Scenario("a newer photo", _completed, _again),
    Scenario("no photo", _nothing, _broken, closing_call=3),
    Scenario("redriven", _failed, _redrive, reopens=True, closing_call=0),
    Scenario("started anew", _failed, FaultRun.start),
    Scenario("stopped", _nothing, _stop, ("record", "notify")),
    Scenario("delivered twice", _completed, FaultRun.start, ("validate", STATES), is_duplicate=True),
    Scenario("a folder", _nothing, _make_folder, (STATES,), is_duplicate=True),
    Scenario("its own copy", _nothing, _return, (STATES,), is_duplicate=True),
    Scenario("replayed", _undelivered, _replay, (OPERATOR,)),
    Scenario("redriven by command", _failed, _redrive_by_command, (OPERATOR,)),
    Scenario("started anew by command", _failed, _start_by_command, (OPERATOR,)),
    Scenario("backfilled", _lost, partial(backfill, reprocess=Reprocess.MISSING), OF_BACKFILLS, is_alone=True),
    Scenario(
        "made anew by a backfill", _failed, partial(backfill, reprocess=Reprocess.FAILED), OF_BACKFILLS, is_alone=True
    ),
)
