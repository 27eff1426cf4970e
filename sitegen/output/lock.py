"""One build at a time: the lock of an output folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from typing import Any

from sitegen.config import Config
from sitegen.diagnostics import Diagnostic

__all__ = ["lock_output"]


@contextlib.contextmanager
def lock_output(config: Config) -> Iterator[Diagnostic | None]:
    """Keep other builds from the output folder of a site while this one works; yields why not, if one is at it.

    The lock is the operating system's, on a file in the cache: it ends with the process, however that ends. Where the
    cache cannot be written, or the system knows no locks, there is none.
    """
    folder = os.path.realpath(config.root / config.build.output)
    name = hashlib.blake2b(os.fsencode(folder), digest_size=8).hexdigest()
    path = config.root / config.build.cache / f"{name}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError:
        yield None
        return
    try:
        if _lock(handle):
            os.ftruncate(handle, 0)
            os.write(handle, str(os.getpid()).encode())
            yield None
        else:
            holder = os.read(handle, 20).decode("ascii", "replace")
            shown = config.build.output
            message = f"another build is writing to {shown}" + (f" (process {holder})" if holder.isdigit() else "")
            yield Diagnostic("output/busy", message, shown, hint="wait until it has finished, or name another folder")
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    """Take the lock of an open file; False when another process has it."""
    try:
        import fcntl
    except ImportError:
        return _lock_on_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # this file system knows no locks
    return True


def _lock_on_windows(handle: int) -> bool:
    import importlib

    msvcrt: Any = importlib.import_module("msvcrt")
    # Far behind the text: a locked byte could not be read by the other build.
    os.lseek(handle, 1 << 20, os.SEEK_SET)
    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    finally:
        os.lseek(handle, 0, os.SEEK_SET)
    return True
