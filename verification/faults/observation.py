"""What a case has left behind in its deployment, as the invariants want it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from functions.shared.contracts import OUTPUT_PREFIX, Rerun
from verification.observed import Observed, Tolerances

if TYPE_CHECKING:
    from verification.faults.fault_run import FaultRun


def observed(run: FaultRun, earlier_messages: int, tolerances: Tolerances, *, is_due: bool = True) -> Observed:
    """Look at everything that a run has left behind; its first so many messages are not of this attempt."""
    upload, execution = run.uploads[-1], run.harness.closed(run.arn)
    return Observed(
        key=run.key,
        sequencer=upload.sequencer,
        width=upload.width,
        end=run.finish(),
        record=run.harness.record(run.key),
        messages=run.harness.messages(run.key)[earlier_messages:],
        copies=_copies(run),
        etags=[each.event["detail"]["object"]["etag"] for each in run.uploads],
        originals=_originals(run),
        record_changes=run.changes.of(run.key) if run.changes else (),
        executions=len(run.harness.executions_for(run.key)),
        executions_due=run.starts,
        redrives=execution.redrive_count,
        redrives_due=run.redrive_count,
        requests=[Rerun.model_validate(execution.input.get("rerun", {})).as_recorded or None, *run.notes],
        backstop_redrives=run.backstop_redrives,
        is_due=is_due,
        forced=run.forced,
        earlier_record=run.earlier_record,
        tolerances=tolerances,
    )


def _copies(run: FaultRun) -> dict[str, tuple[dict[str, str], int]]:
    s3, bucket = run.harness.aws.client("s3"), run.harness.deployment.bucket
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"{OUTPUT_PREFIX}{run.mark}").get("Contents", [])
    found = {}
    for entry in listed:
        body, answer = run.harness.object(entry["Key"])
        with Image.open(io.BytesIO(body)) as image:
            found[entry["Key"]] = (answer["Metadata"], image.width)
    return found


def _originals(run: FaultRun) -> list[str]:
    s3, bucket = run.harness.aws.client("s3"), run.harness.deployment.bucket
    versions = s3.list_object_versions(Bucket=bucket, Prefix=run.key)["Versions"]
    # The API lists the newest first.
    return [version["ETag"].strip('"') for version in reversed(versions)]
