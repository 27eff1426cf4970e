"""Which files changed: sets of paths, one for everything that belongs together.

Two kinds of watching run side by side. The folders that a site is made of are watched with all that is in them; the
project's own folder, and others on the way, only for what lies directly in them, since a project may also hold a
virtual environment or a repository's history. A file in the project's own folder that the site is not made of counts
when it comes, since pages may wait for it, and not when it grows: a log of the preview would bring about its own next
line. Editors write in place, or write aside and rename; both end as a path.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

from sitegen.config import CONFIG_FILE, Config
from sitegen.source import texts_folders
from sitegen.text import is_unicode

__all__ = ["Watcher", "is_hidden"]

STEP = 10
"""Milliseconds without a change that end a burst: the time between two writes of one save is far below it."""

BURST = 200
"""Milliseconds after which a burst that does not end is handed on; the rest follows."""

POLL = 300
"""Milliseconds between two looks at the files, on systems that do not tell what changes."""

MANY = 8
"""More files than this are the work of a program, such as a version control system, which is not done yet."""

QUIET = 0.15
"""Seconds without a change after which such a program is done."""

PATIENCE = 10.0
"""Seconds after which nobody waits for it any longer."""

LOCK = "index.lock"
"""Git keeps this file while it changes a work tree."""


def is_hidden(path: str) -> bool:
    """Tell whether a path, relative to the project, is none of the site's business; so is what lies outside of it.

    Editors keep copies beside what is edited: Emacs `#name#` and `name~`, Vim `name~`, JetBrains' `name___jb_tmp___`.
    """
    *_, name = parts = path.split("/")
    copy = name.endswith(("~", "___")) or (name.startswith("#") and name.endswith("#"))
    return copy or any(part.startswith(".") and part not in (".", ".well-known") for part in parts)


class Watcher:
    """Watches the folders of one project until it is closed. One thread may wait for changes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = _git_lock(root)
        self._changes: queue.SimpleQueue[frozenset[str]] = queue.SimpleQueue()
        self._watches: tuple[_Watch, ...] = ()
        self._folders: tuple[tuple[Path, ...], tuple[Path, ...]] | None = None
        """What is watched whole, and what alone; None where that has to begin anew."""
        self._watched: frozenset[str] = frozenset()
        """The same folders together, relative to the project."""
        self._named: frozenset[str] | None = None
        """What always counts directly in the project's own folder; None for everything."""
        self._strangers: set[str] = set()
        """What else there was a change of."""
        self._closed = False

    def watch(self, config: Config | None, files: Iterable[str] = ()) -> bool:
        """Watch the folders and files that `config` names, and other files of the project; return whether that is new.

        What changed in a folder before it was watched is not reported, so after True everything has to be read.
        """
        files = {*files, *(config.named_files if config is not None else ())}
        folders = self._wanted(config, {file.rpartition("/")[0] for file in files})
        self._named = self._counted(config, files)
        if folders == self._folders:
            return False
        before, self._folders = self._watches, folders
        whole, flat = folders
        self._watched = frozenset(self._relative(map(str, (*whole, *flat))))
        self._watches = (_Watch(self, whole, recursive=True), _Watch(self, flat, recursive=False))
        for watch in before:
            watch.stop()
        return True

    def wait(self, timeout: float | None = None) -> frozenset[str]:
        """Return the paths that changed next, relative to the project.

        None at all after `wake`, when the watcher was closed, and where nothing changes for `timeout` seconds.
        """
        if self._closed:
            return frozenset()
        try:
            return self._changes.get(timeout=timeout) if timeout != 0 else self._changes.get_nowait()
        except queue.Empty:
            return frozenset()

    def wake(self) -> None:
        """Let whoever waits go on, though nothing changed."""
        self._changes.put(frozenset())

    def settle(self, changed: frozenset[str]) -> frozenset[str]:
        """Return `changed` with all that belongs to it: a program that changes many files is left to finish."""
        end = time.monotonic() + PATIENCE
        quiet = time.monotonic() + QUIET
        while not self._closed and time.monotonic() < end:
            busy = len(changed) > MANY or self._is_locked()
            left = quiet - time.monotonic() if busy else 0.0
            try:
                more = self._changes.get(timeout=left) if left > 0 else self._changes.get_nowait()
            except queue.Empty:
                if not self._is_locked():
                    break
                more = frozenset()
                time.sleep(STEP / 1000)
            if more:  # else somebody was to wake up
                changed |= more
                quiet = time.monotonic() + QUIET
        return changed

    def notice(self, paths: Iterable[str]) -> None:
        """Take note of changed files, by absolute paths."""
        changed = frozenset(path for path in self._relative(paths) if self._counts(path) and not is_hidden(path))
        if not changed.isdisjoint(self._watched):
            self._folders = None  # it may be another folder of that name, of which the system tells nothing
        if changed:
            self._changes.put(changed)

    def _relative(self, paths: Iterable[str]) -> Iterator[str]:
        """Yield absolute paths as they are seen from the project's folder."""
        return (os.path.relpath(path, self._root).replace(os.sep, "/") for path in paths)

    def _counts(self, path: str) -> bool:
        """Tell whether a change may have to do with the site."""
        if "/" in path or self._named is None or path in self._named:
            return True
        known = path in self._strangers
        if not os.path.isfile(self._root / path):
            self._strangers.discard(path)
            return True
        self._strangers.add(path)
        return not known

    def notice_anything(self) -> None:
        """Take note that something changed and nobody knows what: after new settings, everything is read again."""
        self._changes.put(frozenset({CONFIG_FILE}))

    def close(self) -> None:
        """Stop watching; whoever waits gets nothing."""
        self._closed = True
        for watch in self._watches:
            watch.stop()
        self._changes.put(frozenset())

    def _is_locked(self) -> bool:
        return self._lock is not None and os.path.exists(self._lock)

    def _wanted(self, config: Config | None, others: Iterable[str]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
        """Return the folders to watch with all that is in them, and those to watch alone."""
        whole = {self._root / folder for folder in _folders_of(config)}
        flat = {self._root, *(self._root / other for other in others)}
        if not is_unicode(str(self._root)):
            return (), ()  # the library takes no such name, and the settings are refused there
        # A folder that is made, moved or removed is seen by the one it lies in.
        for folder in (*whole, *flat):
            flat |= {parent for parent in folder.parents if parent.is_relative_to(self._root)}
        outer = {folder for folder in whole if os.path.isdir(folder) and not whole.intersection(folder.parents)}
        alone = {
            folder for folder in flat if os.path.isdir(folder) and not outer.intersection((folder, *folder.parents))
        }
        return tuple(sorted(outer)), tuple(sorted(alone))

    def _counted(self, config: Config | None, files: Iterable[str]) -> frozenset[str] | None:
        """Return the names in the project's own folder that a site consists of, or begins with; None for all."""
        if config is None or config.build.content == ".":
            return None
        return frozenset(path.partition("/")[0] for path in (CONFIG_FILE, *_folders_of(config), *files))


def _folders_of(config: Config | None) -> tuple[str, ...]:
    """Return the folders and files, relative to the project, that a site is made of with all that is in them."""
    if config is None:
        return ()
    return (*texts_folders(config), config.build.templates, config.build.static, *config.build.assets)


class _Watch:
    """A thread that listens to the operating system about some folders."""

    def __init__(self, watcher: Watcher, folders: Sequence[Path], *, recursive: bool) -> None:
        self._watcher = watcher
        self._folders = [str(folder) for folder in folders]
        self._recursive = recursive
        self._stopped = threading.Event()
        # From here on the system takes notes, even before the thread asks for them.
        self._notify = _notify(self._folders, recursive=recursive)
        self._thread = threading.Thread(target=self._listen, name="watcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, soon."""
        self._stopped.set()

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                self._report()
            except WatchfilesRustInternalError:
                # The name of a file is not Unicode, and from then on this is all that it ever says.
                try:
                    self._notify = _notify(self._folders, recursive=self._recursive)
                except OSError:
                    return  # a folder went, which the one it lay in tells
                self._watcher.notice_anything()

    def _report(self) -> None:
        """Tell the watcher what changes, until the end."""
        with self._notify as notify:
            while not self._stopped.is_set():
                found = notify.watch(BURST, STEP, 1000, self._stopped)
                if isinstance(found, set):
                    self._watcher.notice(path for _, path in found)


def _notify(folders: list[str], *, recursive: bool) -> RustNotify:
    """Ask the system for notes; where it has none left to give, look at the files now and then."""
    try:
        return RustNotify(folders, False, False, POLL, recursive, True)
    except (OSError, WatchfilesRustInternalError):
        return RustNotify(folders, False, True, POLL, recursive, True)


def _git_lock(root: Path) -> Path | None:
    """Return the path of the lock of the repository that the project is in; None where there is none."""
    for folder in (root, *root.parents):
        if os.path.isdir(folder / ".git"):
            return folder / ".git" / LOCK
    return None
