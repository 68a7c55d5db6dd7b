"""`darkroom local`: the pipeline stays up for other programs, one line per execution that ends."""

from __future__ import annotations

import json
import shlex
import shutil
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

from darkroom.commands.access import explain
from darkroom.commands.demo import SAMPLE
from darkroom.commands.display import reason, short_path
from darkroom.commands.page_serve import Addresses
from darkroom.local.resources import allow_pages
from darkroom.page.server import serving
from darkroom.pipeline import Pipeline, PipelineError, running_pipeline, uploaded_key
from darkroom.terminal_text import shown
from functions.operate.api.api_context import ApiContext
from functions.operate.project import find_project

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef
    from rich.console import Console

POLL_SECONDS = 0.5
COLOURS = {"SUCCEEDED": "green", "SKIPPED": "yellow"}
USAGE = """\
From another terminal:

  export AWS_ENDPOINT_URL={endpoint} AWS_DEFAULT_REGION={region}
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local

  aws s3 cp {sample} s3://{bucket}/mountain.jpg
  aws s3 cp s3://{bucket}/enhanced/mountain.jpg better.jpg
  aws stepfunctions list-executions --state-machine-arn {machine}
  aws stepfunctions redrive-execution --execution-arn ARN
  aws dynamodb get-item --table-name {table} --key '{{"ImageId": {{"S": "mountain.jpg"}}}}'

Messages to subscribers land in {inbox}. Ctrl-C ends it all; nothing but they is kept.
"""


def keep_running(inbox: Path, port: int, console: Console, *, keep_messages: bool) -> None:
    """Run the pipeline on a fixed port until interrupted. Raises PipelineError where the port is taken."""
    for taken in (port, page_port(port)):
        _require_free(taken, port)
    # Only now: what runs on this port may be at work with the folder.
    if not keep_messages:
        shutil.rmtree(inbox, ignore_errors=True)
    inbox.mkdir(parents=True, exist_ok=True)
    with running_pipeline(inbox, port=port) as pipeline:
        console.print(f"[bold]Darkroom[/] is running at {pipeline.aws.endpoint_url}\n", highlight=False)
        with serving(context_of(pipeline), page_port(port), Addresses(console).announce, inbox) as page:
            allow_pages(pipeline.aws, pipeline.deployment.bucket, page.origin)
            # Lines that are to be copied must not be wrapped.
            console.print(f"\n{_usage(pipeline)}", highlight=False, soft_wrap=True)
            _report(pipeline, console)


def execution_line(execution: DescribeExecutionOutputTypeDef) -> str:
    """Return an ended execution on one line: when, how, how long, which photo, its name, and why it did nothing."""
    seconds = (execution["stopDate"] - execution["startDate"]).total_seconds()
    clock_time = execution["stopDate"].astimezone().strftime("%H:%M:%S")
    status, why = _result(execution)
    colour = COLOURS.get(status, "red")
    subject, name = shown(str(uploaded_key(execution))), shown(execution["name"])
    return f"{clock_time}  [{colour}]{status:9}[/] {seconds:6.1f} s  {subject}  [dim]{name}[/]  {shown(why)}".rstrip()


def _result(execution: DescribeExecutionOutputTypeDef) -> tuple[str, str]:
    """Return the status and why; an execution that was skipped has succeeded, and says so in its output."""
    if execution["status"] != "SUCCEEDED":
        return execution["status"], reason(execution.get("cause", ""))
    output = json.loads(execution.get("output") or "{}")
    skipped = output.get("skipped") if isinstance(output, dict) else None
    if not skipped:
        return "SUCCEEDED", ""
    return "SKIPPED", f"{skipped.get('Error', '')}: {reason(skipped.get('Cause', ''))}"


def _usage(pipeline: Pipeline) -> str:
    names = pipeline.deployment
    return USAGE.format(
        endpoint=pipeline.aws.endpoint_url,
        region=pipeline.aws.region,
        sample=shlex.quote(str(SAMPLE)),
        bucket=names.bucket,
        table=names.table,
        machine=names.state_machine_arn,
        inbox=short_path(pipeline.inbox),
    )


def context_of(pipeline: Pipeline) -> ApiContext:
    """Return what the page's API works with."""
    project = find_project(pipeline.aws.client, pipeline.deployment.project)
    return ApiContext(project, pipeline.aws.client, explain, pace=lambda: None, is_local=True, has_messages=True)


def page_port(port: int) -> int:
    """Return the port of the page beside that of the embedded AWS."""
    return port + 1 if port < 65535 else port - 1


def _require_free(port: int, asked: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            other = asked + 2 if asked < 65534 else asked - 2
            raise PipelineError(f"Port {port}: {error.strerror}; choose another: make local PORT={other}") from error


def _report(pipeline: Pipeline, console: Console) -> None:
    reported: set[tuple[str, int]] = set()
    while True:
        for execution in reversed(pipeline.executions()):
            run = execution["executionArn"], execution.get("redriveCount", 0)
            if execution["status"] != "RUNNING" and run not in reported:
                reported.add(run)
                console.print(execution_line(execution), highlight=False, soft_wrap=True)
        time.sleep(POLL_SECONDS)
