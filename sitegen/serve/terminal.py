"""What `sitegen serve` prints: where the site is, what was built and how long it took, what is wrong.

A problem is said once, however often the site is built with it, and whichever thread comes upon it first.
"""

from __future__ import annotations

import os
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence

from sitegen.diagnostics import Diagnostic
from sitegen.serve.guard import is_loopback
from sitegen.serve.settings import Settings
from sitegen.serve.snapshot import Snapshot

__all__ = ["Terminal"]

PROGRESS_EVERY = 3.0
"""Seconds between two lines about a build that takes long."""

Said = tuple[str, str, str, str]


class Terminal:
    """Prints for one run of the server, and remembers what it has said."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        """Take what prints a line of text."""
        self._settings = settings
        self._say = say
        self._speaking = threading.Lock()
        self._closed = False
        self._told: Counter[Said] = Counter()
        self._told_of_pages: dict[str, frozenset[Said]] = {}
        self._next_line = time.monotonic() + PROGRESS_EVERY
        self._unfinished: tuple[float, frozenset[str]] | None = None
        """When a build began whose posts are not all compiled, and what had changed."""
        self._is_complete = False
        """Whether the whole site was there once."""

    def close(self) -> None:
        """Say nothing more about the site: the server is about to stop."""
        self._closed = True

    def announce(self, port: int, path: str) -> None:
        """Say where the site is: at the path `path` of the server that listens on `port`."""
        settings = self._settings
        if settings.port and port != settings.port:
            self._say(f"Port {settings.port} is taken, so it is {port}.")
        if not is_loopback(settings.host):
            self._say(
                f"Warning: {settings.host} can be reached by other machines. Everybody in the network can read the "
                "site, its drafts too."
            )
        self._say(f"Serving {settings.address(port, path)} (end with Ctrl-C)")

    def crashed(self, error: Exception) -> None:
        """Say that sitegen itself is at fault."""
        self._say("".join(traceback.format_exception(error)))
        self._say("This is a bug in sitegen, not in your site. Please report it with the lines above.")

    # -- builds

    def progress(self, stage: str, done: int, total: int) -> None:
        """Say how far a long build is, now and then."""
        now = time.monotonic()
        if done < total and now >= self._next_line:
            self._next_line = now + PROGRESS_EVERY
            self._line(f"{stage}: {done:,} of {total:,}")

    def built(self, began: float, changed: frozenset[str], snapshot: Snapshot | None, waiting: int) -> None:
        """Say what was built after `changed` files, and how long that took since `began` (`time.perf_counter`).

        Where posts are still `waiting` to be compiled, the time is said when they all are.
        """
        if waiting and self._unfinished is None:
            self._unfinished = began, changed
            self._next_line = time.monotonic() + PROGRESS_EVERY
            first = f"first pages in {_since(began)}, " if snapshot is not None else ""
            what = f"{self._names(changed)}: " if changed else first
            self._line(f"{what}{waiting:,} post{'s' if waiting > 1 else ''} to compile")
            return
        if not waiting and self._unfinished is not None:
            self._complete(*self._unfinished, snapshot)
            self._unfinished = None
        elif not waiting and not self._is_complete:
            self._complete(began, changed, snapshot)
            return
        self._changed(began, changed, snapshot)

    def _complete(self, began: float, changed: frozenset[str], snapshot: Snapshot | None) -> None:
        """Say that there is nothing more to compile."""
        if snapshot is None:
            return
        self._changed(began, changed, snapshot)
        if not self._is_complete and not snapshot.blocking:
            self._line(f"ready in {_since(began)}: {snapshot.pages:,} page{'s' if snapshot.pages != 1 else ''}")
        self._is_complete = True

    def _changed(self, began: float, changed: frozenset[str], snapshot: Snapshot | None) -> None:
        if changed:
            blocked = snapshot is not None and snapshot.blocking
            self._line(f"{self._names(changed)}: {'still the old pages' if blocked else _since(began)}")

    def _names(self, changed: frozenset[str]) -> str:
        # Some editors try out whether they may write, in a file that is gone at once.
        first = min([path for path in changed if os.path.isfile(self._settings.root / path)] or changed)
        return first if len(changed) == 1 else f"{first} and {len(changed) - 1:,} more"

    def _line(self, text: str) -> None:
        if not self._settings.quiet:
            self._say(f"{time.strftime('%H:%M:%S')} {text}")

    # -- problems

    def tell(self, snapshot: Snapshot, page: str, diagnostics: Sequence[Diagnostic]) -> None:
        """Print what came up when a page was made, unless that or another page brought it up before."""
        with self._speaking:
            known = frozenset[Said]().union(*self._told_of_pages.values())
            self._print(snapshot, [problem for problem in diagnostics if _said(problem) not in known])
            self._told_of_pages[page] = frozenset(map(_said, diagnostics))

    def tell_all(self, snapshot: Snapshot) -> None:
        """Print what a build brought up, and was not there before."""
        with self._speaking:
            told, self._told = self._told, Counter(map(_said, snapshot.diagnostics))
            fresh = []
            for problem in snapshot.diagnostics:
                told[_said(problem)] -= 1
                if told[_said(problem)] < 0:
                    fresh.append(problem)
            self._print(snapshot, fresh)

    def _print(self, snapshot: Snapshot, diagnostics: Sequence[Diagnostic]) -> None:
        shown = [problem for problem in diagnostics if self._is_shown(problem)]
        if shown and not self._closed:
            self._say(snapshot.printed(shown, color=self._settings.color).rstrip("\n"))

    def _is_shown(self, problem: Diagnostic) -> bool:
        if self._settings.quiet:
            return problem.severity == "error"
        return self._settings.verbose or problem.severity != "note"


def _said(problem: Diagnostic) -> Said:
    """Return what makes a problem the same one after an edit, which moves all that stands below it."""
    return problem.code, problem.path, problem.message, problem.label


def _since(began: float) -> str:
    seconds = time.perf_counter() - began
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
