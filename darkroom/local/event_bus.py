"""EventBridge as moto lacks it: state machines as targets, dead-letter queues, and delivery that blocks nobody."""

import copy
import json
import logging
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.events.models import Rule, events_backends
from moto.events.utils import EventTemplateParser

from darkroom.local.deferred import after_request
from darkroom.local.seams import original, replaced

Event = dict[str, Any]

MAX_RETRIES = 185
PASSING = {"ThrottlingException", "ServiceUnavailable", "InternalFailure", "InternalServerError"}
_log = logging.getLogger(__name__)


class EventBus:
    """Takes events from the embedded services to the rules of the default bus, in order, in a thread of its own."""

    def __init__(self, region: str, client: Callable[[str], Any]) -> None:
        self._region = region
        self._client = client
        self._courier = ThreadPoolExecutor(max_workers=1, thread_name_prefix="event-bus")

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Let rules start state machines; leave every other target to moto."""
        to_others = original(Rule, "send_to_targets")

        def send(rule: Rule, event: Event, transform_input: bool = True) -> None:
            if rule.state == "DISABLED" or not rule.event_pattern.matches_event(event):  # type: ignore[arg-type]
                return
            machines = [target for target in rule.targets if ":stateMachine:" in target["Arn"]]
            for target in machines:
                self._soon(self._start, rule, target, _with_iso_time(event))
            others = copy.copy(rule)
            others.targets = [target for target in rule.targets if target not in machines]
            to_others(others, _with_epoch_time(event), transform_input)

        with replaced(Rule, "send_to_targets", send):
            try:
                yield
            finally:
                self._courier.shutdown(wait=True, cancel_futures=True)

    def publish(self, source: str, detail_type: str, resources: list[str], detail: dict[str, Any]) -> None:
        """Send an event of a service to the rules, after the request that caused it is answered."""
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": detail_type,
            "source": source,
            "account": DEFAULT_ACCOUNT_ID,
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self._region,
            "resources": resources,
            "detail": detail,
        }
        after_request(lambda: self._soon(self._offer, event))

    def _soon(self, deliver: Callable[..., None], *parts: Any) -> None:
        def deliver_or_tell() -> None:
            try:
                deliver(*parts)
            except Exception:  # noqa: BLE001 - an event's fate must not end the courier
                _log.exception("An event could not be delivered")

        self._courier.submit(deliver_or_tell)

    def _offer(self, event: Event) -> None:
        bus = events_backends[DEFAULT_ACCOUNT_ID][self._region].event_buses["default"]
        for rule in tuple(bus.rules.values()):
            # One rule with a broken target must not keep the event from the others.
            self._soon(rule.send_to_targets, event, False)

    def _start(self, rule: Rule, target: dict[str, Any], event: Event) -> None:
        most_retries = target.get("RetryPolicy", {}).get("MaximumRetryAttempts", MAX_RETRIES)
        # EventBridge names executions like this; a rule cannot choose the name.
        start = {
            "stateMachineArn": target["Arn"],
            "name": f"{event['id']}_{uuid.uuid4()}",
            "input": _input(target, event),
        }
        retries = 0
        while refusal := self._refusal(start):
            if retries == most_retries or not _may_pass(refusal):
                self._bury(rule, target, event, refusal, retries)
                return
            retries += 1

    def _refusal(self, start: dict[str, str]) -> ClientError | BotoCoreError | None:
        try:
            self._client("stepfunctions").start_execution(**start)
        except (ClientError, BotoCoreError) as refusal:
            return refusal
        return None

    def _bury(
        self, rule: Rule, target: dict[str, Any], event: Event, refusal: ClientError | BotoCoreError, retries: int
    ) -> None:
        """Put the event into the target's dead-letter queue, with the attributes that EventBridge gives it.

        Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
        """
        queue_arn = target.get("DeadLetterConfig", {}).get("Arn")
        if not queue_arn:
            _log.error("Rule %s has no dead-letter queue and cannot reach %s: %s", rule.arn, target["Arn"], refusal)
            return
        attributes = {
            "RULE_ARN": rule.arn,
            "TARGET_ARN": target["Arn"],
            "ERROR_CODE": _error_code(refusal),
            "ERROR_MESSAGE": str(refusal),
            "RETRY_ATTEMPTS": str(retries),
        }
        sqs = self._client("sqs")
        sqs.send_message(
            QueueUrl=sqs.get_queue_url(QueueName=queue_arn.rpartition(":")[2])["QueueUrl"],
            MessageBody=json.dumps(event),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        )


def _input(target: dict[str, Any], event: Event) -> str:
    if "Input" in target:
        return str(target["Input"])
    if "InputTransformer" in target:
        transformer = target["InputTransformer"]
        complete: Any = {**event, "ingestion-time": event["time"]}
        return json.dumps(
            EventTemplateParser.parse(transformer["InputTemplate"], transformer.get("InputPathsMap", {}), complete)
        )
    return json.dumps({key: value for key, value in event.items() if key != "ingestion-time"})


def _error_code(refusal: ClientError | BotoCoreError) -> str:
    """Return what EventBridge calls the error in the dead-letter queue."""
    names = {"StateMachineDoesNotExist": "NO_RESOURCE", "AccessDeniedException": "NO_PERMISSIONS"}
    code = refusal.response["Error"]["Code"] if isinstance(refusal, ClientError) else ""
    return names.get(code, "SDK_CLIENT_ERROR")


def _may_pass(refusal: ClientError | BotoCoreError) -> bool:
    """Whether EventBridge would try again."""
    if not isinstance(refusal, ClientError):
        return True
    server_fault = refusal.response["ResponseMetadata"]["HTTPStatusCode"] >= 500
    return server_fault or refusal.response["Error"]["Code"] in PASSING


def _with_iso_time(event: Event) -> Event:
    time = event["time"]
    if isinstance(time, str):
        return event
    return {**event, "time": datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def _with_epoch_time(event: Event) -> Event:
    # moto's own targets want a number and turn it into text themselves.
    time = event["time"]
    if not isinstance(time, str):
        return event
    return {**event, "time": datetime.fromisoformat(time).timestamp()}
