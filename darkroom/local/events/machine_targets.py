"""A state machine as a rule's target: started with the event, retried, or the event goes to the dead-letter queue."""

import json
import logging
import uuid
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.events.models import Rule
from moto.events.utils import EventTemplateParser

Event = dict[str, Any]
Target = dict[str, Any]
Refusal = ClientError | BotoCoreError

# EventBridge's own default, over 24 hours; here without the waiting.
MAX_RETRIES = 185
PASSING = {"ThrottlingException", "ServiceUnavailable", "InternalFailure", "InternalServerError"}
_log = logging.getLogger(__name__)


def deliver(client: Callable[[str], Any], rule: Rule, target: Target, event: Event) -> None:
    """Start the target with the event as its input, in as many tries as its RetryPolicy allows."""
    most_retries = target.get("RetryPolicy", {}).get("MaximumRetryAttempts", MAX_RETRIES)
    # EventBridge names executions like this; a rule cannot choose the name.
    name = f"{event['id']}_{uuid.uuid4()}"
    start = {"stateMachineArn": target["Arn"], "name": name, "input": _input(target, event)}
    retries = 0
    while refusal := _refusal(client, start):
        if retries == most_retries or not _may_pass(refusal):
            _send_to_dlq(client, target, event, _attributes(rule, target, refusal, retries))
            return
        retries += 1


def _refusal(client: Callable[[str], Any], start: dict[str, str]) -> Refusal | None:
    try:
        client("stepfunctions").start_execution(**start)
    except (ClientError, BotoCoreError) as refusal:
        return refusal
    return None


def _attributes(rule: Rule, target: Target, refusal: Refusal, retries: int) -> dict[str, str]:
    """Return what EventBridge notes on an event that it could not deliver.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    return {
        "RULE_ARN": rule.arn,
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": _error_code(refusal),
        "ERROR_MESSAGE": str(refusal),
        "RETRY_ATTEMPTS": str(retries),
    }


def _send_to_dlq(client: Callable[[str], Any], target: Target, event: Event, attributes: dict[str, str]) -> None:
    queue_arn = target.get("DeadLetterConfig", {}).get("Arn")
    if not queue_arn:
        _log.error("An event is lost, its rule has no dead-letter queue: %s", attributes)
        return
    sqs = client("sqs")
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName=queue_arn.rpartition(":")[2])["QueueUrl"],
        MessageBody=json.dumps(event),
        MessageAttributes={name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    )


def _input(target: Target, event: Event) -> str:
    if "Input" in target:
        return str(target["Input"])
    if "InputTransformer" in target:
        transformer = target["InputTransformer"]
        complete: Any = {**event, "ingestion-time": event["time"]}
        paths = transformer.get("InputPathsMap", {})
        return json.dumps(EventTemplateParser.parse(transformer["InputTemplate"], paths, complete))
    return json.dumps({key: value for key, value in event.items() if key != "ingestion-time"})


def _error_code(refusal: Refusal) -> str:
    names = {"StateMachineDoesNotExist": "NO_RESOURCE", "AccessDeniedException": "NO_PERMISSIONS"}
    code = refusal.response["Error"]["Code"] if isinstance(refusal, ClientError) else ""
    return names.get(code, "SDK_CLIENT_ERROR")


def _may_pass(refusal: Refusal) -> bool:
    """Whether EventBridge would try again."""
    if not isinstance(refusal, ClientError):
        return True
    server_fault = refusal.response["ResponseMetadata"]["HTTPStatusCode"] >= 500
    return server_fault or refusal.response["Error"]["Code"] in PASSING
