"""The history of one execution, which goes on over redrives and closes once per attempt."""

import json
import threading
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType, Timestamp
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext, EventManager

CLOSING = {
    HistoryEventType.ExecutionSucceeded: "executionSucceededEventDetails",
    HistoryEventType.ExecutionFailed: "executionFailedEventDetails",
    HistoryEventType.ExecutionAborted: "executionAbortedEventDetails",
    HistoryEventType.ExecutionTimedOut: "executionTimedOutEventDetails",
}
# What the attempts at one execution have in common.
SHARED = ("_mutex", "_event_id_gen", "_history_event_list")


class AttemptHistory(EventManager):
    """What one attempt at an execution may write of its history: nothing once it is closed.

    A task that is still at work when its execution times out or is stopped would otherwise write later on,
    into the history of the redrive.
    """

    def __init__(self, earlier: "AttemptHistory | None" = None) -> None:
        super().__init__()
        self._closing = threading.Lock()
        self.closed_by: tuple[HistoryEventType, dict[str, Any]] | None = None
        if earlier:
            vars(self).update({name: vars(earlier)[name] for name in SHARED})

    def add_event(
        self,
        context: EventHistoryContext,
        event_type: HistoryEventType,
        event_details: Any = None,
        timestamp: Timestamp | None = None,
        update_source_event_id: bool = True,
    ) -> int:
        """Add an event, unless this attempt is closed; return its id, or that of the last event."""
        with self._closing:
            if self.closed_by:
                return int(context.last_published_event_id)
            if event_type in CLOSING:
                self.closed_by = (event_type, dict((event_details or {}).get(CLOSING[event_type]) or {}))
            # moto's own signature says Timestamp where it means Timestamp | None.
            at: Any = timestamp
            return int(super().add_event(context, event_type, event_details, at, update_source_event_id))

    def close(self, context: EventHistoryContext, event_type: HistoryEventType, details: dict[str, Any]) -> bool:
        """Close the attempt from outside; False if it has closed by itself."""
        if self.closed_by:
            return False
        self.add_event(context, event_type, details)
        closed_by: Any = self.closed_by
        return bool(closed_by[0] == event_type)

    @property
    def last_event_id(self) -> int:
        """The number of the latest event, of any attempt."""
        return len(self._history_event_list)

    def last_entered(self, states: set[str]) -> tuple[str, Any] | None:
        """Return name and input of the state, out of `states`, that was entered last."""
        for event in reversed(self.get_event_history()):
            entered: Any = event.get("stateEnteredEventDetails")
            if entered and entered["name"] in states:
                return entered["name"], json.loads(entered["input"])
        return None
