"""One run of the server: the socket, the thread that builds, the terminal, the end by Ctrl-C."""

from __future__ import annotations

import asyncio
import gc
import os
import queue
import signal
import socket
import threading
import time
import traceback
import webbrowser
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType

import msgspec
import uvicorn

from sitegen.config import load_config
from sitegen.diagnostics import Diagnostic
from sitegen.serve.app import Preview
from sitegen.serve.backlog import helpers
from sitegen.serve.builder import Builder
from sitegen.serve.guard import Guard, is_loopback
from sitegen.serve.memory import FEW_POSTS
from sitegen.serve.publisher import Publisher
from sitegen.serve.snapshot import Snapshot
from sitegen.serve.watcher import Watcher
from sitegen.site.addresses import base_path

__all__ = ["PortTakenError", "Settings", "serve"]

PROGRESS_EVERY = 3.0
"""Seconds between two lines about a build that takes long."""

REST = 0.5
"""Seconds after the first pages in which nothing happens, so that there is time to get ready for the first edit."""

PATIENCE = 2.0
"""Seconds that the end waits for workers to put down what they hold."""

PORTS = 100
"""How many ports are tried, from the one that was asked for."""


class _StoppedError(Exception):
    """Ends a build that nobody waits for any longer."""


class PortTakenError(Exception):
    """No port near the one asked for is free, or the address is not one of this machine; the message says it."""


class Settings(msgspec.Struct, frozen=True):
    """What the command line says."""

    root: Path
    """The project's folder."""
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str | None = None
    open_browser: bool = False
    prefix: str = ""
    """Leads from the current folder to the project, for the paths in messages."""
    color: bool = False
    verbose: bool = False
    quiet: bool = False


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve the site until the process is told to stop.

    `say` prints a line of text. Raises PortTakenError when there is no port to listen on.
    """
    listener, port = _listen(settings.host, settings.port)
    with listener, helpers() as executor:
        _Run(settings, say, port, executor).serve(listener)


def _listen(host: str, wanted: int) -> tuple[socket.socket, int]:
    """Return a socket that listens on the wanted port or the next free one, and that port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    reason = ""
    for port in range(wanted, min(wanted + PORTS, 65536)) if wanted else (0,):
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            if os.name == "posix":
                # Right after the end of an earlier run its port is still taken, though nobody listens. On Windows the
                # option means another thing: to share a port with somebody who listens.
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(100)
        except OSError as error:
            listener.close()
            reason = (error.strerror or str(error)).lower()
            continue
        return listener, listener.getsockname()[1]
    raise PortTakenError(f"cannot listen on {host}, port {wanted} or the {PORTS - 1} after it: {reason}")


class _Server(uvicorn.Server):
    """uvicorn, which says when it listens, and when it is asked to stop: open event streams would keep it waiting."""

    def __init__(self, config: uvicorn.Config, *, started: Callable[[], None], stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_started = started
        self._when_stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._when_started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._when_stopping()
        super().handle_exit(sig, frame)


class _Run:
    """The parts of one run, and how they are connected."""

    def __init__(self, settings: Settings, say: Callable[[str], None], port: int, executor: Executor | None) -> None:
        self._settings = settings
        self._say = say
        self._port = port
        root = settings.root.absolute()
        self._watcher = Watcher(root)
        self._builder = Builder(
            root, base_url=settings.base_url, prefix=settings.prefix, executor=executor, wake=self._watcher.wake
        )
        self._executor = executor
        self._publisher = Publisher()
        self._preview = Preview(self._publisher, guard=Guard(settings.host), tell=self._tell, want=self._want)
        # A daemon, so that nothing it does can keep the process from ending.
        self._thread = threading.Thread(target=self._work, name="builder", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = threading.Event()
        self._next_line = time.monotonic() + PROGRESS_EVERY
        self._wanted: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._unfinished: tuple[float, frozenset[str]] | None = None
        """When a build began whose posts are not all compiled, and what had changed."""
        self._is_complete = False
        """Whether the whole site was there once."""
        self._to_open = settings.open_browser
        self._speaking = threading.Lock()
        self._told: Counter[Said] = Counter()
        self._told_of_pages: dict[str, frozenset[Said]] = {}

    def serve(self, listener: socket.socket) -> None:
        """Serve until a signal ends it."""
        self._announce()
        config = uvicorn.Config(
            self._preview,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=1,
        )
        server = _Server(config, started=self._start, stopping=self._stop)
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            return  # Ctrl-C is how a preview ends; uvicorn passes it on when everything is over
        finally:
            self._stop()
            self._thread.join(PATIENCE)

    def _start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def _stop(self) -> None:
        """Begin to stop: event streams end, nobody waits any longer."""
        if not self._stopped.is_set():
            self._stopped.set()
            self._post(self._publisher.close)
            self._watcher.close()

    def _post(self, call: Callable[[], None]) -> None:
        """Call something in the event loop's thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)

    def _want(self, path: str) -> None:
        """Have a post compiled before others, for a browser waits for it."""
        self._wanted.put(path)
        self._watcher.wake()

    # -- the builder's thread

    def _work(self) -> None:
        """Build, then build again whenever something changed."""
        try:
            self._build_first()
            self._follow()
        except _StoppedError:
            return
        except Exception as error:
            if not self._stopped.is_set():
                self._crash(error)

    def _follow(self) -> None:
        """Do what there is to do until the end."""
        rest: float | None = REST
        while not self._stopped.is_set():
            began = time.monotonic()
            changed = self._watcher.wait(0.0 if self._builder.alone else rest)
            if changed:
                self._post(self._publisher.begin)
                changed = self._watcher.settle(changed)
            self._turn(changed)
            if rest is not None and not self._builder.waiting and time.monotonic() - began >= rest:
                self._builder.warm_up()
                rest = None

    def _build_first(self) -> None:
        began = time.perf_counter()
        config, _ = load_config(self._settings.root, base_url=self._settings.base_url)
        self._watcher.watch(config)  # before anything is read, so that no change is missed
        snapshot = self._update(None, frozenset())
        gc.freeze()  # a thousand posts are there to stay; the collector need not look at them before a page is shown
        if snapshot is not None:
            self._publish(snapshot)
        self._say_built(began, frozenset(), snapshot)
        self._open(snapshot)

    def _turn(self, changed: frozenset[str]) -> None:
        """Take in what was compiled meanwhile, follow the files, make what browsers wait for."""
        began = time.perf_counter()
        waited = bool(self._builder.waiting)
        self._builder.advance(self._progress)
        wanted = frozenset(_drained(self._wanted))
        if changed or wanted or (waited and not self._builder.waiting):
            snapshot = self._update(changed, wanted)
            if snapshot is not None:
                self._publish(snapshot)
            self._say_built(began, changed, snapshot)
            self._open(snapshot)

    def _update(self, changed: frozenset[str] | None, wanted: frozenset[str]) -> Snapshot | None:
        """Build what can be built now. What that needs is held till the end, so there is no garbage to look for."""
        gc.disable()
        try:
            return self._builder.update(changed, wanted)
        finally:
            gc.enable()

    def _publish(self, snapshot: Snapshot) -> None:
        self._post(partial(self._publisher.publish, snapshot))
        self._tell_all(snapshot)
        if self._watcher.watch(self._builder.config, self._builder.files()):
            # What changed in a folder before it was watched went unnoticed.
            self._watcher.notice_anything()

    def _open(self, snapshot: Snapshot | None) -> None:
        """Open a browser, once."""
        if self._to_open and snapshot is not None:
            self._to_open = False
            webbrowser.open(self._address(snapshot.address(snapshot.newest or "index.html")))

    def _say_built(self, began: float, changed: frozenset[str], snapshot: Snapshot | None) -> None:
        """Say what was built and how long that took, where posts wait when all of them are compiled."""
        waiting, took = len(self._builder.waiting), _duration(time.perf_counter() - began)
        if not waiting and self._unfinished is not None:
            self._say_complete(*self._unfinished, snapshot)
            self._unfinished = None
        elif waiting and self._unfinished is None:
            self._unfinished = began, changed
            self._next_line = time.monotonic() + PROGRESS_EVERY
            what = (
                f"{_names(changed, self._settings.root)}: "
                if changed
                else f"first pages in {took}, "
                if snapshot is not None
                else ""
            )
            self._line(f"{what}{waiting:,} post{'s' if waiting > 1 else ''} to compile")
            return
        elif not self._is_complete and not waiting:
            self._say_complete(began, changed, snapshot)
            return
        if changed:
            blocked = snapshot is not None and snapshot.blocking
            self._line(f"{_names(changed, self._settings.root)}: {'still the old pages' if blocked else took}")

    def _say_complete(self, began: float, changed: frozenset[str], snapshot: Snapshot | None) -> None:
        """Say that there is nothing more to compile, and what that began with."""
        took = _duration(time.perf_counter() - began)
        if snapshot is None:
            return
        if changed:
            self._line(
                f"{_names(changed, self._settings.root)}: {'still the old pages' if snapshot.blocking else took}"
            )
        if self._is_complete:
            return
        self._is_complete = True
        # What is alive now lives long: the collector need not look at a thousand posts again and again.
        gc.collect()
        gc.freeze()
        pages = sum(output.origin in snapshot.texts for output in snapshot.outputs.values())
        if self._executor is not None and pages <= FEW_POSTS:
            self._executor.shutdown(wait=False)  # all posts together are no work for them
        if not snapshot.blocking:
            self._line(f"ready in {took}: {pages:,} page{'s' if pages != 1 else ''}")

    def _progress(self, stage: str, done: int, total: int) -> None:
        """Take note of how far a long build is."""
        if self._stopped.is_set():
            raise _StoppedError
        now = time.monotonic()
        if done < total and now >= self._next_line:
            self._next_line = now + PROGRESS_EVERY
            self._line(f"{stage}: {done:,} of {total:,}")

    def _crash(self, error: Exception) -> None:
        """Say that sitegen itself is at fault, and end: a preview that does not follow its files helps nobody."""
        self._say("".join(traceback.format_exception(error)))
        self._say("This is a bug in sitegen, not in your site. Please report it with the lines above.")
        signal.raise_signal(signal.SIGINT)

    # -- the terminal

    def _announce(self) -> None:
        settings = self._settings
        if settings.port and self._port != settings.port:
            self._say(f"Port {settings.port} is taken, so it is {self._port}.")
        if not is_loopback(settings.host):
            self._say(
                f"Warning: {settings.host} can be reached by other machines. Everybody in the network can read the "
                "site, its drafts too."
            )
        config, _ = load_config(settings.root, base_url=settings.base_url)
        self._say(f"Serving {self._address(base_path(config.site.base_url) if config else '/')} (end with Ctrl-C)")

    def _address(self, path: str) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._settings.host, self._settings.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}{path}"

    def _line(self, text: str) -> None:
        if not self._settings.quiet:
            self._say(f"{time.strftime('%H:%M:%S')} {text}")

    def _tell(self, snapshot: Snapshot, page: str, diagnostics: Sequence[Diagnostic]) -> None:
        """Print what came up when a page was made, unless that or another page brought it up before."""
        with self._speaking:
            known = frozenset[Said]().union(*self._told_of_pages.values())
            self._print(snapshot, [problem for problem in diagnostics if _said(problem) not in known])
            self._told_of_pages[page] = frozenset(map(_said, diagnostics))

    def _tell_all(self, snapshot: Snapshot) -> None:
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
        if shown and not self._stopped.is_set():
            self._say(snapshot.printed(shown, color=self._settings.color).rstrip("\n"))

    def _is_shown(self, problem: Diagnostic) -> bool:
        if self._settings.quiet:
            return problem.severity == "error"
        return self._settings.verbose or problem.severity != "note"


Said = tuple[str, str, str, str]


def _said(problem: Diagnostic) -> Said:
    """Return what makes a problem the same one after an edit, which moves all that stands below it."""
    return problem.code, problem.path, problem.message, problem.label


def _drained(paths: queue.SimpleQueue[str]) -> Iterator[str]:
    with suppress(queue.Empty):
        while True:
            yield paths.get_nowait()


def _names(changed: frozenset[str], root: Path) -> str:
    # Some editors try out whether they may write, in a file that is gone at once.
    first = min([path for path in changed if (root / path).is_file()] or changed)
    return first if len(changed) == 1 else f"{first} and {len(changed) - 1:,} more"


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
