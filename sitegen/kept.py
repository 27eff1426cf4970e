"""Files that can always be made again: a digest of the content, then the content.

Every file is written aside and renamed. A run that was cut off, a full disk or another run at the same time leave
nothing that a later one would believe; what a system refuses to keep costs a later run some time, and this one nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Container

__all__ = ["KEPT_DAYS", "content_digest", "keep", "prune", "read_kept"]

KEPT_DAYS = 14
"""What was made longer ago, and nobody has asked for since, is removed. Till then, what comes back costs nothing: an
edit undone, another branch, a setting tried out."""

_DIGEST_SIZE = 20


def content_digest(data: bytes) -> bytes:
    """Return a digest of 20 bytes by which contents are told apart."""
    return hashlib.blake2b(data, digest_size=_DIGEST_SIZE).digest()


def keep(path: str, data: bytes) -> bool:
    """Keep `data` in a file for later runs; False where the system refuses."""
    part = f"{path}.{os.getpid()}.{threading.get_ident()}.part"
    try:
        with open(part, "wb") as file:
            file.write(content_digest(data))
            file.write(data)
        os.replace(part, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(part)
        return False
    return True


def read_kept(path: str) -> bytes | None:
    """Return what `keep` wrote; None when there is nothing, or something else."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return None
    content = data[_DIGEST_SIZE:]
    return content if content_digest(content) == data[:_DIGEST_SIZE] else None


def prune(folder: str, spared: Container[str] = ()) -> None:
    """Remove from a folder what is old, and what runs left that were cut off; files with names in `spared` stay."""
    old = time.time() - KEPT_DAYS * 24 * 3600
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if (
                entry.name not in spared
                and entry.is_file(follow_symlinks=False)
                and entry.stat(follow_symlinks=False).st_mtime < old
            ):
                os.unlink(entry.path)
