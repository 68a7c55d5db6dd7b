"""The graph of an execution that failed and was redriven, from one that was: on the embedded AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from functions.operate.execution_story import story
from functions.operate.graph import svg
from verification.harness.call_faults import CallFaults

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from darkroom.pipeline import Pipeline
    from functions.operate.execution_history import Step


def write_redriven(pipeline: Pipeline, photo: Path, picture: Path) -> None:
    """Send a photo through while S3 refuses to store its copy, redrive its execution, and draw that."""
    with CallFaults(pipeline.aws, pipeline.deployment.project).fail("enhance", "s3", "PutObject"):
        key = f"outage-{photo.name}"
        pipeline.upload(key, photo.read_bytes(), user_id="ada")
        arn = pipeline.started_by(key)
        pipeline.finish(arn, lambda _: None)
    client = pipeline.aws.client("stepfunctions")
    client.redrive_execution(executionArn=arn)
    pipeline.finish(arn, lambda _: None)
    described = client.describe_state_machine_for_execution(executionArn=arn)
    picture.write_text(drawing(json.loads(described["definition"]), pipeline.steps(arn)), encoding="utf-8")


def drawing(definition: dict[str, Any], steps: Iterable[Step]) -> str:
    """Return the graph without seconds and messages, which differ each time."""
    visits = [visit.model_copy(update={"seconds": None, "message": ""}) for visit in story(steps)]
    return svg(definition, visits) + "\n"
