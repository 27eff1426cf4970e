"""A file without a name for what is finished before it may be published."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import BinaryIO, cast

__all__ = ["Spool"]


class Spool:
    """Finished files that wait in a file without a name for their turn to be published, so that memory has room.

    Opened before this process is copied, it is read by one of them and written by the other.
    """

    def __init__(self, folder: Path | None) -> None:
        """Lay the file into `folder`; with None where the system keeps temporary files."""
        self._folder = folder
        self._file: BinaryIO | None = None
        self._size = 0

    def open(self) -> None:
        """Make the file, if there is none and the system lets us."""
        if self._file is None:
            with contextlib.suppress(OSError):
                import tempfile

                self._file = cast("BinaryIO", tempfile.TemporaryFile(buffering=0, dir=self._folder))  # noqa: SIM115 - outlives this

    def close(self) -> None:
        """Remove the file with all that was kept."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def keep(self, data: bytes) -> int | None:
        """Add bytes at the end and return where they start; None where there is no room for them."""
        self.open()
        start = self._size
        try:
            if self._file is None:
                return None
            self._file.seek(start)  # also after half a write
            if self._file.write(data) != len(data):
                return None
        except OSError:
            return None
        self._size += len(data)
        return start

    def read(self, start: int, size: int) -> bytes | None:
        """Return bytes that were kept; None where they cannot be read."""
        if self._file is None:
            return None
        try:
            data = self._at(self._file, start, size)
        except OSError:
            return None
        return data if len(data) == size else None

    def _at(self, file: BinaryIO, start: int, size: int) -> bytes:
        if hasattr(os, "pread"):  # copies of this process share the file, and with it the place that `seek` goes to
            return os.pread(file.fileno(), size, start)
        file.seek(start)
        return file.read(size)
