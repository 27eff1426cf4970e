"""Other processes of this machine: a pool that is given work, and copies of this process that share what it holds.

Where nothing speaks against it, processes are copies of this one, made in a millisecond with all that is imported and
known; a fresh one needs half a second to get there. Copies of a process with threads may wait for ever for a lock
that one of them held, so they are made only while there is no other thread, and only by Linux: the libraries of macOS
do not bear it, and Windows has none.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from multiprocessing.connection import Connection

__all__ = ["Fork", "Standby", "can_fork", "pool"]

A = TypeVar("A")
R = TypeVar("R")


def can_fork() -> bool:
    """Tell whether this process may be copied here and now."""
    return sys.platform == "linux" and threading.active_count() == 1


@contextmanager
def pool(jobs: int, prepare: Callable[[], object], nice: int = 0) -> Iterator[Executor | None]:
    """Hold a pool of `jobs` processes, each of which calls `prepare` first; None where a system has none to give.

    The processes begin with the first work that is submitted. They give way to others by `nice`, and end with this
    process, however it ends.
    """
    from concurrent.futures import ProcessPoolExecutor

    copied = can_fork()
    if copied:
        prepare()  # once for all of them
        gc.freeze()  # else each copy would write into all it was given when it first collects garbage
    try:
        made = ProcessPoolExecutor(
            jobs,
            mp_context=get_context("fork" if copied else "spawn"),
            initializer=_begin,
            initargs=(None if copied else prepare, nice),
        )
    except (ImportError, NotImplementedError, OSError):
        yield None  # Some containers have no semaphores; one process does the work as well.
        return
    try:
        yield made
    finally:
        made.shutdown(cancel_futures=True)


def _begin(prepare: Callable[[], object] | None, nice: int) -> None:
    """Leave Ctrl-C to the main process, which stops the workers; load what they need."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if nice and hasattr(os, "nice"):
        os.nice(nice)
    if prepare is not None:
        prepare()
    # What a post leaves behind is small, some 50 KB in circles; looking for it after every thousand objects, and at all
    # the tables of commands as well, takes 6 % of the time, after every 50,000 still 3 %.
    gc.freeze()
    gc.set_threshold(500_000, 20, 20)


def _end_with_parent() -> None:
    """Wait for the main process to end, and end too: one that is killed can tell nobody."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Fork(Generic[R]):
    """A copy of this process that does some work; only the result travels, so `work` may look at anything there is."""

    def __init__(self, work: Callable[[], R]) -> None:
        """Start it; `can_fork` must be true."""
        self._work = work
        context: Any = get_context("fork")
        self._answer, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_answer, args=(theirs, work), daemon=True)
        try:
            self._process.start()
        except OSError:  # no more processes, or no memory for one
            self._process = None
        theirs.close()

    def result(self) -> R:
        """Wait for the result. Work whose process comes to grief is done here."""
        try:
            received: tuple[R] = self._answer.recv()
        except (EOFError, OSError):
            received = (self._work(),)
        self._answer.close()
        if self._process is not None:
            self._process.join()
        return received[0]


def _answer(answer: Connection, work: Callable[[], Any]) -> None:
    """Send what comes of some work; nothing where it fails, so that it fails once more where somebody sees it."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()  # this process ends before there is much to collect
    with suppress(Exception):
        answer.send((work(),))


class Standby(Generic[A, R]):
    """A copy of this process that gets ready for work that may come, while this one finds out whether it does."""

    def __init__(self, work: Callable[[A], R], prepare: Callable[[], object]) -> None:
        """Start it; `can_fork` must be true. It calls `prepare` first, which loads what the work needs."""
        self._work = work
        context: Any = get_context("fork")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._connection, work, prepare), daemon=True)
        self._asked: A | None = None
        try:
            self._process.start()
        except OSError:  # no more processes, or no memory for one
            self._process = None
        theirs.close()

    def ask(self, what: A) -> None:
        """Let it begin with some work; `answer` returns what comes of it."""
        self._asked = what
        with suppress(OSError):  # it has come to grief, which `answer` makes good
            self._connection.send(what)

    def answer(self) -> R:
        """Wait for what comes of the work. Work whose process comes to grief is done here."""
        assert self._asked is not None
        try:
            received: tuple[R] = self._connection.recv()
        except (EOFError, OSError):
            received = (self._work(self._asked),)
        return received[0]

    def dismiss(self) -> None:
        """End it, whatever it is at."""
        self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


def _serve(mine: Connection, theirs: Connection, work: Callable[[Any], Any], prepare: Callable[[], object]) -> None:
    import signal

    theirs.close()  # else it would stay open with the end that waits, and nobody would notice that the other is gone
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()
    with suppress(Exception):
        prepare()
        mine.send((work(mine.recv()),))
