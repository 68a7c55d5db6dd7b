"""Distributed maps: as many items at a time as the run is set to at the moment, and as many failures as it tolerates.

moto runs them by workers that call themselves for each further item, and takes no notice of a change of
MaxConcurrency, nor of an item that failed.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import map_run_record
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError

from darkroom.local.seams import added, replaced

# UpdateMapRun changes a number that nobody watches.
LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class ItemResult:
    """How the execution of one item ended; `error` and `cause` are None where it succeeded."""

    index: int
    given: Any
    output: Any = None
    error: str | None = None
    cause: str | None = None


@contextmanager
def installed() -> Iterator[None]:
    """Run the items of distributed maps as AWS does."""
    with (
        replaced(DistributedIterationComponent, "_map_run", run_items),
        added(map_run_record.MapRunRecord, "results", ()),
    ):
        yield


def run_items(component: Any, env: Any, eval_input: Any) -> None:
    """Take the items off the stack, and put their outputs there. Raises FailureEventException past the tolerance."""
    run = _MapRun(component, env, eval_input, items=env.stack.pop())
    run.start_all()
    eval_input.map_run_record.results = run.results
    if run.exceeds_tolerance:
        error = StatesErrorName(StatesErrorNameType.StatesExceedToleratedFailureThreshold)
        cause = "The specified tolerated failure threshold was exceeded"
        details: Any = {"mapRunFailedEventDetails": {"error": error.error_name, "cause": cause}}
        raise FailureEventException(FailureEvent(env, error, HistoryEventType.MapRunFailed, details))
    env.stack.append([result.output for result in run.results if result.error is None])


@dataclass
class _MapRun:
    component: Any
    env: Any
    eval_input: Any
    items: list[Any]
    _ended: list[ItemResult] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _begun: int = 0

    def start_all(self) -> None:
        """Begin the items in order, each when a lane is free; return when all that were begun have ended."""
        self._count("total", len(self.items))
        self._count("pending", len(self.items))
        with self._changed:
            for index, item in enumerate(self.items):
                while self._goes_on and not self._has_lane:
                    self._changed.wait(LOOK_SECONDS)
                if not self._goes_on:
                    break
                self._begun += 1
                self._count("pending", -1)
                self._count("running")
                threading.Thread(target=self._run, args=(index, item), daemon=True).start()
            self._changed.wait_for(lambda: len(self._ended) == self._begun)

    @property
    def results(self) -> list[ItemResult]:
        """How the items ended that were begun, in their order."""
        return sorted(self._ended, key=lambda result: result.index)

    @property
    def exceeds_tolerance(self) -> bool:
        """Whether more items failed than the map tolerates; of count and percentage, either may be given."""
        record = self.eval_input.map_run_record
        share = record.tolerated_failure_percentage * len(self.items) / 100
        tolerated = min((given for given in (record.tolerated_failure_count, share) if given), default=0)
        return sum(result.error is not None for result in self._ended) > tolerated

    @property
    def _goes_on(self) -> bool:
        return self.env.is_running() and not self.exceeds_tolerance

    @property
    def _has_lane(self) -> bool:
        lanes = self.eval_input.map_run_record.max_concurrency
        return not lanes or self._begun - len(self._ended) < lanes

    def _run(self, index: int, item: Any) -> None:
        result = self._result(index, item)
        with self._changed:
            self._ended.append(result)
            self._count("running", -1)
            self._count("failed" if result.error else "succeeded")
            self._changed.notify_all()

    def _result(self, index: int, item: Any) -> ItemResult:
        frame = self.env.open_inner_frame()
        given = None
        try:
            given = self._input(frame, index, item)
            self.component._get_iteration_program().eval(frame)
            state = frame.program_state()
            if isinstance(state, ProgramEnded):
                return ItemResult(index, given, output=frame.states.get_input())
            details: Any = (state.error if isinstance(state, ProgramError) else None) or {}
            return ItemResult(index, given, error=details.get("error") or "Aborted", cause=details.get("cause"))
        except FailureEventException as failure:
            error, cause = failure.extract_error_cause_pair() or (None, None)
            return ItemResult(index, given, error=error or "States.Runtime", cause=cause)
        finally:
            self.env.delete_frame(frame)

    def _input(self, frame: Any, index: int, item: Any) -> Any:
        """Return what an item's execution begins with: the item, or what the selector makes of it and of the input."""
        frame.states.context_object.context_object_data["Map"] = {"Item": {"Index": index, "Value": item}}
        given = item
        if self.eval_input.item_selector:
            frame.states.reset(self.env.states.get_input())
            frame.stack.append(frame.states.get_input())
            self.eval_input.item_selector.eval(frame)
            given = frame.stack[-1]
        frame.states.reset(given)
        return given

    def _count(self, what: str, change: int = 1) -> None:
        record = self.eval_input.map_run_record
        for counter in (record.item_counter, record.execution_counter):
            getattr(counter, what).offset(change)
