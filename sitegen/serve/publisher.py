"""Holds the newest snapshot. Requests wait here for the one that is being made, event streams for the next.

Everything here runs in the event loop's thread; the builder's thread reaches it by `call_soon_threadsafe`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from sitegen.serve.snapshot import Snapshot

__all__ = ["Publisher"]


class Publisher:
    """The newest snapshot, and everybody who waits for one."""

    def __init__(self) -> None:
        self._snapshot: Snapshot | None = None
        # The first build counts as begun, so that no request comes before it.
        self._begun = 1
        self._done = 0
        self._pulse = asyncio.Event()
        self.closed = False

    def begin(self) -> None:
        """Say that files changed: from now on requests wait for the snapshot that knows of it."""
        self._begun += 1

    def publish(self, snapshot: Snapshot) -> None:
        """Show a new snapshot, which knows of every change so far announced."""
        self._snapshot = snapshot
        self._done = self._begun
        self._beat()

    def close(self) -> None:
        """End all waiting: the server is about to stop."""
        self.closed = True
        self._beat()

    async def current(self) -> Snapshot | None:
        """Return the snapshot that knows of every change announced before this call; None when the server stops."""
        wanted = self._begun
        while self._done < wanted and not self.closed:
            await self._pulse.wait()
        return self._snapshot if self._done >= wanted else None

    async def after(self, snapshot: Snapshot) -> None:
        """Wait until there is another snapshot than this one, or the server stops."""
        while self._snapshot is snapshot and not self.closed:
            await self._pulse.wait()

    async def epochs(self, alive: float) -> AsyncIterator[int | None]:
        """Yield the number of each new snapshot, the present one first; None after `alive` seconds without one."""
        shown = 0
        while not self.closed:
            pulse = self._pulse
            if self._snapshot is not None and self._snapshot.epoch != shown:
                shown = self._snapshot.epoch
                yield shown
                continue
            try:
                await asyncio.wait_for(pulse.wait(), alive)
            except TimeoutError:
                yield None

    def _beat(self) -> None:
        """Wake everybody who waits."""
        pulse, self._pulse = self._pulse, asyncio.Event()
        pulse.set()
