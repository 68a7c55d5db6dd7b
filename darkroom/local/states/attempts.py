"""One attempt at an execution: it starts over or resumes, and is over at once when it is stopped or out of time."""

import copy
import datetime
import functools
import json
import threading
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from darkroom.local.states.attempt_history import AttemptHistory
from darkroom.local.states.retry_clock import attend


class Attempt(ExecutionWorker):
    """One run of an execution's definition: from StartAt, or after `earlier` from the state that was entered last."""

    def __init__(self, earlier: "Attempt | None", redrive_count: int, **details: Any) -> None:
        super().__init__(cloud_watch_logging_session=None, activity_store={}, **details)
        self._earlier = earlier
        self._redrive_count = redrive_count
        self._over = threading.Event()
        self._program: Any = copy.deepcopy(_parsed(self._evaluation_details.state_machine_details.definition))
        self.history: AttemptHistory = AttemptHistory(earlier.history if earlier else None)
        self.env: Any = self._get_evaluation_environment()

    def start(self) -> None:
        """Run in threads of its own; the history has begun when this returns."""
        self._note_start()
        threading.Thread(target=self._execution_logic, daemon=True).start()

    def stop(self, stop_date: datetime.datetime, error: str | None, cause: str | None) -> None:
        """Abort now, whatever a task is doing; its result will be ignored."""
        details = {"executionAbortedEventDetails": {"error": error, "cause": cause}}
        if self.history.close(self.env.event_history_context, HistoryEventType.ExecutionAborted, details):
            self.env.set_stop(stop_date=stop_date, cause=cause, error=error)
        self._over.set()

    def halt(self) -> None:
        """Go no further, and announce nothing."""
        self.env.set_stop(stop_date=datetime.datetime.now(datetime.UTC), cause=None, error=None)
        self._over.set()

    def _get_evaluation_environment(self) -> Environment:
        env = super()._get_evaluation_environment()
        env.event_manager = self.history
        execution: Any = env.states.context_object.context_object_data["Execution"]
        execution["StartTime"] = iso(execution["StartTime"])
        execution["RedriveCount"] = self._redrive_count
        env.next_state_name = self._program.start_at.start_at_name
        if self._earlier:
            self._resume(env, self._earlier)
        return env

    def _resume(self, env: Any, earlier: "Attempt") -> None:
        env.event_history_context = EventHistoryContext(self.history.last_event_id)
        env.variable_store = earlier.env.variable_store
        point = self.history.last_entered(set(self._program.states.states))
        if point:
            env.next_state_name = point[0]
            env.states.reset(point[1])

    def _execution_logic(self) -> None:
        limit = self._program.timeout_seconds
        threading.Thread(target=self._interpret, daemon=True).start()
        if not self._over.wait(limit.timeout_seconds if limit else None):
            details: dict[str, Any] = {"executionTimedOutEventDetails": {}}
            if self.history.close(self.env.event_history_context, HistoryEventType.ExecutionTimedOut, details):
                self.env.set_timed_out()
        self._execution_communication.terminated()

    def _interpret(self) -> None:
        attend(self.env)
        try:
            # Not program.eval(): that waits for running tasks before it notes an abort or a timeout.
            self._program._eval_body(self.env)
        finally:
            # Executions stay for as long as the embedded AWS does; 130 kB of parsed definition need not.
            self._program = None
            self._over.set()

    def _note_start(self) -> None:
        details: dict[str, Any]
        if self._earlier:
            kind = HistoryEventType.ExecutionRedriven
            details = {"executionRedrivenEventDetails": {"redriveCount": self._redrive_count}}
        else:
            kind = HistoryEventType.ExecutionStarted
            started = {
                "input": json.dumps(self._evaluation_details.execution_details.inpt),
                "inputDetails": {"truncated": False},
                "roleArn": self._evaluation_details.aws_execution_details.role_arn,
            }
            details = {"executionStartedEventDetails": started}
        self.history.add_event(self.env.event_history_context, kind, details, update_source_event_id=False)


@functools.lru_cache(maxsize=16)
def _parsed(definition: str) -> EvalComponent:
    """Parse a definition once: that takes a quarter of a second, a copy a hundredth."""
    return AmazonStateLanguageParser.parse(definition)[0]


def iso(moment: datetime.datetime) -> str:
    """Return the time as the context object shows it."""
    return moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
