"""Interleaving: threads take turns at their AWS calls, and the test says whose turn it is, so it can be repeated."""

import threading
from collections.abc import Callable
from typing import Any

WAIT_LIMIT_SECONDS = 60
_here = threading.local()


class KilledError(BaseException):
    """Ends the thread of a function that was killed; nothing in the function may catch it."""


class Turn:
    """Work in a thread of its own that pauses before each AWS call until the test lets it go on."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._go, self._paused = threading.Semaphore(0), threading.Semaphore(0)
        self._killed = False
        self.error: BaseException | None = None
        self.over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._await_pause()

    def step(self) -> None:
        """Let it make the call that it has paused before, and come to the next one or to its end."""
        self._go.release()
        self._await_pause()
        if self.error:
            raise self.error

    def finish(self) -> None:
        """Let it go on to its end."""
        while not self.over:
            self.step()

    def kill(self) -> None:
        """End it before the call that it has paused before."""
        self._killed = True
        self.finish()

    def pause(self) -> None:
        """Pause in this thread."""
        self._paused.release()
        self._go.acquire()
        if self._killed:
            raise KilledError

    def _run(self) -> None:
        _here.turn = self
        try:
            self.pause()
            self._work()
        except KilledError:
            pass
        except BaseException as error:  # noqa: BLE001 - it is raised again where the turn was given
            self.error = error
        self.over = True
        self._paused.release()

    def _await_pause(self) -> None:
        assert self._paused.acquire(timeout=WAIT_LIMIT_SECONDS), "a turn never came to its next call"


def take_turns(client: Any) -> None:
    """Let threads with a turn pause before each call of a client; others pass."""
    client.meta.events.register("before-call", _before_call)


def _before_call(**_: Any) -> None:
    pause()


def pause() -> None:
    """Pause before a call, in a thread with a turn."""
    turn = getattr(_here, "turn", None)
    if turn:
        turn.pause()
