"""`darkroom local`: the pipeline stays up for other programs, one line per execution that ends."""

import socket
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from darkroom.commands.display import reason, short_path
from darkroom.pipeline import Pipeline, PipelineError, running_pipeline, uploaded_key

LOOK_SECONDS = 0.5
USAGE = """\
From another terminal:

  export AWS_ENDPOINT_URL={endpoint} AWS_DEFAULT_REGION={region}
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local

  aws s3 cp photo.jpg s3://{bucket}/photo.jpg
  aws s3 cp s3://{bucket}/enhanced/photo.jpg better.jpg
  aws stepfunctions list-executions --state-machine-arn {machine}
  aws stepfunctions redrive-execution --execution-arn ARN
  aws dynamodb get-item --table-name {table} --key '{{"ImageId": {{"S": "photo.jpg"}}}}'

Messages to subscribers land in {inbox}. Ctrl-C ends it all; nothing is kept.
"""


def keep_running(inbox: Path, port: int, console: Console) -> None:
    """Run the pipeline on a fixed port until interrupted. Raises PipelineError where the port is taken."""
    inbox.mkdir(parents=True, exist_ok=True)
    _require_free(port)
    with running_pipeline(inbox, port=port) as pipeline:
        names = pipeline.deployment
        usage = USAGE.format(
            endpoint=pipeline.aws.endpoint_url,
            region=pipeline.aws.region,
            bucket=names.bucket,
            table=names.table,
            machine=names.state_machine_arn,
            inbox=short_path(inbox),
        )
        console.print(f"[bold]Darkroom[/] is running at {pipeline.aws.endpoint_url}\n", highlight=False)
        # Lines that are to be copied must not be wrapped.
        console.print(usage, highlight=False, soft_wrap=True)
        _report(pipeline, console)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PipelineError(f"Port {port}: {error.strerror}; choose another one: make local PORT=4567") from error


def _report(pipeline: Pipeline, console: Console) -> None:
    reported: set[tuple[str, int]] = set()
    while True:
        for execution in reversed(pipeline.executions()):
            run = execution["executionArn"], execution.get("redriveCount", 0)
            if execution["status"] == "RUNNING" or run in reported:
                continue
            reported.add(run)
            seconds = (execution["stopDate"] - execution["startDate"]).total_seconds()
            colour = "green" if execution["status"] == "SUCCEEDED" else "red"
            subject = escape(str(uploaded_key(execution)))
            cause = escape(reason(execution.get("cause", "")))
            console.print(f"[{colour}]{execution['status']:9}[/] {seconds:6.1f} s  {subject}  {cause}", highlight=False)
        time.sleep(LOOK_SECONDS)
