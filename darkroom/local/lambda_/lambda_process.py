"""One function process of the local Lambda: awslambdaric and the unpacked zip, watched as Lambda watches a sandbox."""

import secrets
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import psutil

from darkroom.local.lambda_.lambda_logs import LogStream, PrintedLines
from darkroom.local.lambda_.lambda_report import explanation, framed, report_line
from darkroom.local.lambda_.lambda_spec import FunctionSpec, environment
from darkroom.local.lambda_.lambda_usage import Usage, usage_of
from darkroom.local.lambda_.runtime_api import Invocation, RuntimeApi
from darkroom.local.sandboxes import Sandboxes

# Lambda allows 10 s; this machine may be starting several functions on few cores.
INIT_SECONDS = 60
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Outcome:
    """The result of one invocation; `payload` is JSON, an error's too. The duration leaves out a cold start."""

    payload: str
    failed: bool
    duration_ms: float
    log: tuple[str, ...]


class FunctionProcess:
    """A sandbox: takes one event at a time, until it is killed or dies of an invocation."""

    def __init__(self, spec: FunctionSpec, *, runtime: Path, endpoint_url: str, sandboxes: Sandboxes) -> None:
        self._spec = spec
        self._sandboxes, self._token = sandboxes, sandboxes.new_token()
        self._api = RuntimeApi()
        self._stream = LogStream(spec.log_group, spec.region)
        self._printed = PrintedLines()
        self._usage, self._reported_processor_ms = Usage(), 0.0
        self._busy = threading.Lock()
        self._started = time.monotonic()
        variables = environment(
            spec,
            runtime=runtime,
            api=self._api.address,
            endpoint_url=endpoint_url,
            stream=self._stream.name,
            token=self._token,
        )
        self._process = subprocess.Popen(
            # -S keeps this machine's packages out: what the zip lacks must fail here as it fails in AWS.
            [sys.executable, "-S", "-m", "awslambdaric", spec.handler],
            cwd=spec.code,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=self._printed.file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        sandboxes.register(self._token, self._process)
        self._resources = psutil.Process(self._process.pid)

    @property
    def alive(self) -> bool:
        """Whether it can take another event."""
        return self._process.poll() is None

    @property
    def starting(self) -> bool:
        """Whether it is on its way to its first event."""
        return self.alive and not self._api.ready.is_set()

    def kill(self) -> None:
        """End the process, at once and for good."""
        self._process.kill()
        self._process.wait()
        self._sandboxes.forget(self._token)
        with self._busy:  # an event that it was at work on still gets its outcome
            self._api.close()
            self._printed.file.close()

    def invoke(self, event: bytes) -> Outcome:
        """Run the handler on `event`; whatever the process does, an outcome is back within start-up and timeout."""
        with self._busy:
            return self._invoke(self._new_invocation(event))

    def _invoke(self, invocation: Invocation) -> Outcome:
        init_since = None if self._api.ready.is_set() else self._started
        error = self._watch(self._api.ready, INIT_SECONDS)
        running_since = time.monotonic()
        if not error:
            error = self._hand_over(invocation)
        if error:
            self._process.kill()
            self._process.wait()
            invocation.finish(self._explanation(invocation.request_id, error), failed=True)
        duration_ms = (time.monotonic() - running_since) * 1000
        init_ms = init_since and (running_since - init_since) * 1000
        report = report_line(
            self._spec,
            invocation.request_id,
            error,
            duration_ms=duration_ms,
            init_ms=init_ms,
            max_memory_mb=self._usage.peak_mb,
            processor_ms=self._usage.processor_ms - self._reported_processor_ms,
        )
        self._reported_processor_ms = self._usage.processor_ms
        lines = framed(invocation.request_id, self._printed.new(), report)
        self._stream.put(lines)
        return Outcome(invocation.payload.decode(), invocation.failed, duration_ms, lines)

    def _new_invocation(self, event: bytes) -> Invocation:
        request_id = str(uuid.uuid4())
        root = f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Invoked-Function-Arn": self._spec.arn,
            "Lambda-Runtime-Trace-Id": f"{root};Parent={secrets.token_hex(8)};Sampled=0",
        }
        return Invocation(request_id, event, headers)

    def _hand_over(self, invocation: Invocation) -> str | None:
        deadline_ms = int((time.time() + self._spec.timeout_seconds) * 1000)
        invocation.headers["Lambda-Runtime-Deadline-Ms"] = str(deadline_ms)
        self._api.submit(invocation)
        return self._watch(invocation.done, self._spec.timeout_seconds)

    def _watch(self, event: threading.Event, limit_seconds: float) -> str | None:
        """Wait for `event`; return the error type if the process dies, outgrows its memory or takes too long."""
        deadline = time.monotonic() + limit_seconds
        while not event.wait(POLL_SECONDS):
            if not self.alive:
                return None if event.is_set() else "Runtime.ExitError"
            self._usage = usage_of(self._resources, self._usage)
            if self._usage.peak_mb > self._spec.memory_mb:
                return "Runtime.OutOfMemory"
            if time.monotonic() > deadline:
                return "Sandbox.Timedout"
        self._usage = usage_of(self._resources, self._usage)
        return None

    def _explanation(self, request_id: str, error: str) -> bytes:
        if error == "Runtime.ExitError" and self._api.init_error:
            return self._api.init_error
        return explanation(self._spec, request_id, error, self._process.returncode)
