"""Write a site into its folder: only what changed, each file whole, and nothing that is not ours removed.

The folder holds a manifest, the list of the files that sitegen wrote. It is written twice in a build that adds files:
before the first of them, naming old and new ones, and after the last change. So a build that is cut off anywhere
leaves whole files, all of them listed, and the next one repairs the rest.

    lock_output  is nobody else at it?         nothing is changed
    open_output  is this folder ours?          nothing is changed
    Plan         what is in the way?           nothing is changed
    publish      write, then remove            every write is a rename
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

import msgspec

from sitegen.cache import Made, content_digest
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.looks import Look, look
from sitegen.model import RenderError
from sitegen.site.addresses import path_key
from sitegen.text import printable
from sitegen.workers import Fork, can_fork

__all__ = ["MANIFEST", "OutputFolder", "Plan", "Published", "Spool", "lock_output", "open_output", "publish"]

MANIFEST = ".sitegen-manifest.json"
"""Name of the list of files; a folder with one is a folder that sitegen made."""

_PART = ".sitegen-{}.part"
"""Name of a file in the making. It lies in the output folder itself, so that one look finds what a crash left."""


class _Manifest(msgspec.Struct, frozen=True):
    version: int
    files: tuple[str, ...]


class OutputFolder(msgspec.Struct, frozen=True):
    """A folder that sitegen may write to."""

    folder: Path
    shown: str
    """The folder as messages name it."""
    listed: frozenset[str] | None
    """Files of the manifest; None without a manifest, in a new or empty folder."""

    @property
    def files(self) -> frozenset[str]:
        """The files that earlier builds wrote."""
        return self.listed or frozenset()


class Published(msgspec.Struct, frozen=True):
    """What publishing did."""

    written: int
    unchanged: int
    removed: int
    diagnostics: tuple[Diagnostic, ...] = ()
    """Why it stopped before its end."""


# -- one build at a time


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


# -- whose folder is it


def open_output(config: Config) -> tuple[OutputFolder | None, tuple[Diagnostic, ...]]:
    """Return the output folder of a site; None, and the reason, when sitegen must not write there."""
    shown = config.build.output
    folder = config.root / shown
    try:
        problem = _not_a_folder(folder, shown)
        names = [] if problem or not folder.exists() else sorted(os.listdir(folder))
        if problem is None and MANIFEST in names:
            listed, problem = _read_manifest(folder, shown)
            return (None, (problem,)) if problem else (OutputFolder(folder, shown, listed), ())
    except OSError as error:
        problem = _failed(shown, "read", error)
        names = []
    foreign = next((name for name in names if not _is_part(name)), None)
    if foreign is not None:
        message = f"the output folder {shown} was not made by sitegen and is not empty"
        hint = "name another folder, or empty this one yourself"
        notes = (f"it contains {printable(foreign)}",)
        problem = Diagnostic("output/foreign-folder", message, shown, hint=hint, notes=notes)
    return (None, (problem,)) if problem else (OutputFolder(folder, shown, None), ())


def _not_a_folder(folder: Path, shown: str) -> Diagnostic | None:
    """Report what is no folder at the place of the output folder, or on the way to it."""
    for place in (folder, *folder.parents):
        if place.is_dir():
            return None
        if os.path.lexists(place):
            what = "a symbolic link to nowhere" if place.is_symlink() else "not a folder"
            message = f"the output folder cannot be {shown}, since {place} is {what}"
            return Diagnostic("output/not-a-folder", message, shown, hint="remove it, or name another folder")
    return None


def _read_manifest(folder: Path, shown: str) -> tuple[frozenset[str] | None, Diagnostic | None]:
    path = f"{shown}/{MANIFEST}"
    hint = f"remove the folder {shown} and build again"
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=_Manifest)
    except msgspec.DecodeError as error:
        return None, Diagnostic(
            "output/damaged-manifest", f"the list of written files is damaged: {error}", path, hint=hint
        )
    if manifest.version != 1:
        message = f"the list of written files has the unknown version {manifest.version}"
        return None, Diagnostic("output/damaged-manifest", message, path, hint=hint)
    stray = next((file for file in manifest.files if not _stays_inside(file)), None)
    if stray is not None:
        message = f"the list of written files names {stray}, which is not in the folder"
        return None, Diagnostic("output/damaged-manifest", message, path, hint=hint)
    return frozenset(manifest.files), None


def _stays_inside(path: str) -> bool:
    """Tell whether a path is a file below the folder it is joined to, on this system."""
    parts = path.split("/")
    own = os.sep == "/" or not (set(path) & {os.sep, ":"})
    return own and "\0" not in path and path != MANIFEST and all(part not in ("", ".", "..") for part in parts)


def _is_part(name: str) -> bool:
    start, end = _PART.split("{}")
    return name.startswith(start) and name.endswith(end)


# -- what is to be done


class Plan:
    """What publishing certain files in a folder comes to. Looks, and changes nothing."""

    def __init__(self, target: OutputFolder, paths: Collection[str], *, prune: bool) -> None:
        """Take the paths of all files of the site; `prune` tells whether vanished files are removed.

        Raises ValueError for a path that leaves the folder: no output may ever be called so.
        """
        stray = sorted(path for path in paths if not _stays_inside(path))
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
        places = {parent for path in self.paths for parent in _parents(path)}
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
        folders = {parent for path in self.paths for parent in _parents(path)}
        spelling = {path_key(place): place for place in (*folders, *self.paths)}
        for path in self.stale:
            places = (path, *_parents(path))
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


def _parents(path: str) -> Iterator[str]:
    """Yield the folders on the way to a path, inner ones first: `a/b`, `a` for `a/b/c.html`."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


# -- doing it


def publish(
    plan: Plan,
    changed: Iterable[str],
    read: Callable[[str], bytes],
    *,
    jobs: int = 1,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Published:
    """Write the changed files and, if the plan says so, remove those of earlier builds that are none any more.

    `read` gives the bytes of a path when its turn comes, or raises RenderError. A system that refuses is reported,
    and everything after it is left to the next build. Many files are written by so many processes as `jobs` says, all
    of them copies of this one; `report` is told how many files are written, and how many there are.
    """
    return _Publisher(plan, read, report).run(tuple(changed), jobs)


MANY_FILES = 500
"""From here on writing in other processes saves more than starting them costs."""

_Written = tuple[int, tuple[Diagnostic, ...]]
"""How many files were written, and why not all of them."""


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


class _Publisher:
    """One run of `publish`: where it stands."""

    def __init__(self, plan: Plan, read: Callable[[str], bytes], report: Callable[[int, int], None]) -> None:
        self.plan = plan
        self.read = read
        self.report = report
        self.folder = plan.target.folder
        self.start = f"{plan.target.folder}{os.sep}"
        self.written = 0
        self.removed = 0
        self.at = ""
        """The path that is being worked on, for messages."""
        self._folders: set[str] = set()
        """Folders that are there."""

    def run(self, changed: tuple[str, ...], jobs: int) -> Published:
        problems = self._attempt(partial(self._run, changed, jobs))
        return Published(self.written, len(self.plan.paths) - len(changed), self.removed, problems)

    def _run(self, changed: tuple[str, ...], jobs: int) -> tuple[Diagnostic, ...]:
        self._prepare()
        for path in sorted(self.plan.in_the_way):
            self._remove(path)
        problems = self._write_together(changed, jobs if len(changed) >= MANY_FILES and can_fork() else 1)
        if problems:
            return problems
        if self.plan.prune:
            for path in sorted(self.plan.stale - self.plan.in_the_way):
                self._remove(path)
        self._write_manifest(self.plan.paths | self._kept())
        return ()

    def _attempt(self, work: Callable[[], tuple[Diagnostic, ...]]) -> tuple[Diagnostic, ...]:
        """Do some work; return what kept it from being done to its end."""
        try:
            return work()
        except OSError as error:
            return (_failed(f"{self.plan.target.shown}/{self.at}".rstrip("/"), "written", error),)
        except RenderError as error:
            return (error.diagnostic,)

    def _write_together(self, changed: tuple[str, ...], jobs: int) -> tuple[Diagnostic, ...]:
        """Write files, those of a folder one after another; this process has its share as well."""
        shares = [changed[len(changed) * job // jobs : len(changed) * (job + 1) // jobs] for job in range(jobs)]
        forks = [Fork(partial(self._write_all, share)) for share in shares[1:]]
        written, problems = self._write_all(
            shares[0], lambda done: self.report(min(done * jobs, len(changed)), len(changed))
        )
        for fork in forks:
            more, others = fork.result()
            written, problems = written + more, (*problems, *others)
        self.written += written
        return problems[:1]

    def _write_all(self, share: tuple[str, ...], report: Callable[[int], None] = lambda done: None) -> _Written:
        written = 0

        def work() -> tuple[Diagnostic, ...]:
            nonlocal written
            for path in share:
                self._write(path, self.read(path))
                written += 1
                report(written)
            return ()

        problems = self._attempt(work)
        return written, problems

    def _prepare(self) -> None:
        """Make the folder and list the files that are about to come, so that a crash leaves none unlisted."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in os.listdir(self.folder):
            if _is_part(name):
                (self.folder / name).unlink(missing_ok=True)
        if self.plan.target.listed is None or not self.plan.paths <= self.plan.target.files:
            self._write_manifest(self.plan.paths | self.plan.target.files)

    def _kept(self) -> frozenset[str]:
        return frozenset() if self.plan.prune else self.plan.stale - self.plan.in_the_way

    def _write_manifest(self, files: Iterable[str]) -> None:
        text = msgspec.json.format(msgspec.json.encode(_Manifest(1, tuple(sorted(files)))), indent=1) + b"\n"
        self.at = MANIFEST
        with contextlib.suppress(FileNotFoundError):
            if (self.folder / MANIFEST).read_bytes() == text:
                return
        self._write(MANIFEST, text)

    def _write(self, path: str, data: bytes) -> None:
        """Put a whole file in its place: written aside, then renamed, which no reader sees half done."""
        self.at = path
        # Strings: for thousands of files `Path` takes as long as the system.
        file, part = self.start + path, self.start + _PART.format(os.getpid())
        if path in self.plan.paths:
            self._make_room(file)
        # Not `tempfile`, whose files only their owner may read.
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.replace(part, file)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)
            raise

    def _make_room(self, file: str) -> None:
        """Make the folders on the way to a file; remove empty ones that stand in its place."""
        parent = os.path.dirname(file)
        if parent not in self._folders:
            os.makedirs(parent, exist_ok=True)
            self._folders.add(parent)
        if os.path.isdir(file) and not os.path.islink(file):
            for folder, _, _ in os.walk(file, topdown=False):
                os.rmdir(folder)

    def _remove(self, path: str) -> None:
        """Remove a file of an earlier build, and the folders that it leaves empty."""
        self.at = path
        parents = [self.folder / parent for parent in _parents(path)]
        if any(parent.is_symlink() for parent in parents):
            return  # somebody put a link there since; what it leads to is not ours
        file = self.folder / path
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            if not stat.S_ISDIR(file.lstat().st_mode):
                file.unlink()
                self.removed += 1
        for parent in parents:
            try:
                parent.rmdir()
            except OSError:
                return  # not empty, or gone


def _failed(path: str, done: str, error: OSError) -> Diagnostic:
    reason = (error.strerror or str(error)).lower()
    hint = "see to it and build again; every file there is whole"
    return Diagnostic("output/not-writable", f"{path} cannot be {done}: {reason}", path, hint=hint)
