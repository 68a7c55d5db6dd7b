"""The local Lambda: warm function processes, one event each at a time, as many as are needed."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from moto.awslambda.models import LambdaFunction

from darkroom.local.lambda_.lambda_code import CodeCache
from darkroom.local.lambda_.lambda_process import FunctionProcess
from darkroom.local.lambda_.lambda_spec import FunctionSpec
from darkroom.local.sandboxes import Sandboxes
from darkroom.local.seams import replaced

# Per function; more events wait for a free process. Lambda starts up to 1,000, this machine has few cores.
MAX_PROCESSES = 4


@dataclass(frozen=True)
class Invoked:
    """One invocation, as far as Lambda measures it; `at_seconds` since the epoch is when it began."""

    function: str
    at_seconds: float
    duration_ms: float
    failed: bool


class _Pool:
    """The processes of one function in one state of its code and configuration."""

    def __init__(self, spec: FunctionSpec, new_process: Callable[[], FunctionProcess]) -> None:
        self.spec = spec
        self._new_process = new_process
        self._slots = threading.Semaphore(MAX_PROCESSES)
        self._lock = threading.Lock()
        self._processes: list[FunctionProcess] = []
        self._idle: list[FunctionProcess] = []
        self._retired = False

    @contextlib.contextmanager
    def process(self) -> Iterator[FunctionProcess]:
        """Lend a process for one event: a warm one if there is one."""
        with self._slots:
            process = self._take()
            try:
                yield process
            finally:
                self._give_back(process)

    def retire(self, *, now: bool) -> None:
        """End the idle processes, and the others when they finish, or all of them `now`."""
        with self._lock:
            self._retired = True
            ending = list(self._processes if now else self._idle)
            self._idle.clear()
        for process in ending:
            self._end(process)

    def _take(self) -> FunctionProcess:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        process = self._new_process()
        with self._lock:
            self._processes.append(process)
        return process

    def _give_back(self, process: FunctionProcess) -> None:
        with self._lock:
            if process.alive and not self._retired:
                self._idle.append(process)
                return
        self._end(process)

    def _end(self, process: FunctionProcess) -> None:
        with self._lock:
            if process not in self._processes:
                return
            self._processes.remove(process)
        process.kill()


class LambdaService:
    """Runs the zips of moto's functions.

    Args:
        runtime: folder with awslambdaric and what it needs.
        endpoint_url: where the functions find AWS.
        sandboxes: where each process is entered.
    """

    def __init__(self, *, runtime: Path, endpoint_url: str, sandboxes: Sandboxes) -> None:
        self._start = partial(FunctionProcess, runtime=runtime, endpoint_url=endpoint_url, sandboxes=sandboxes)
        self._code = CodeCache(runtime.parent / "unpacked")
        self.invocations: list[Invoked] = []
        self._pools: dict[str, _Pool] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Take the place of moto's Docker containers; end every process on leaving."""

        def invoke(function: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
            return self.invoke(function, json.dumps(event).encode())

        with replaced(LambdaFunction, "_invoke_lambda", invoke):
            try:
                yield
            finally:
                self.close()

    def invoke(self, function: LambdaFunction, event: bytes) -> tuple[str, bool, str]:
        """Run `function` on the JSON document `event`; return payload, whether it is an error, and the log."""
        began = time.time()
        with self._pool(function).process() as process:
            outcome = process.invoke(event)
        self.invocations.append(Invoked(function.function_name, began, outcome.duration_ms, outcome.failed))
        return outcome.payload, outcome.failed, "\n".join(outcome.log)

    def close(self) -> None:
        """End every function process."""
        with self._lock:
            pools = list(self._pools.values())
            self._pools.clear()
        for pool in pools:
            pool.retire(now=True)

    def _pool(self, function: LambdaFunction) -> _Pool:
        with self._lock:
            spec = self._spec(function)
            pool = self._pools.get(spec.arn)
            if pool is None or pool.spec != spec:
                if pool:
                    pool.retire(now=False)
                pool = _Pool(spec, partial(self._start, spec))
                self._pools[spec.arn] = pool
            return pool

    def _spec(self, function: LambdaFunction) -> FunctionSpec:
        return FunctionSpec(
            name=function.function_name,
            arn=function.function_arn,
            handler=str(function.handler),
            memory_mb=int(function.memory_size),
            timeout_seconds=int(function.timeout),
            runtime=str(function.run_time),
            region=function.region,
            code=self._code.unpack(function.code_bytes, function.code_sha_256),
            variables=tuple(sorted(function.environment_vars.items())),
        )
