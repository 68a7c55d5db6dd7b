"""How Step Functions calls Lambda: through the gateway, and with the error names that AWS gives."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda
from moto.stepfunctions.parser.asl.eval.environment import Environment

from darkroom.local.seams import original, replaced


@contextmanager
def installed(client: Callable[[str], BaseClient]) -> Iterator[None]:
    """Let task states invoke functions with `client("lambda")`, and name what goes wrong as AWS does."""
    name_error = original(StateTaskLambda, "_from_error")

    def from_error(task: StateTaskLambda, env: Environment, ex: Exception) -> FailureEvent:
        named = _named(ex)
        return _failure(env, *named) if named else name_error(task, env, ex)

    def client_for(service: str, **_: Any) -> BaseClient:
        return client(service)

    with ExitStack() as seams:
        seams.enter_context(replaced(StateTaskLambda, "_from_error", from_error))
        seams.enter_context(replaced(lambda_eval_utils, "boto_client_for", client_for))
        yield


def _named(ex: Exception) -> tuple[str, str] | None:
    """Return error and cause if AWS names this differently from moto.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
    """
    if isinstance(ex, ClientError):
        error = ex.response["Error"]
        return f"Lambda.{error['Code']}", error["Message"]
    if isinstance(ex, BotoCoreError):
        return "Lambda.SdkClientException", str(ex)
    if isinstance(ex, lambda_eval_utils.LambdaFunctionErrorException) and not _error_type(ex.payload):
        return "Lambda.Unknown", ex.payload
    return None


def _error_type(payload: str) -> str | None:
    document = json.loads(payload)
    return document.get("errorType") if isinstance(document, dict) else None


def _failure(env: Environment, error: str, cause: str) -> FailureEvent:
    details: Any = {"lambdaFunctionFailedEventDetails": {"error": error, "cause": cause}}
    return FailureEvent(
        env=env,
        error_name=CustomErrorName(error),
        event_type=HistoryEventType.LambdaFunctionFailed,
        event_details=details,
    )
