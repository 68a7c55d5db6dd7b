"""The processes of one function of the local Lambda."""

import contextlib
import threading
from collections.abc import Callable, Iterator

from darkroom.local.lambda_.lambda_process import FunctionProcess
from darkroom.local.lambda_.lambda_spec import FunctionSpec

# Per function; more events wait for a free process. Lambda starts up to 1,000, this machine has few cores.
MAX_PROCESSES = 4
LOOK_SECONDS = 0.02


class ProcessPool:
    """The processes of one function in one state of its code and configuration.

    One starts up at a time, and whatever event waits takes the first that is free: several that start up at once would
    only share the cores, and most would have nothing to do once they are up.
    """

    def __init__(self, spec: FunctionSpec, new_process: Callable[[], FunctionProcess]) -> None:
        self.spec = spec
        self._new_process = new_process
        self._changed = threading.Condition()
        # One event looks for a free process; the others wait for it without looking, and there may be hundreds.
        self._looking = threading.Lock()
        self._processes: list[FunctionProcess] = []
        self._idle: list[FunctionProcess] = []
        self._retired = False

    @contextlib.contextmanager
    def process(self) -> Iterator[FunctionProcess]:
        """Lend a process for one event: a warm one if there is one."""
        process = self._take()
        try:
            yield process
        finally:
            self._give_back(process)

    def retire(self, *, now: bool) -> None:
        """End the idle processes, and the others when they finish, or all of them `now`."""
        with self._changed:
            self._retired = True
            ending = list(self._processes if now else self._idle)
            self._idle.clear()
        for process in ending:
            self._end(process)

    def _take(self) -> FunctionProcess:
        with self._looking, self._changed:
            while not (self._idle or self._may_start_another()):
                # None says that it is up, or has died.
                self._changed.wait(LOOK_SECONDS)
            if self._idle:
                return self._idle.pop()
            process = self._new_process()
            self._processes.append(process)
            return process

    def _may_start_another(self) -> bool:
        return len(self._processes) < MAX_PROCESSES and not any(process.starting for process in self._processes)

    def _give_back(self, process: FunctionProcess) -> None:
        with self._changed:
            if process.alive and not self._retired:
                self._idle.append(process)
                self._changed.notify()
                return
        self._end(process)

    def _end(self, process: FunctionProcess) -> None:
        with self._changed:
            if process not in self._processes:
                return
            self._processes.remove(process)
            self._changed.notify()
        process.kill()
