"""Whether a file is still the one that was looked at, told without reading it."""

from __future__ import annotations

import os
import stat
import time

__all__ = ["Look", "look", "look_of"]

Look = tuple[int, ...]
"""Size, times of the last change of content and of anything (nanoseconds), and number of a file."""

RECENT_NS = 50_000_000
"""Clocks of file systems tick up to every 10 ms, or so; what changed a moment ago may change again within a tick."""


def look(path: str | os.PathLike[str], *, follow: bool = False) -> Look:
    """Return how a regular file looks, which differs after any change of it; () where that cannot be promised."""
    try:
        status = os.stat(path) if follow else os.lstat(path)
    except (OSError, ValueError):
        return ()
    return look_of(status, time.time_ns())


def look_of(status: os.stat_result, now: int) -> Look:
    """Return the same for a file that was asked for its status at the time `now`."""
    age = now - max(status.st_mtime_ns, status.st_ctime_ns)
    if not stat.S_ISREG(status.st_mode) or age < RECENT_NS:
        return ()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
