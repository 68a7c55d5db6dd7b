"""Harnesses: over a deployment that is there, over a new one, and over an embedded AWS of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from darkroom.local.deploy import Deployment, deploy
from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.packaging.zips import build, runtime
from darkroom.pipeline import Pipeline
from verification.harness.event_recorder import EventRecorder, recording_events
from verification.harness.harness import Harness

# A function that gets no answer must run out of time soon, and a busy machine must not.
TIMEOUT_SECONDS = 12


def harness_over(aws: EmbeddedAws, deployment: Deployment, recorder: EventRecorder) -> Harness:
    """Return the harness of a deployment that is there, and record none of its messages."""
    return Harness(Pipeline(aws, deployment, aws.inbox), recorder)


def deployed_harness(
    aws: EmbeddedAws, zips: Mapping[str, Path], recorder: EventRecorder, project: str = "darkroom"
) -> Harness:
    """Deploy, and record the messages to subscribers."""
    deployment = deploy(aws, zips, project)
    recorder.subscribe(deployment.topic_arn)
    return harness_over(aws, deployment, recorder)


def start_by_hand(harness: Harness) -> Harness:
    """Switch off the rule of uploads, so that executions start only by hand, and shorten the functions' timeouts."""
    harness.aws.client("events").disable_rule(Name=harness.deployment.rule_name)
    for function in harness.deployment.functions.values():
        harness.aws.client("lambda").update_function_configuration(FunctionName=function, Timeout=TIMEOUT_SECONDS)
    return harness


@contextmanager
def running_harness(wait_scale: float) -> Iterator[Harness]:
    """Build what has changed, start an embedded AWS and deploy to it; end all on leaving."""
    zips = build("host")
    with (
        tempfile.TemporaryDirectory() as inbox,
        EmbeddedAws(Path(inbox), runtime(), wait_scale=wait_scale) as aws,
        recording_events(aws) as recorder,
    ):
        yield deployed_harness(aws, zips, recorder)
