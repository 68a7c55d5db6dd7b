"""An embedded AWS with an obedient function in it, and short ways to ask for the usual."""

import io
import json
import uuid
import zipfile
from dataclasses import dataclass
from typing import Any

from darkroom.local.embedded_aws import EmbeddedAws
from tests.waiting import eventually

# Does what its event tells it to.
ACTOR = """
import os, sys, time

class StubbornError(Exception):
    pass

calls = 0

def handler(event, context):
    global calls
    calls += 1
    print("saw", event.get("say", ""))
    order = event.get("do")
    if order == "raise" or calls <= event.get("fail_first", 0):
        raise StubbornError(event.get("why", "told to"))
    if order == "sleep":
        time.sleep(event["seconds"])
    if order == "meet":
        open(os.path.join(event["folder"], str(os.getpid())), "w").close()
        while len(os.listdir(event["folder"])) < event["count"]:
            time.sleep(0.02)
    if order == "exit":
        os._exit(7)
    if order == "eat":
        food = bytearray(event["megabytes"] << 20)
        time.sleep(20)
    if order == "nibble":
        bytearray(event["megabytes"] << 20)
    if order == "grow":
        return "x" * event["bytes"]
    if order == "look":
        return {
            "environment": dict(os.environ), "path": sys.path, "pid": os.getpid(), "request": context.aws_request_id,
            "arn": context.invoked_function_arn, "left_ms": context.get_remaining_time_in_millis(),
        }
    return {"calls": calls, "pid": os.getpid(), "version": os.environ.get("VERSION"), "given": event}
"""


def zipped(**modules: str) -> bytes:
    """Return a zip with a module for each keyword."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, source in modules.items():
            archive.writestr(f"{name}.py", source)
    return buffer.getvalue()


@dataclass
class BareAws:
    """The embedded AWS and what most tests ask of it."""

    aws: EmbeddedAws
    role_arn: str

    def function(self, code: bytes | None = None, handler: str = "actor.handler", **settings: Any) -> str:
        """Create a function; return its ARN."""
        settings = {"MemorySize": 256, "Timeout": 5, **settings}
        made = self.aws.client("lambda").create_function(
            FunctionName=f"fn-{uuid.uuid4().hex[:8]}",
            Runtime="python3.13",
            Role=self.role_arn,
            Handler=handler,
            Code={"ZipFile": code or zipped(actor=ACTOR)},
            **settings,
        )
        return str(made["FunctionArn"])

    def invoke(self, function: str, event: dict[str, Any] | None = None) -> tuple[Any, bool]:
        """Return what a function answers, and whether that is an error."""
        answer = self.aws.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event or {}))
        return json.loads(answer["Payload"].read()), "FunctionError" in answer

    def machine(self, states: dict[str, Any], **more: Any) -> str:
        """Create a state machine that starts at the first of `states`; return its ARN."""
        definition = {"StartAt": next(iter(states)), "States": states, **more}
        made = self.aws.client("stepfunctions").create_state_machine(
            name=f"m-{uuid.uuid4().hex[:8]}", definition=json.dumps(definition), roleArn=self.role_arn
        )
        return str(made["stateMachineArn"])

    def start(self, machine: str, event: dict[str, Any] | None = None, **more: Any) -> str:
        """Start an execution; return its ARN."""
        started = self.aws.client("stepfunctions").start_execution(
            stateMachineArn=machine, input=json.dumps(event or {}), **more
        )
        return str(started["executionArn"])

    def run(self, machine: str, event: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """Start an execution and wait for its end; return its description."""
        return self.closed(self.start(machine, event, **more))

    def closed(self, execution: str) -> dict[str, Any]:
        """Wait for the end of an execution; return its description."""

        def look() -> dict[str, Any] | None:
            found: dict[str, Any] = self.aws.client("stepfunctions").describe_execution(executionArn=execution)
            return found if found["status"] != "RUNNING" else None

        return eventually(look, f"{execution} to close")

    def redrive(self, execution: str) -> dict[str, Any]:
        """Redrive an execution and wait for its end; return its description."""
        self.aws.client("stepfunctions").redrive_execution(executionArn=execution)
        return self.closed(execution)

    def history(self, execution: str) -> list[dict[str, Any]]:
        """Return the events of an execution."""
        found = self.aws.client("stepfunctions").get_execution_history(executionArn=execution)
        return list(found["events"])

    def event_types(self, execution: str) -> list[str]:
        """Return the types of the events of an execution."""
        return [str(event["type"]) for event in self.history(execution)]

    def queue(self) -> tuple[str, str]:
        """Create a queue; return URL and ARN."""
        sqs = self.aws.client("sqs")
        url = sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex[:8]}")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return str(url), str(arn)

    def messages(self, url: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait for `count` messages in a queue."""
        found: list[dict[str, Any]] = []

        def look() -> list[dict[str, Any]] | None:
            answer = self.aws.client("sqs").receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
            )
            found.extend(answer.get("Messages", []))
            return found if len(found) >= count else None

        return eventually(look, f"{count} messages in {url}")

    def bucket(self, *, notify: bool = True, versioned: bool = False) -> str:
        """Create a bucket, by default one that tells EventBridge."""
        s3 = self.aws.client("s3")
        name = f"bucket-{uuid.uuid4().hex[:8]}"
        s3.create_bucket(Bucket=name)
        if notify:
            s3.put_bucket_notification_configuration(
                Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
            )
        if versioned:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def rule(self, pattern: dict[str, Any], target_arn: str, **target: Any) -> str:
        """Create a rule with one target; return its ARN."""
        events = self.aws.client("events")
        name = f"rule-{uuid.uuid4().hex[:8]}"
        arn = events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
        events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target_arn, "RoleArn": self.role_arn, **target}])
        return str(arn)


def task(function: str, **more: Any) -> dict[str, Any]:
    """Return a task state that runs a function and ends, unless told otherwise."""
    ending = {} if "Next" in more else {"End": True}
    return {"Type": "Task", "Resource": function, **ending, **more}
