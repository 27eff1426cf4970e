"""Progress while building: one live line on a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

__all__ = ["Progress"]

LIVE_AFTER = 0.4
"""Seconds before the live line appears: a quick build needs none, and `rich` takes a tenth to load."""

REDRAWN_EVERY = 0.1
"""Seconds between two states of the live line."""

LOG_EVERY = 10.0
"""Seconds between two lines in a log."""


class Progress:
    """Takes reports `progress(stage, done, total)` while a build runs, and shows them in time.

    A context manager: leaving it removes the live line.
    """

    def __init__(self, stream: TextIO, *, live: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._live = live
        self._clock = clock
        self._next = clock() + (LIVE_AFTER if live else LOG_EVERY)
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report that `done` of `total` steps of `stage` (a verb in its -ing form) are finished."""
        if self._bar is None and self._clock() < self._next:
            return
        if self._live:
            self._show(stage, done, total)
        else:
            self._next = self._clock() + LOG_EVERY
            self._stream.write(f"{stage}: {done:,} of {total:,}\n")
            self._stream.flush()

    def _show(self, stage: str, done: int, total: int) -> None:
        if self._bar is None:
            self._start()
        if self._bar is not None and self._task is not None:
            # Drawn here, as a thread that draws would keep this process from being copied.
            due = self._clock() >= self._next
            self._bar.update(self._task, description=stage, completed=done, total=total or None, refresh=due)
            if due:
                self._next = self._clock() + REDRAWN_EVERY

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as RichProgress

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bar = RichProgress(*columns, console=Console(file=self._stream), transient=True, auto_refresh=False)
        self._task = self._bar.add_task("", total=None)
        self._bar.start()
