"""The event that Step Functions sends to EventBridge whenever an execution's status changes.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

import datetime
import json
from typing import Any

from darkroom.local.events.event_bus import EventBus
from darkroom.local.states.local_execution import LocalExecution

DETAIL_TYPE = "Step Functions Execution Status Change"
INCLUDED = {"included": True}


def announce(bus: EventBus, execution: LocalExecution) -> None:
    """Publish the execution's present status."""
    bus.publish("aws.states", DETAIL_TYPE, [execution.exec_arn], detail(execution))


def detail(execution: LocalExecution) -> dict[str, Any]:
    """Return the event's detail; times in milliseconds since the epoch."""
    succeeded = execution.status == "SUCCEEDED"
    return {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine.arn,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "name": execution.name,
        "status": execution.status,
        "startDate": _milliseconds(execution.start_date),
        "stopDate": _milliseconds(execution.stop_date),
        "input": execution.execution_input,
        "inputDetails": INCLUDED,
        "output": json.dumps(execution.output) if succeeded else None,
        "outputDetails": INCLUDED if succeeded else None,
        "error": execution.error,
        "cause": execution.cause,
        **redrive_facts(execution),
        "redriveDate": _milliseconds(execution.redrive_date),
    }


def redrive_facts(execution: LocalExecution) -> dict[str, Any]:
    """Return what DescribeExecution and the events say of redrives."""
    reason = execution.not_redrivable
    return {
        "redriveCount": execution.redrive_count,
        "redriveStatus": "NOT_REDRIVABLE" if reason else "REDRIVABLE",
        "redriveStatusReason": reason,
    }


def _milliseconds(moment: datetime.datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)
