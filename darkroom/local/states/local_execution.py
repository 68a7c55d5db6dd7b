"""Executions that can be redriven, and that announce their status to EventBridge."""

import datetime
import json
import threading
from collections.abc import Callable
from typing import Any

from moto.stepfunctions.parser.api import ExecutionStatus, GetExecutionHistoryOutput, HistoryEventType
from moto.stepfunctions.parser.asl.eval.evaluation_details import EvaluationDetails
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.mocking.mock_config import MockTestCase

from darkroom.local.states.attempts import Attempt

STATUS = {
    HistoryEventType.ExecutionSucceeded: ExecutionStatus.SUCCEEDED,
    HistoryEventType.ExecutionFailed: ExecutionStatus.FAILED,
    HistoryEventType.ExecutionAborted: ExecutionStatus.ABORTED,
    HistoryEventType.ExecutionTimedOut: ExecutionStatus.TIMED_OUT,
}


class LocalExecution(Execution):
    """An execution; `on_change` is called each time its status changes."""

    exec_worker: Attempt | None

    def __init__(
        self, *, on_change: Callable[["LocalExecution"], None], mock_test_case: MockTestCase | None, **details: Any
    ) -> None:
        super().__init__(**details)
        # The list of executions may be read before start() sets it.
        self.exec_status = ExecutionStatus.RUNNING
        self.redrive_count = 0
        self.redrive_date: datetime.datetime | None = None
        self._on_change = on_change
        self._mock_test_case = mock_test_case
        self._redrives_by_token: dict[str, datetime.datetime] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin the first attempt."""
        self._begin()

    def stop(self, stop_date: datetime.datetime, error: str | None, cause: str | None) -> None:
        """Abort the attempt that runs, if one does."""
        if self.exec_worker:
            self.exec_worker.stop(stop_date, error, cause)
            self.close(self.exec_worker)

    def halt(self) -> None:
        """Go no further, for the embedded AWS is about to stop; nobody hears of it."""
        if self.exec_worker:
            self.exec_worker.halt()

    def redrive(self, token: str) -> datetime.datetime:
        """Begin another attempt, from the state that was entered last, with fresh retries and a fresh timeout.

        A call that is repeated with its token is one redrive; AWS remembers the last ten tokens, for 15 minutes.

        Raises:
            ValueError: the execution is running or has succeeded; the message is AWS's reason.
        """
        with self._lock:
            if token in self._redrives_by_token:
                return self._redrives_by_token[token]
            if reason := self.not_redrivable:
                raise ValueError(reason)
            self.redrive_count += 1
            self.redrive_date = self._redrives_by_token[token] = datetime.datetime.now(datetime.UTC)
            self.exec_status = ExecutionStatus.RUNNING
            self.stop_date = self.error = self.cause = self.output = None
        self._begin()
        return self.redrive_date

    @property
    def not_redrivable(self) -> str | None:
        """Why the execution cannot be redriven, in AWS's words; None if it can."""
        if self.exec_status in (ExecutionStatus.RUNNING, ExecutionStatus.SUCCEEDED):
            return f"Execution is {self.status} and cannot be redriven"
        return None

    def to_history_output(self) -> GetExecutionHistoryOutput:
        """Return the history, empty while the execution is listed and its first attempt has not begun."""
        return super().to_history_output() if self.exec_worker else GetExecutionHistoryOutput(events=[])

    def close(self, attempt: Attempt) -> None:
        """Take over how `attempt` ended, once; a later attempt is not touched."""
        with self._lock:
            over = self.exec_status != ExecutionStatus.RUNNING or attempt is not self.exec_worker
            if over or not attempt.history.closed_by:
                return
            event_type, details = attempt.history.closed_by
            self.stop_date = datetime.datetime.now(datetime.UTC)
            self.error, self.cause = details.get("error"), details.get("cause")
            if event_type == HistoryEventType.ExecutionSucceeded:
                self.output = json.loads(details["output"])
            self.exec_status = STATUS[event_type]
        self._on_change(self)

    def _begin(self) -> None:
        comm = _Communication(self)
        self.exec_worker = comm.attempt = Attempt(
            self.exec_worker,
            self.redrive_count,
            evaluation_details=EvaluationDetails(
                aws_execution_details=self._get_start_aws_execution_details(),
                execution_details=self.get_start_execution_details(),
                state_machine_details=self.get_start_state_machine_details(),
            ),
            exec_comm=comm,
            mock_test_case=self._mock_test_case,
        )
        self._on_change(self)
        self.exec_worker.start()


class _Communication(BaseExecutionWorkerCommunication):
    execution: LocalExecution
    attempt: Attempt

    def terminated(self) -> None:
        """Note that the attempt at the execution is over."""
        self.execution.close(self.attempt)
