"""What Lambda itself says of an invocation: the lines around what the function prints, and why a process ended."""

import json
from collections.abc import Iterable

from darkroom.local.lambda_.lambda_spec import FunctionSpec


def explanation(spec: FunctionSpec, request_id: str, error: str, exit_status: int | None) -> bytes:
    """Return the error document of an invocation that Lambda ended, or whose process exited."""
    reason = {
        "Sandbox.Timedout": f"Task timed out after {spec.timeout_seconds:.2f} seconds",
        "Runtime.OutOfMemory": "Runtime exited with error: signal: killed",
    }.get(error, f"Runtime exited with error: exit status {exit_status}")
    return json.dumps({"errorType": error, "errorMessage": f"RequestId: {request_id} Error: {reason}"}).encode()


def report_line(  # noqa: PLR0913 - one keyword per part of the line
    spec: FunctionSpec,
    request_id: str,
    error: str | None,
    *,
    duration_ms: float,
    init_ms: float | None,
    max_memory_mb: int,
    processor_ms: float,
) -> str:
    """Return Lambda's REPORT line; `init_ms` is that of a cold start.

    Lambda's own says nothing of processor time: here it is the work, which a duration on a busy machine does not tell.
    A cold start's includes the start.
    """
    report = (
        f"REPORT RequestId: {request_id}\tDuration: {duration_ms:.2f} ms\tBilled Duration: {duration_ms + 1:.0f} ms"
        f"\tMemory Size: {spec.memory_mb} MB\tMax Memory Used: {max_memory_mb} MB"
        f"\tProcessor Time: {processor_ms:.2f} ms"
    )
    if init_ms is not None:
        report += f"\tInit Duration: {init_ms:.2f} ms"
    if error:
        report += f"\tStatus: {'timeout' if error == 'Sandbox.Timedout' else 'error'}\tError Type: {error}"
    return report


def framed(request_id: str, printed: Iterable[str], report: str) -> tuple[str, ...]:
    """Return what the function printed, between the lines that Lambda prints."""
    return (f"START RequestId: {request_id} Version: $LATEST", *printed, f"END RequestId: {request_id}", report)
