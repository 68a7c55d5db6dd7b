"""Counts what photos take of a deployed pipeline: processor time, calls, transitions, writes, log lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from functions.operate.capacity.measurements import FunctionUse, PhotoUse
from verification.harness.record_changes import RecordChanges
from verification.load.record_writes import write_units

if TYPE_CHECKING:
    from darkroom.local.http.faults import Call
    from verification.harness.execution import Execution
    from verification.harness.harness import Harness

# CloudWatch Logs charges for each event's bytes and so many more
# (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuotasAPI.html, "PutLogEvents").
LOG_EVENT_BYTES = 26
PROCESSOR_TIME = re.compile(r"Processor Time: ([\d.]+) ms(?P<cold>.*Init Duration)?")
# S3 charges for these as for a PUT, and tells EventBridge of each.
WRITES = frozenset({"PutObject", "CreateMultipartUpload", "PutObjectTagging"})
TOLD = frozenset({"PutObject", "CompleteMultipartUpload", "PutObjectTagging", "DeleteObjectTagging"})
READS = frozenset({"GetObject", "HeadObject", "GetObjectTagging"})
CONTENT = frozenset({"GetObject", "PutObject"})


@dataclass(frozen=True)
class Sent:
    """What was sent of one kind, and the executions that followed, the backstop's included."""

    keys: Sequence[str]
    upload_bytes: int
    megapixels: float
    executions: Sequence[Execution]


@dataclass
class CostMeter:
    """Counts what happens in a harness from one reading to the next."""

    harness: Harness
    changes: RecordChanges
    _calls: int = 0
    _lines: dict[str, int] = field(default_factory=dict)

    def start(self) -> None:
        """Count from here on."""
        self._calls = len(self.harness.aws.calls)
        self._lines = {function: len(self._log(function)) for function in self.harness.deployment.functions}

    def read(self, sent: Sent) -> PhotoUse:
        """Return what one of the photos took, on the average, since the start."""
        count = len(sent.keys)
        calls = [call for call in self.harness.aws.calls[self._calls :] if self._function(call)]
        s3 = [call.operation for call in calls if call.service == "s3"]
        lines = {name: self._new_lines(name) for name in self.harness.deployment.functions}
        printed = [line for found in lines.values() for line in found]
        copies = sum(int(self.harness.record(key).get("Bytes", 0)) for key in sent.keys) / count
        return PhotoUse(
            megapixels=sent.megapixels,
            upload_bytes=sent.upload_bytes,
            copy_bytes=copies,
            transitions=sum(map(transitions, sent.executions)) / count,
            executions=len(sent.executions) / count,
            functions={
                name: self._use(name, lines[name], calls, sent.upload_bytes + copies, count)
                for name in self.harness.deployment.functions
            },
            # The upload itself is one more.
            s3_writes=sum(operation in WRITES for operation in s3) / count + 1,
            s3_reads=sum(operation in READS for operation in s3) / count,
            bucket_events=sum(operation in TOLD for operation in s3) / count + 1,
            encrypted_objects=sum(operation in CONTENT for operation in s3) / count + 1,
            dynamodb_write_units=sum(write_units(self.changes.of(key)) for key in sent.keys) / count,
            messages=sum(call.operation == "Publish" for call in calls) / count,
            log_lines=len(printed) / count,
            log_bytes=sum(len(line.encode()) + LOG_EVENT_BYTES for line in printed) / count,
        )

    def _use(
        self, name: str, lines: Sequence[str], calls: Sequence[Call], moved_bytes: float, count: int
    ) -> FunctionUse:
        own = [call for call in calls if self._function(call) == name]
        times = [milliseconds for milliseconds, _ in processor_times(lines)]
        return FunctionUse(
            invocations=len(times) / count,
            processor_ms=sum(times) / count,
            s3_calls=sum(call.service == "s3" for call in own) / count,
            # It alone reads the whole upload and writes the copy; the others read headers.
            s3_bytes=moved_bytes if name == "enhance" and times else 0,
            dynamodb_calls=sum(call.service == "dynamodb" for call in own) / count,
            sns_calls=sum(call.service == "sns" for call in own) / count,
        )

    def _function(self, call: Call) -> str:
        """Return which function calls, nothing where it is none."""
        name = call.caller.removeprefix(f"{self.harness.deployment.project}-")
        return name if name in self.harness.deployment.functions else ""

    def _log(self, function: str) -> list[str]:
        return list(self.harness.log_lines(function))

    def _new_lines(self, function: str) -> list[str]:
        return self._log(function)[self._lines.get(function, 0) :]


def processor_times(lines: Sequence[str]) -> Iterator[tuple[float, bool]]:
    """Yield the milliseconds of processor time of each report, and whether they include a cold start."""
    for line in lines:
        if found := PROCESSOR_TIME.search(line):
            yield float(found[1]), bool(found["cold"])


def transitions(execution: Execution) -> int:
    """Return the transitions that Step Functions charges for: its start, and every try of every state."""
    return 1 + sum(max(1, execution.attempts[state]) for state in execution.states)


def cold_start_times(first: Mapping[str, Sequence[str]], warm: PhotoUse) -> dict[str, float]:
    """Return what a cold start takes more than a warm invocation, in milliseconds of processor time, by function."""
    colds = {name: next(time for time, cold in processor_times(lines) if cold) for name, lines in first.items()}
    return {name: max(0.0, cold - warm.functions[name].processor_ms) for name, cold in colds.items()}
