"""Walking the matrix: some cases at a time, each to its rest; then every photo that failed is run again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PIL import Image

from functions.shared.contracts import OUTPUT_PREFIX
from verification.faults.cases import Case, fault_of, new_mark
from verification.faults.fault_run import FaultRun
from verification.harness.event_recorder import NeverHappenedError
from verification.invariants import Aftermath, Tolerances, violations

if TYPE_CHECKING:
    from verification.harness.environment import Environment

AT_A_TIME = 4


@dataclass(frozen=True)
class Verdict:
    """What became of a case, whose upload had this key: the promises that were not kept."""

    case: Case
    key: str
    broken: tuple[str, ...]

    def with_more(self, broken: Iterable[str]) -> Verdict:
        """Return the verdict with more promises that were not kept."""
        return replace(self, broken=(*self.broken, *broken))


def run_cases(environment: Environment, chosen: Iterable[Case]) -> Iterator[Verdict]:
    """Yield a verdict for each case, as they come to rest."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for done in as_completed([pool.submit(judge, environment, case) for case in chosen]):
            yield done.result()


def judge(environment: Environment, case: Case) -> Verdict:
    """Play one case: prepare, act under the fault, lift it, come to rest; then run again what failed."""
    run = FaultRun(environment, new_mark())
    case.scenario.prepare(run)
    run.earlier_record = environment.pipeline.record(run.key)
    fault = run.fault = fault_of(case, run)
    broken: list[str] = []
    try:
        with environment.aws.faults.add(fault):
            case.scenario.act(run)
            status = str(run.finish()["status"])
        broken += _at_rest(run, case.tolerances, is_due=not case.scenario.is_quiet)
        if status != "SUCCEEDED" and run.uploads[-1].width and not case.scenario.is_quiet:
            broken += _run_again(run)
    except NeverHappenedError as never:
        broken.append(str(never))
    environment.aws.faults.forget_lifted()
    if not fault.count:
        broken.append("its fault met no call")
    return Verdict(case, run.key, tuple(broken))


def _at_rest(run: FaultRun, tolerances: Tolerances, *, is_due: bool = True) -> list[str]:
    told = run.earlier_messages
    run.settle()
    return list(violations(aftermath(run, told, tolerances, is_due=is_due)))


def _run_again(run: FaultRun) -> list[str]:
    """Redrive a good photo that failed: with the fault gone, it must come through."""
    run.redrive_count += 1
    run.backstop_redrives = 0
    run.environment.redrive(run.arn)
    return [f"run again: {sentence}" for sentence in _at_rest(run, Tolerances())]


def aftermath(run: FaultRun, earlier_messages: int, tolerances: Tolerances, *, is_due: bool = True) -> Aftermath:
    """Look at everything that the case has left behind."""
    upload, recorder = run.uploads[-1], run.environment.recorder
    return Aftermath(
        key=run.key,
        sequencer=upload.sequencer,
        width=upload.width,
        etags=[each.event["detail"]["object"]["etag"] for each in run.uploads],
        end=run.finish(),
        record=run.environment.pipeline.record(run.key),
        messages=recorder.messages[run.key][earlier_messages:],
        copies=_copies(run),
        originals=_originals(run),
        tolerances=tolerances,
        backstop_redrives=run.backstop_redrives,
        surplus_executions=max(0, len(recorder.started[run.key]) - run.starts),
        is_due=is_due,
        earlier_record=run.earlier_record,
    )


def _copies(run: FaultRun) -> dict[str, tuple[dict[str, str], int]]:
    s3, bucket = run.environment.aws.client("s3"), run.environment.deployment.bucket
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"{OUTPUT_PREFIX}{run.mark}").get("Contents", [])
    found = {}
    for entry in listed:
        answer = s3.get_object(Bucket=bucket, Key=entry["Key"])
        with Image.open(io.BytesIO(answer["Body"].read())) as image:
            found[entry["Key"]] = (answer["Metadata"], image.width)
    return found


def _originals(run: FaultRun) -> list[str]:
    s3, bucket = run.environment.aws.client("s3"), run.environment.deployment.bucket
    versions = s3.list_object_versions(Bucket=bucket, Prefix=run.key)["Versions"]
    # The API lists the newest first.
    return [version["ETag"].strip('"') for version in reversed(versions)]
