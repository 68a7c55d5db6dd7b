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
from verification.faults.play import Play
from verification.harness.observer import NeverHappenedError
from verification.invariants import Aftermath, Leeway, broken_promises

if TYPE_CHECKING:
    from verification.harness.bench import Stage

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


def walk(stage: Stage, chosen: Iterable[Case]) -> Iterator[Verdict]:
    """Yield a verdict for each case, as they come to rest."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for done in as_completed([pool.submit(judge, stage, case) for case in chosen]):
            yield done.result()


def judge(stage: Stage, case: Case) -> Verdict:
    """Play one case: prepare, act under the fault, lift it, come to rest; then run again what failed."""
    play = Play(stage, new_mark())
    case.scenario.prepare(play)
    play.earlier_record = stage.pipeline.record(play.key)
    fault = play.fault = fault_of(case, play)
    broken: list[str] = []
    try:
        with stage.aws.faults.add(fault):
            case.scenario.act(play)
            status = str(play.finish()["status"])
        broken += _at_rest(play, case.leeway, is_due=not case.scenario.is_quiet)
        if status != "SUCCEEDED" and play.uploads[-1].width and not case.scenario.is_quiet:
            broken += _run_again(play)
    except NeverHappenedError as never:
        broken.append(str(never))
    stage.aws.faults.forget_lifted()
    if not fault.count:
        broken.append("its fault met no call")
    return Verdict(case, play.key, tuple(broken))


def _at_rest(play: Play, leeway: Leeway, *, is_due: bool = True) -> list[str]:
    told = play.earlier_messages
    play.settle()
    return list(broken_promises(aftermath(play, told, leeway, is_due=is_due)))


def _run_again(play: Play) -> list[str]:
    """Redrive a good photo that failed: with the fault gone, it must come through."""
    play.redrive_count += 1
    play.backstop_redrives = 0
    play.stage.redrive(play.arn)
    return [f"run again: {sentence}" for sentence in _at_rest(play, Leeway())]


def aftermath(play: Play, earlier_messages: int, leeway: Leeway, *, is_due: bool = True) -> Aftermath:
    """Look at everything that the case has left behind."""
    upload, witness = play.uploads[-1], play.stage.witness
    return Aftermath(
        key=play.key,
        sequencer=upload.sequencer,
        width=upload.width,
        etags=[each.event["detail"]["object"]["etag"] for each in play.uploads],
        end=play.finish(),
        record=play.stage.pipeline.record(play.key),
        messages=witness.messages[play.key][earlier_messages:],
        copies=_copies(play),
        originals=_originals(play),
        leeway=leeway,
        backstop_redrives=play.backstop_redrives,
        surplus_executions=max(0, len(witness.started[play.key]) - play.starts),
        is_due=is_due,
        earlier_record=play.earlier_record,
    )


def _copies(play: Play) -> dict[str, tuple[dict[str, str], int]]:
    s3, bucket = play.stage.aws.client("s3"), play.stage.deployment.bucket
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"{OUTPUT_PREFIX}{play.mark}").get("Contents", [])
    found = {}
    for entry in listed:
        answer = s3.get_object(Bucket=bucket, Key=entry["Key"])
        with Image.open(io.BytesIO(answer["Body"].read())) as image:
            found[entry["Key"]] = (answer["Metadata"], image.width)
    return found


def _originals(play: Play) -> list[str]:
    s3, bucket = play.stage.aws.client("s3"), play.stage.deployment.bucket
    versions = s3.list_object_versions(Bucket=bucket, Prefix=play.key)["Versions"]
    # The API lists the newest first.
    return [version["ETag"].strip('"') for version in reversed(versions)]
