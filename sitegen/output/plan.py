"""What publishing certain files in a folder comes to, and what is in the way."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath

from sitegen.cache import Made
from sitegen.diagnostics import Diagnostic
from sitegen.kept import content_digest
from sitegen.looks import Look, look
from sitegen.output.folder import OutputFolder, folders_above, stays_inside
from sitegen.site.addresses import path_key

__all__ = ["Plan"]


class Plan:
    """What publishing certain files in a folder comes to. Looks, and changes nothing."""

    def __init__(self, target: OutputFolder, paths: Collection[str], *, prune: bool) -> None:
        """Take the paths of all files of the site; `prune` tells whether vanished files are removed.

        Raises ValueError for a path that leaves the folder: no output may ever be called so.
        """
        stray = sorted(path for path in paths if not stays_inside(path))
        if stray:
            raise ValueError(f"these outputs would leave the output folder: {stray}")
        self.target = target
        self.paths = frozenset(paths)
        self.prune = prune
        self.stale = target.files - self.paths
        self.in_the_way = frozenset(self._in_the_way())
        self._contested = frozenset(path_key(path) for path in self.in_the_way)
        # Thousands of files are asked for; `Path` takes longer to join two names than the system to answer.
        self._start = f"{target.folder}{os.sep}"

    def look(self, path: str) -> Look:
        """Return how the file at `path` looks; () where that cannot be promised."""
        return look(self._start + path)

    def problems(self) -> tuple[Diagnostic, ...]:
        """Return what nobody but the author may remove, and is in the way of a file."""
        places = {parent for path in self.paths for parent in folders_above(path)}
        found = {place: self._obstruction(place, folder=True) for place in sorted(places)}
        found |= {path: self._obstruction(path, folder=False) for path in sorted(self.paths)}
        return tuple(
            Diagnostic(
                "output/obstructed",
                f"{self.target.shown}/{place} is {what}",
                f"{self.target.shown}/{place}",
                hint="remove it; sitegen removes nothing that it did not make",
            )
            for place, what in found.items()
            if what
        )

    def current(self, path: str, made: Made) -> Look | None:
        """Return how the file at `path` looks if it holds what was made, None if it has to be written.

        A file that looks as it did when it was written or read is not read again.
        """
        if self._contested and path_key(path) in self._contested:
            return None
        seen = look(self._start + path)
        if seen and seen == made.seen:
            return seen
        file = self.target.folder / path
        try:
            status = file.lstat()
            same = stat.S_ISREG(status.st_mode) and status.st_size == made.size
            return seen if same and content_digest(file.read_bytes()) == made.digest else None
        except OSError:
            return None

    def is_changed(self, path: str, data: bytes) -> bool:
        """Tell whether the file at `path` has to be written to hold `data`."""
        if self.target.listed is None or path_key(path) in self._contested:
            return True  # the folder is empty; or it may be the very file that has to go first, under its old spelling
        file = self.target.folder / path
        try:
            status = file.lstat()
            # A file of another kind, a link say, is replaced unread.
            return not stat.S_ISREG(status.st_mode) or status.st_size != len(data) or file.read_bytes() != data
        except OSError:
            return True

    def _in_the_way(self) -> Iterator[str]:
        """Yield the files of earlier builds that must go before others can be written."""
        folders = {parent for path in self.paths for parent in folders_above(path)}
        spelling = {path_key(place): place for place in (*folders, *self.paths)}
        for path in self.stale:
            places = (path, *folders_above(path))
            becomes_folder, was_folder = path in folders, any(place in self.paths for place in places)
            respelt = any(spelling.get(path_key(place), place) != place for place in places)
            if becomes_folder or was_folder or (respelt and (self.prune or self._is_one_file(path, spelling))):
                yield path

    def _is_one_file(self, path: str, spelling: Mapping[str, str]) -> bool:
        """Tell whether this file system takes a path and another spelling of it for the same."""
        other = spelling.get(path_key(path))
        with contextlib.suppress(OSError):
            return other is not None and os.path.samefile(self.target.folder / path, self.target.folder / other)
        return False

    def _obstruction(self, place: str, *, folder: bool) -> str:
        """Say what is wrong with what lies at a place where a folder, or a file, has to be; empty if all is well."""
        try:
            mode = os.lstat(self._start + place).st_mode
        except OSError:
            return ""
        if stat.S_ISDIR(mode) if folder else stat.S_ISREG(mode):
            return ""
        file = self.target.folder / place
        if folder:
            if stat.S_ISLNK(mode):
                return "a symbolic link where a folder has to be"
            ours = stat.S_ISDIR(mode) or place in self.target.files
            return "" if ours else "a file where a folder has to be"
        if stat.S_ISDIR(mode) and not self._is_ours(file, place):
            return "a folder with files that sitegen did not write, where a file has to be"
        return ""

    def _is_ours(self, folder: Path, place: str) -> bool:
        """Tell whether a folder holds nothing but files of earlier builds."""
        for at, _, names in os.walk(folder):
            below = PurePosixPath(place, *Path(at).relative_to(folder).parts)
            if any(str(below / name) not in self.target.files for name in names):
                return False
        return True
