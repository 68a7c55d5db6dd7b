"""EventBridge as moto lacks it: state machines as targets, and delivery that blocks nobody."""

import copy
import logging
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.events.models import Rule, events_backends

from darkroom.local.deferred import after_request
from darkroom.local.events.machine_targets import Event, deliver
from darkroom.local.seams import original, replaced

_log = logging.getLogger(__name__)


class EventBus:
    """Takes events from the embedded services to the rules of the default bus, in order, in a thread of its own."""

    def __init__(self, region: str, client: Callable[[str], Any]) -> None:
        self._region = region
        self._client = client
        self._dispatcher = ThreadPoolExecutor(max_workers=1, thread_name_prefix="event-bus")

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Let rules start state machines; leave every other target to moto."""
        to_others = original(Rule, "send_to_targets")

        def send(rule: Rule, event: Event, transform_input: bool = True) -> None:
            if rule.state == "DISABLED" or not rule.event_pattern.matches_event(event):  # type: ignore[arg-type]
                return
            machines = [target for target in rule.targets if ":stateMachine:" in target["Arn"]]
            for target in machines:
                self._soon(deliver, self._client, rule, target, _with_iso_time(event))
            others = copy.copy(rule)
            others.targets = [target for target in rule.targets if target not in machines]
            to_others(others, _with_epoch_time(event), transform_input)

        with replaced(Rule, "send_to_targets", send):
            try:
                yield
            finally:
                self._dispatcher.shutdown(wait=True, cancel_futures=True)

    def publish(self, source: str, detail_type: str, resources: list[str], detail: dict[str, Any]) -> None:
        """Send an event of a service to the rules as they are now, after the request that caused it is answered."""
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
        rules = self._rules()
        after_request(lambda: self._soon(self._offer, event, rules))

    def _soon(self, work: Callable[..., None], *parts: Any) -> None:
        def deliver_or_log() -> None:
            try:
                work(*parts)
            except Exception:  # noqa: BLE001 - one event must not end the dispatcher
                _log.exception("An event could not be delivered")

        # An execution's last task may end after the embedded AWS does; its event is dropped.
        with suppress(RuntimeError):
            self._dispatcher.submit(deliver_or_log)

    def _rules(self) -> list[Rule]:
        """Return copies of the rules: what is changed once an event was caused does not concern it."""
        bus = events_backends[DEFAULT_ACCOUNT_ID][self._region].event_buses["default"]
        rules = [copy.copy(rule) for rule in tuple(bus.rules.values())]
        for rule in rules:
            rule.targets = list(rule.targets)
        return rules

    def _offer(self, event: Event, rules: list[Rule]) -> None:
        for rule in rules:
            # One rule with a broken target must not keep the event from the others.
            self._soon(rule.send_to_targets, event, False)


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
