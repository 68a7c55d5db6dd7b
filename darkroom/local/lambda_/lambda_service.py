"""The local Lambda: warm function processes, one event each at a time, as many as are needed."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from moto.awslambda.models import LambdaFunction

from darkroom.local.lambda_.lambda_code import CodeCache
from darkroom.local.lambda_.lambda_pool import ProcessPool
from darkroom.local.lambda_.lambda_process import FunctionProcess
from darkroom.local.lambda_.lambda_spec import FunctionSpec
from darkroom.local.sandboxes import Sandboxes
from darkroom.local.seams import replaced


@dataclass(frozen=True)
class Invoked:
    """One invocation, as far as Lambda measures it; `at_seconds` since the epoch is when it began."""

    function: str
    at_seconds: float
    duration_ms: float
    failed: bool


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
        self._pools: dict[str, ProcessPool] = {}
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

    def _pool(self, function: LambdaFunction) -> ProcessPool:
        with self._lock:
            spec = self._spec(function)
            pool = self._pools.get(spec.arn)
            if pool is None or pool.spec != spec:
                if pool:
                    pool.retire(now=False)
                pool = ProcessPool(spec, partial(self._start, spec))
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
