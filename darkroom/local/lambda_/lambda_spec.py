"""What the local Lambda knows of a function, and the environment that its processes see."""

import os
from dataclasses import dataclass
from pathlib import Path

from darkroom.local.callers import function_credentials


@dataclass(frozen=True)
class FunctionSpec:
    """What makes a sandbox: a function whose spec changes gets new processes."""

    name: str
    arn: str
    handler: str
    memory_mb: int
    timeout_seconds: int
    runtime: str
    region: str
    code: Path
    variables: tuple[tuple[str, str], ...]

    @property
    def log_group(self) -> str:
        """The group in CloudWatch Logs."""
        return f"/aws/lambda/{self.name}"


def environment(  # noqa: PLR0913 - one keyword per thing that differs from process to process
    spec: FunctionSpec,
    *,
    runtime: Path,
    api: str,
    endpoint_url: str,
    stream: str,
    token: str,
) -> dict[str, str]:
    """The function's own variables and those that Lambda documents; nothing of this machine's.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        **dict(spec.variables),
        **function_credentials(spec.name, token),
        "AWS_DEFAULT_REGION": spec.region,
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{spec.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": spec.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_LAMBDA_RUNTIME_API": api,
        "AWS_REGION": spec.region,
        "LAMBDA_RUNTIME_DIR": str(runtime),
        "LAMBDA_TASK_ROOT": str(spec.code),
        "PYTHONPATH": os.pathsep.join([str(spec.code), str(runtime)]),
        "_HANDLER": spec.handler,
    }
