"""The clock of Retry and Wait: noted in full and slept in part, so that minutes of backoff take a test no time."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment

from darkroom.local.seams import replaced

_here = threading.local()


@dataclass(frozen=True)
class Wait:
    """A wait before another try, or in a Wait state, as long as the definition asked for."""

    execution: str
    state: str
    seconds: float


class RetryClock:
    """Stands in for the `time` module where moto waits before a retry, and for the waiting of Wait states."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self.waits: list[Wait] = []

    def sleep(self, seconds: float) -> None:
        """Note the wait, sleep `scale` of it."""
        env: Environment | None = getattr(_here, "env", None)
        if env is not None:
            self._note(env, seconds)
        time.sleep(seconds * self._scale)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Take the place of the real clock in Retry and Wait, and nowhere else."""

        def wait(_state: WaitFunction, env: Environment, wait_seconds: float) -> None:
            self._note(env, wait_seconds)
            env.program_state_event.wait(wait_seconds * self._scale)

        with ExitStack() as seams:
            seams.enter_context(replaced(retrier_decl, "time", self))
            seams.enter_context(replaced(WaitFunction, "_wait_interval", wait))
            yield

    def _note(self, env: Environment, seconds: float) -> None:
        execution = env.states.context_object.context_object_data["Execution"]["Name"]
        self.waits.append(Wait(execution, str(env.next_state_name), seconds))


def attend(env: Environment) -> None:
    """Say which execution this thread works for, so that its waits carry a name."""
    _here.env = env
