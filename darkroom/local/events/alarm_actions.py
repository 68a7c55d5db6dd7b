"""Seam: an alarm that changes its state tells its topics, which moto leaves out.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.cloudwatch.models import Alarm

from darkroom.local.seams import original, replaced


@contextmanager
def installed(client: Callable[[str], Any]) -> Iterator[None]:
    """Publish to the topics of an alarm's actions whenever its state becomes another."""
    update = original(Alarm, "update_state")

    def update_and_tell(alarm: Alarm, reason: str, reason_data: str, state: str) -> None:
        before = alarm.state_value
        update(alarm, reason, reason_data, state)
        if alarm.actions_enabled and state != before:
            for topic in _actions(alarm, state):
                client("sns").publish(TopicArn=topic, Subject=_subject(alarm, state), Message=_message(alarm, before))

    with replaced(Alarm, "update_state", update_and_tell):
        yield


def _actions(alarm: Alarm, state: str) -> list[str]:
    by_state = {
        "ALARM": alarm.alarm_actions,
        "OK": alarm.ok_actions,
        "INSUFFICIENT_DATA": alarm.insufficient_data_actions,
    }
    return [arn for arn in by_state[state] or [] if ":sns:" in arn]


def _subject(alarm: Alarm, state: str) -> str:
    return f'{state}: "{alarm.name}"'[:99]


def _message(alarm: Alarm, before: str) -> str:
    facts = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "OldStateValue": before,
    }
    return json.dumps(facts)
