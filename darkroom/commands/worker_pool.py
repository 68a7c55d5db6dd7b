"""A bounded pool of processes in which one item that kills its process does not take the others along."""

import functools
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from typing import TypeVar

# Importing it takes longer than most photos.
PRELOADED = "functions.enhance.enhance_photo"
Item = TypeVar("Item")
Result = TypeVar("Result")


def results(
    work: Callable[[Item], Result], items: Iterable[Item], *, processes: int, crashed: Callable[[Item], Result]
) -> Iterator[Result]:
    """Yield work(item) for every item, as they are done; what `work` raises is raised here.

    `crashed` makes the result of an item whose process died twice, the second time with no other item at work.
    """
    waiting = deque(items)
    while waiting:
        with _pool(min(processes, len(waiting))) as pool:
            suspects = yield from _until_broken(pool, work, waiting, processes)
        for suspect in suspects:
            yield _alone(work, suspect, crashed)


def _until_broken(
    pool: ProcessPoolExecutor, work: Callable[[Item], Result], waiting: deque[Item], processes: int
) -> Generator[Result, None, list[Item]]:
    """Yield results until all is done or a process has died; return the items that were at work then."""
    running: dict[Future[Result], Item] = {}
    try:
        while waiting or running:
            # No more than can run: what is only queued would be under suspicion too.
            while waiting and len(running) < processes:
                running[pool.submit(work, waiting[0])] = waiting[0]
                waiting.popleft()
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield future.result()
                del running[future]
    except BrokenProcessPool:
        wait(running)
        for future in [future for future in running if future.exception() is None]:
            del running[future]
            yield future.result()
    return list(running.values())


def _alone(work: Callable[[Item], Result], item: Item, crashed: Callable[[Item], Result]) -> Result:
    with _pool(1) as pool:
        try:
            return pool.submit(work, item).result()
        except BrokenProcessPool:
            return crashed(item)


def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, _context(), _leave_interrupts_to_the_parent)


@functools.cache
def _context() -> BaseContext:
    """Return how processes start: as forks of one that has imported the enhancement, where the system has that.

    Not as forks of this one: the progress bar has a thread, whose locks a fork would copy as they are.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    return context


def _leave_interrupts_to_the_parent() -> None:
    # Ctrl-C reaches the whole group: the parent starts no more, what is at work ends in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
