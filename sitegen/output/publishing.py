"""Do what a plan says: write files that changed, each whole, and remove those that are none any more."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterable
from functools import partial

import msgspec

from sitegen.diagnostics import Diagnostic
from sitegen.model import RenderError
from sitegen.output.folder import MANIFEST, failed, folders_above, is_part, manifest_of, part_name
from sitegen.output.plan import Plan
from sitegen.workers import Fork, can_fork

__all__ = ["Published", "publish"]

MANY_FILES = 500
"""From here on writing in other processes saves more than starting them costs."""

_Written = tuple[int, tuple[Diagnostic, ...]]
"""How many files were written, and why not all of them."""


class Published(msgspec.Struct, frozen=True):
    """What publishing did."""

    written: int
    unchanged: int
    removed: int
    diagnostics: tuple[Diagnostic, ...] = ()
    """Why it stopped before its end."""


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
            return (failed(f"{self.plan.target.shown}/{self.at}".rstrip("/"), "written", error),)
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
            if is_part(name):
                (self.folder / name).unlink(missing_ok=True)
        if self.plan.target.listed is None or not self.plan.paths <= self.plan.target.files:
            self._write_manifest(self.plan.paths | self.plan.target.files)

    def _kept(self) -> frozenset[str]:
        return frozenset() if self.plan.prune else self.plan.stale - self.plan.in_the_way

    def _write_manifest(self, files: Iterable[str]) -> None:
        text = manifest_of(files)
        self.at = MANIFEST
        with contextlib.suppress(FileNotFoundError):
            if (self.folder / MANIFEST).read_bytes() == text:
                return
        self._write(MANIFEST, text)

    def _write(self, path: str, data: bytes) -> None:
        """Put a whole file in its place: written aside, then renamed, which no reader sees half done."""
        self.at = path
        # Strings: for thousands of files `Path` takes as long as the system.
        file, part = self.start + path, self.start + part_name()
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
        parents = [self.folder / parent for parent in folders_above(path)]
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
