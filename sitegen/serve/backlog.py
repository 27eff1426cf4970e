"""Posts that wait to be compiled: other processes do it one after the other, and this one what somebody waits for."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from multiprocessing import active_children

from sitegen.cache import Cache, Entry, Key, compile_entries
from sitegen.compiling import cores
from sitegen.model import Compiled, CompileOptions, Source
from sitegen.workers import can_fork, pool

__all__ = ["Backlog", "helpers"]

CHUNK = 4
"""Posts that another process is given at a time: few, so that none takes long to end."""

NICE = 5
"""How far those processes give way to this one, which compiles what a browser waits for."""

SLICE = 0.05
"""Seconds that this process compiles at a time where there are no others; a request waits no longer than that."""


@contextmanager
def helpers() -> Iterator[Executor | None]:
    """Hold the processes that compile posts in the background; None where one processor does all the work."""
    jobs = cores()
    if jobs < 2:
        yield None
        return
    copied = can_fork()
    with pool(jobs, _nothing, NICE) as executor:
        if executor is not None and copied:
            executor.submit(_nothing)  # makes the copies, while this process has no other thread
        try:
            yield executor
        finally:
            # They may be in the middle of a long post, which nobody wants any longer.
            for process in active_children():
                process.terminate()


def _nothing() -> None:
    """Do nothing, in a process that is there from then on."""


class Backlog:
    """Posts to compile with the same options. One thread may use it."""

    def __init__(
        self,
        work: Sequence[tuple[Key, Source]],
        options: CompileOptions,
        cache: Cache,
        executor: Executor | None,
        wake: Callable[[], None],
    ) -> None:
        """Begin. `wake` is called, in any thread, when `take` has something to return."""
        self.options = options
        self._cache = cache
        self._folder = cache.folder_for_posts()
        self._waiting = {source.path: key for key, source in work}
        self._sources = dict(work)
        self._done: queue.SimpleQueue[list[Entry]] = queue.SimpleQueue()
        self._wake = wake
        self._futures: list[Future[list[Entry]]] = []
        if executor is not None:
            self._submit(executor, work)
        self._left = len(self._futures)
        """Futures that have not ended; none where this process does the work alone."""

    def _submit(self, executor: Executor, work: Sequence[tuple[Key, Source]]) -> None:
        try:
            for start in range(0, len(work), CHUNK):
                chunk = work[start : start + CHUNK]
                self._futures.append(executor.submit(compile_entries, chunk, self.options, self._folder))
        except RuntimeError:
            return  # they were sent away, or one was killed; what is left over is compiled here
        finally:
            for future in self._futures:
                future.add_done_callback(self._ended)

    def _ended(self, future: Future[list[Entry]]) -> None:
        try:
            entries = future.result()
        except Exception:  # a process that is killed takes its work with it; what fails for good fails again, here
            entries = []
        self._done.put(entries)
        self._wake()

    @property
    def waiting(self) -> Collection[str]:
        """Paths of the posts that are still to be compiled."""
        return self._waiting.keys()

    @property
    def alone(self) -> bool:
        """Whether this process has to do what is left."""
        return self._left == 0

    def holds(self, source: Source) -> bool:
        """Tell whether a post waits, with the text that it has now."""
        return source.path in self._waiting and self._sources[self._waiting[source.path]].digest == source.digest

    def take(self, wait: float = 0.0) -> Mapping[str, tuple[str, Compiled]]:
        """Return what has been compiled since the last call: path to digest and document.

        Where nobody else does it, some posts are compiled now. Else `wait` seconds are spent waiting for something.
        """
        found: dict[str, tuple[str, Compiled]] = {}
        while self._left:
            try:
                entries = self._done.get(timeout=wait) if wait and not found else self._done.get_nowait()
            except queue.Empty:
                return found
            self._left -= 1
            found |= self._add(entries)
        end = time.monotonic() + SLICE
        while self._waiting and time.monotonic() < end:
            found |= self.compile([next(iter(self._waiting))])
        return found

    def compile(self, paths: Iterable[str]) -> Mapping[str, tuple[str, Compiled]]:
        """Compile posts that wait, now and here, and return them as `take` does."""
        keys = [self._waiting[path] for path in paths if path in self._waiting]
        return self._add(compile_entries([(key, self._sources[key]) for key in keys], self.options, self._folder))

    def _add(self, entries: Sequence[Entry]) -> dict[str, tuple[str, Compiled]]:
        found = {}
        for entry in entries:
            source = self._sources[entry.key]
            if self._waiting.get(source.path) == entry.key:  # else it was compiled here meanwhile, or has changed
                found[source.path] = (source.digest, self._cache.add(entry, source, self.options))
                del self._waiting[source.path]
        return found

    def forget(self, path: str) -> None:
        """Give up a post, whose text is another now or which is gone."""
        self._waiting.pop(path, None)

    def close(self) -> None:
        """Give up what is left."""
        for future in self._futures:
            future.cancel()
        self._waiting.clear()
