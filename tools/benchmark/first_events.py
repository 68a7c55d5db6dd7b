"""What the state machine sends each function for one small photo, and the environment that the function then has."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from darkroom.local.callers import function_credentials
from darkroom.packaging.repository import FUNCTIONS
from verification.harness.deployed import running_harness
from verification.harness.uploads import small_photo

if TYPE_CHECKING:
    from verification.harness.harness import Harness

# Waits between attempts shrink to less than a second.
WAIT_SCALE = 0.002


@dataclass(frozen=True)
class FirstEvent:
    """An event as JSON, the environment of a process that answers it, and what comes before each answer."""

    payload: str
    variables: Mapping[str, str]
    prepare: Callable[[], None] = field(default=lambda: None)


@contextmanager
def first_events() -> Iterator[dict[str, FirstEvent]]:
    """Deploy to an embedded AWS and run a photo; yield each function's event, which it may answer again meanwhile."""
    with running_harness(WAIT_SCALE) as harness:
        key = harness.upload(small_photo(64))
        payloads = _payloads(harness, harness.run_of(key).arn)
        events = {
            function: FirstEvent(payloads[harness.deployment.functions[function]], _variables(harness, function))
            for function in FUNCTIONS
        }
        # A photo whose record is complete would be refused.
        yield events | {"validate": replace(events["validate"], prepare=partial(_forget, harness, key))}


def _forget(harness: "Harness", key: str) -> None:
    table = harness.deployment.table
    harness.aws.client("dynamodb").delete_item(TableName=table, Key={"ImageId": {"S": key}})


def _payloads(harness: "Harness", execution_arn: str) -> dict[str, str]:
    pages = (
        harness.aws.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution_arn)
    )
    details = (event.get("lambdaFunctionScheduledEventDetails") for page in pages for event in page["events"])
    return {detail["resource"]: detail["input"] for detail in details if detail}


def _variables(harness: "Harness", function: str) -> dict[str, str]:
    name = harness.deployment.functions[function]
    configuration: dict[str, Any] = harness.aws.client("lambda").get_function_configuration(FunctionName=name)
    return {
        **configuration["Environment"]["Variables"],
        **function_credentials(configuration["FunctionName"], "cold start"),
        "AWS_DEFAULT_REGION": harness.aws.client("lambda").meta.region_name,
        "AWS_ENDPOINT_URL": harness.aws.endpoint_url,
        "AWS_LAMBDA_FUNCTION_NAME": configuration["FunctionName"],
    }
