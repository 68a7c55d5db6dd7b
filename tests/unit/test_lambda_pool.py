"""Which process of a function of the local Lambda gets an event, and when another one is started."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, cast

import pytest

from darkroom.local.lambda_.lambda_pool import MAX_PROCESSES, ProcessPool


class Process:
    """A process that is up when it is told so."""

    def __init__(self) -> None:
        self.starting = self.alive = True

    def kill(self) -> None:
        self.alive = False


class Pool(ProcessPool):
    """A pool that notes what it starts."""

    def __init__(self) -> None:
        self.started: list[Process] = []
        self.several = threading.Event()
        super().__init__(cast(Any, None), cast(Any, self._start))

    def _start(self) -> Process:
        self.started.append(Process())
        if len(self.started) > 1:
            self.several.set()
        return self.started[-1]


def taken_from(pool: Pool) -> object:
    with pool.process() as process:
        return process


def test_while_a_process_starts_up_events_wait_for_it_and_start_no_other() -> None:
    pool, waiting = Pool(), threading.Barrier(4)

    def take() -> object:
        waiting.wait()
        return taken_from(pool)

    with ThreadPoolExecutor(3) as threads:
        with pool.process() as first:
            taken = [threads.submit(take) for _ in range(3)]
            waiting.wait()
            assert not pool.several.wait(0.1)
        assert [each.result() for each in taken] == [first] * 3
    assert len(pool.started) == 1


def test_an_event_that_finds_all_processes_busy_starts_another() -> None:
    pool = Pool()
    with pool.process() as first:
        pool.started[0].starting = False
        with pool.process() as second:
            assert first is not second
    with pool.process() as warm:
        assert warm in (first, second)
    assert len(pool.started) == 2


def test_with_as_many_processes_as_there_may_be_an_event_waits() -> None:
    pool = Pool()
    with ThreadPoolExecutor(1) as threads, ExitStack() as busy:
        for number in range(MAX_PROCESSES):
            busy.enter_context(pool.process())
            pool.started[number].starting = False
        late = threads.submit(taken_from, pool)
        with pytest.raises(TimeoutError):
            late.result(timeout=0.1)
        busy.pop_all().close()
        assert late.result() in pool.started
    assert len(pool.started) == MAX_PROCESSES


def test_a_process_that_died_while_it_started_up_keeps_no_event_waiting() -> None:
    pool = Pool()
    with pool.process():
        pool.started[0].starting = pool.started[0].alive = False
    with pool.process() as process:
        assert id(process) == id(pool.started[1])


@pytest.mark.parametrize("now", [False, True])
def test_a_retired_pool_ends_its_idle_processes_and_the_others_when_they_finish_or_at_once(now: bool) -> None:
    pool = Pool()
    with pool.process():
        [process] = pool.started
        pool.retire(now=now)
        assert process.alive is not now
    assert not process.alive
