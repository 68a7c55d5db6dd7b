"""`darkroom demo`: a photo goes through, a broken one fails, Redrive repairs an outage. Each expectation is checked."""

from __future__ import annotations

import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.live import Live

from darkroom.commands.before_after import write_comparison
from darkroom.commands.display import execution_table, messages_panel, record_table, short_path, verdict
from darkroom.commands.photo_check import require_photo
from darkroom.pipeline import Pipeline, PipelineError, running_pipeline
from darkroom.terminal_text import shown

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef
    from rich.console import Console

# Retry waits of seconds and minutes shrink to hundredths; the order of events stays.
WAIT_SCALE = 0.01
BROKEN_BYTES = 20_000
USER_ID = "ada"


def demonstrate(photo: Path, folder: Path, console: Console) -> None:
    """Show the pipeline at work, leaving messages and pictures in a folder.

    Raises PhotoRefusedError before anything is started, and PipelineError when something does not happen as expected.
    """
    require_photo(photo)
    started = time.monotonic()
    inbox = folder / "inbox"
    shutil.rmtree(inbox, ignore_errors=True)
    inbox.mkdir(parents=True)
    console.print("[bold]Darkroom[/], on an AWS inside this process: no account, no Docker, nothing to pay.")
    with ExitStack() as stack:
        with console.status("Building, starting, deploying .. (the first time takes longer)"):
            pipeline = stack.enter_context(running_pipeline(inbox, wait_scale=WAIT_SCALE))
        console.print(f"[dim]Deployed to {pipeline.aws.endpoint_url} in {time.monotonic() - started:.1f} s[/]")
        demo = Demo(pipeline, console)
        enhance_photo(demo, photo, folder / "before-after.jpg")
        refuse_broken_photo(demo, photo)
        recover_from_outage(demo, photo)
    console.rule(style="dim")
    console.print(f"All as promised, in {time.monotonic() - started:.0f} s. The messages lie in {short_path(inbox)}")


@dataclass(frozen=True)
class Demo:
    """What all parts of the demo share: the pipeline, and where it is shown."""

    pipeline: Pipeline
    console: Console

    def begin(self, title: str, text: str) -> None:
        """Print the heading of a part."""
        self.console.print()
        self.console.rule(f"[bold]{title}[/]", align="left", style="dim")
        self.console.print(text + "\n", style="dim", highlight=False)

    def follow(self, execution_arn: str, expected: str) -> DescribeExecutionOutputTypeDef:
        """Show an execution as it goes until it ends. Raises PipelineError unless it ends as expected."""
        # What grows while waiting is wiped at the end and printed once, which also suits a log file.
        with Live(console=self.console, transient=True) as live:
            execution = self.pipeline.finish(execution_arn, lambda visited: live.update(execution_table(visited)))
        self.console.print(execution_table(self.pipeline.steps(execution_arn)), highlight=False)
        self.console.print(verdict(execution["status"], execution.get("cause", "")), highlight=False)
        if execution["status"] != expected:
            raise PipelineError(f"The execution should have ended {expected}; see above.")
        return execution

    def show_record(self, key: str, expected: str) -> dict[str, Any]:
        """Print an image's record. Raises PipelineError unless it has the expected Status."""
        record = self.pipeline.record(key)
        self.console.print(f"\n[bold]Record[/] [dim]in DynamoDB table {self.pipeline.deployment.table}[/]")
        self.console.print(record_table(record), highlight=False)
        if record.get("Status") != expected:
            raise PipelineError(f"The record's Status should be {expected}.")
        return record

    def show_messages(self, known: int) -> None:
        """Print the messages beyond those known. Raises PipelineError where a subscriber got none."""
        messages = self.pipeline.messages()[known:]
        self.console.print("\n[bold]Messages[/] [dim]to the subscribers of the SNS topic[/]")
        self.console.print(messages_panel(messages), highlight=False)
        if len({message.to for message in messages}) < 2:
            raise PipelineError("Not every subscriber got a message.")


def enhance_photo(demo: Demo, photo: Path, picture: Path) -> None:
    """Part one: a photo goes in; its enhanced copy, its record and the messages come out."""
    pipeline, key = demo.pipeline, photo.name
    demo.begin("1  A photo comes in", f"{short_path(photo)} -> s3://{pipeline.deployment.bucket}/{shown(key)}")
    known = len(pipeline.messages())
    pipeline.upload(key, photo.read_bytes(), user_id=USER_ID)
    demo.follow(pipeline.started_by(key), "SUCCEEDED")
    record = demo.show_record(key, "COMPLETED")
    demo.show_messages(known)
    write_comparison(photo.read_bytes(), pipeline.download(record["EnhancedKey"]), picture)
    demo.console.print(f"\nBefore and after, side by side: [bold]{short_path(picture)}[/]", highlight=False)


def refuse_broken_photo(demo: Demo, photo: Path) -> None:
    """Part two: a photo cut short fails; the execution, the record and the messages agree."""
    pipeline, key = demo.pipeline, f"broken-{photo.name}"
    content = photo.read_bytes()
    demo.begin("2  A broken photo comes in", f"The same photo, cut off in transit, as {shown(key)}")
    known = len(pipeline.messages())
    pipeline.upload(key, content[: min(BROKEN_BYTES, len(content) // 2)], user_id=USER_ID)
    demo.follow(pipeline.started_by(key), "FAILED")
    demo.show_record(key, "FAILED")
    demo.show_messages(known)


def recover_from_outage(demo: Demo, photo: Path) -> None:
    """Part three: S3 refuses to store the copy until the execution has failed; then Redrive completes it."""
    pipeline, key = demo.pipeline, f"outage-{photo.name}"
    demo.begin("3  An outage, and Redrive", "S3 refuses to store the enhanced copy, seven times over.")
    enhancer = pipeline.deployment.functions["enhance"].rpartition(":")[2]
    # With status 500 botocore would add its own waits, in real time; thus only the state machine's retries count.
    outage = pipeline.aws.faults.refuse(
        service="s3", operation="PutObject", caller=enhancer, error_code="InternalError", status=400
    )
    with outage:
        pipeline.upload(key, photo.read_bytes(), user_id=USER_ID)
        execution_arn = pipeline.started_by(key)
        demo.follow(execution_arn, "FAILED")
    demo.console.print("\n[dim]S3 works again. Now Redrive, as the console's button does:[/]")
    pipeline.aws.client("stepfunctions").redrive_execution(executionArn=execution_arn)
    demo.follow(execution_arn, "SUCCEEDED")
    resumed_at_the_failed_step(demo, execution_arn)
    demo.show_record(key, "COMPLETED")


def resumed_at_the_failed_step(demo: Demo, execution_arn: str) -> None:
    """Raise PipelineError if the redriven execution did work again that was done before."""
    visited = [step.state for step in demo.pipeline.steps(execution_arn)]
    if visited.count("ValidateImage") != 1 or visited.count("EnhanceImage") != 2:
        raise PipelineError(f"Redrive should have resumed at EnhanceImage; it visited {', '.join(visited)}.")
