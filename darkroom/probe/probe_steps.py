"""What a probe does, in order, and what each step shows."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from darkroom.commands.replay_events import start_event
from darkroom.commands.undelivered import Queue, Undelivered
from darkroom.probe.canary import BROKEN, canary_jpeg, is_canary
from darkroom.probe.listening import Listener, listen
from darkroom.probe.site import REASON, Site
from darkroom.probe.waiting import seen
from functions.operate.photo_record import PhotoRecord
from functions.shared.execution_arn import arn_of_execution

HTTP_SECONDS = 30
MAX_BYTES = 1_000_000


class CanaryError(Exception):
    """A step showed something else than it must; the message says what."""


@dataclass(frozen=True)
class Canaries:
    """The steps of one probe; each returns what it has shown.

    They raise CanaryError, NeverSeenError and botocore's errors.
    """

    site: Site

    def upload(self) -> str:
        """A photo comes in, and its record says COMPLETED."""
        # They listen from before the first message on.
        _ = self.all_messages, self.filtered_messages
        self.site.upload(self.site.photo_key, canary_jpeg(), self.site.user_id)
        record = self._record(self.site.photo_key, "COMPLETED")
        return f"{record.key} is COMPLETED"

    def message(self) -> str:
        """Its message arrives, at who hears all and at who filters by its user."""
        for listener, whose in ((self.all_messages, "without a filter"), (self.filtered_messages, "with a filter")):
            listener.hear(self._is_about(self.site.photo_key), f"the message for a subscriber {whose}")
        return "it arrives without a filter, and with one on user_id"

    def link(self) -> str:
        """The link in the message opens for whoever is not signed in, and shows the picture."""
        message = self.all_messages.hear(self._is_about(self.site.photo_key), "the message with the link")
        # Signed by AWS's own client for this deployment's bucket.
        try:
            with urllib.request.urlopen(message["link"]["url"], timeout=HTTP_SECONDS) as answer:  # noqa: S310
                content = answer.read(MAX_BYTES)
        except (urllib.error.URLError, TimeoutError) as error:
            raise CanaryError(f"the link does not open: {error}") from error
        if not is_canary(content):
            raise CanaryError(f"the link leads to {len(content)} bytes that are not the canary's picture")
        return f"it opens, {len(content):,} bytes"

    def broken(self) -> str:
        """A file that is no photo ends FAILED; only who filters by another user does not hear of it."""
        self.site.upload(self.site.broken_key, BROKEN, f"{self.site.user_id}-other")
        record = self._record(self.site.broken_key, "FAILED")
        about = self._is_about(self.site.broken_key)
        self.all_messages.hear(about, "the message of the failure")
        if self.filtered_messages.has_heard(about):
            raise CanaryError("a subscriber that filters on user_id got another user's message")
        return f"{record.key} is FAILED with {record.error} in {record.step}, and its message arrives"

    def redrive(self) -> str:
        """A redrive enters the failed step again; it fails again, as it must."""
        arn = self._record(self.site.broken_key, "FAILED").execution_arn
        facts = self.site.access.executions.facts(arn)
        if facts is None or facts.not_redrivable:
            raise CanaryError(f"{arn} cannot be redriven: {facts.not_redrivable if facts else 'it is not there'}")
        self.site.access.executions.redrive(facts)
        self._wait(lambda: self._is_failed_again(arn), f"the end of the redrive of {arn}")
        again = [step.state for step in self._since_redrive(arn)]
        if "ValidateImage" not in again:
            raise CanaryError(f"the redrive entered {', '.join(again) or 'nothing'}, and not ValidateImage")
        return "ValidateImage was entered again, and failed again, as it must"

    def replay(self) -> str:
        """An event in the dead-letter queue starts an execution; of the same upload, it ends as a duplicate."""
        record = self._record(self.site.photo_key, "COMPLETED")
        event = {**self.site.access.executions.input(record.execution_arn), "id": str(uuid.uuid4())}
        with Queue(self.site.client("sqs"), self._bury(event)) as queue:
            waiting = self._wait(lambda: self._ours(queue), "the event in the dead-letter queue")
            start_event(self.site.client("stepfunctions"), waiting)
            queue.delete(waiting)
        arn = arn_of_execution(self.site.plan.project.pipeline_arn, waiting.name)
        status = self._wait(lambda: self._end_of(arn), f"the end of {arn}")
        if status != "SUCCEEDED":
            raise CanaryError(f"{arn} ended {status}, and not in Skipped as the duplicate that it is")
        return "its execution was started, and ended as the duplicate that it is"

    def alarm(self) -> str:
        """An alarm that is set arrives at the operations topic."""
        cloudwatch, name = self.site.client("cloudwatch"), self.site.alarm
        [alarm] = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm"])["MetricAlarms"] or [None]
        if alarm is None or alarm["StateValue"] == "ALARM":
            raise CanaryError(f"alarm {name} is {'not there' if alarm is None else 'in ALARM already'}")
        listener = listen(self.site, "alarms", "operations")
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason=REASON)
        listener.hear(lambda document: document.get("AlarmName") == name, f"the message of alarm {name}")
        return f"{name} arrives at {self.site.plan.of('operations')}"

    @cached_property
    def all_messages(self) -> Listener:
        """Hears of every photo."""
        return listen(self.site, "all", "results")

    @cached_property
    def filtered_messages(self) -> Listener:
        """Hears of the canary's user alone."""
        return listen(self.site, "filtered", "results", {"user_id": [self.site.user_id]})

    def _wait(self, look: Callable[[], Any], what: str) -> Any:
        return seen(look, what, self.site.limit_seconds)

    def _is_about(self, key: str) -> Callable[[dict[str, Any]], bool]:
        return lambda document: document.get("image_id") == key

    def _record(self, key: str, status: str) -> PhotoRecord:
        record: PhotoRecord = self._wait(lambda: self._ended(key), f"the end of {key}")
        if record.status != status:
            raise CanaryError(f"{key} is {record.status}: {record.error} in {record.step}: {record.message}")
        return record

    def _ended(self, key: str) -> PhotoRecord | None:
        record = self.site.access.records.get(key)
        return record if record and record.status != "PROCESSING" else None

    def _end_of(self, arn: str) -> str | None:
        facts = self.site.access.executions.facts(arn)
        return None if facts is None or facts.is_running else facts.status

    def _is_failed_again(self, arn: str) -> bool:
        facts = self.site.access.executions.facts(arn)
        return facts is not None and not facts.is_running and facts.redrive_count > 0

    def _since_redrive(self, arn: str) -> list[Any]:
        steps = self.site.access.executions.steps(arn)
        first = next((number for number, step in enumerate(steps) if step.redriven), len(steps))
        return steps[first:]

    def _bury(self, event: dict[str, Any]) -> str:
        """Put an event into the dead-letter queue of uploads as EventBridge does; return the queue's URL."""
        sqs, notes = self.site.client("sqs"), {"TARGET_ARN": self.site.plan.project.pipeline_arn, "ERROR_CODE": REASON}
        url: str = sqs.get_queue_url(QueueName=self.site.plan.project.dead_letter_queues[0])["QueueUrl"]
        sqs.send_message(
            QueueUrl=url,
            MessageBody=json.dumps(event),
            MessageAttributes={key: {"DataType": "String", "StringValue": text} for key, text in notes.items()},
        )
        return url

    def _ours(self, queue: Queue) -> Undelivered | None:
        """Return the canary's event; what else waits in the queue is put back."""
        events = (message for message in queue.receive() if isinstance(message, Undelivered))
        return next((event for event in events if event.subject == self.site.photo_key), None)
