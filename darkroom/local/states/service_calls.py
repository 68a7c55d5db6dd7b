"""How Step Functions calls S3 for the items of a map, and itself to start executions: through the gateway."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval import resource_eval_s3 as reading
from moto.stepfunctions.parser.asl.component.state.exec.state_map.result_writer.resource_eval import (
    resource_eval_s3 as writing,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_sfn as starting

from darkroom.local.seams import original, replaced


@contextmanager
def installed(client: Callable[[str], Any]) -> Iterator[None]:
    """Make these calls with `client("s3")` and `client("stepfunctions")`: moto's own go to port 5000."""
    name_error = original(starting.StateTaskServiceSfn, "_from_error")

    def client_for(service: str, **_: Any) -> Any:
        return client(service)

    def from_error(task: Any, env: Any, ex: Exception) -> FailureEvent:
        unknown = isinstance(ex, ClientError) and not is_modelled(client("stepfunctions"), ex)
        return _failure(env, ex) if unknown else name_error(task, env, ex)

    def start_execution(_task: Any, env: Any, normalised_parameters: dict[str, Any], **_: Any) -> None:
        # The names begin with capitals in a definition, and moto passes them on as they are.
        asked = {f"{name[0].lower()}{name[1:]}": value for name, value in normalised_parameters.items()}
        started = client("stepfunctions").start_execution(**asked)
        env.stack.append({"ExecutionArn": started["executionArn"], "StartDate": started["startDate"].timestamp()})

    with ExitStack() as seams:
        for module in (reading, writing):
            seams.enter_context(replaced(module, "boto_client_for", client_for))
        seams.enter_context(replaced(starting.StateTaskServiceSfn, "_eval_service_task", start_execution))
        seams.enter_context(replaced(starting.StateTaskServiceSfn, "_from_error", from_error))
        yield


def is_modelled(client: Any, error: ClientError) -> bool:
    """Return whether an error is one of StartExecution's own, which Step Functions names after it."""
    shapes = client.meta.service_model.operation_model("StartExecution").error_shapes
    return error.response["Error"]["Code"] in {shape.name for shape in shapes}


def _failure(env: Any, error: Exception) -> FailureEvent:
    """Return the failure for what the service knows no class of, such as its throttling."""
    name = "StepFunctions.AWSStepFunctionsException"
    details: Any = {
        "taskFailedEventDetails": {
            "error": name, "cause": str(error), "resource": "startExecution", "resourceType": "states",
        }
    }  # fmt: skip
    return FailureEvent(env, CustomErrorName(name), HistoryEventType.TaskFailed, details)
