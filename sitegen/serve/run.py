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
import webbrowser
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from types import FrameType

import uvicorn

from sitegen.config import load_config
from sitegen.serve.app import Preview
from sitegen.serve.backlog import helpers
from sitegen.serve.builder import Builder
from sitegen.serve.guard import Guard
from sitegen.serve.memory import FEW_POSTS
from sitegen.serve.publisher import Publisher
from sitegen.serve.settings import Settings
from sitegen.serve.snapshot import Snapshot
from sitegen.serve.terminal import Terminal
from sitegen.serve.watcher import Watcher
from sitegen.site.addresses import base_path

__all__ = ["PortTakenError", "serve"]

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
        self._terminal = Terminal(settings, say)
        self._port = port
        root = settings.root.absolute()
        self._watcher = Watcher(root)
        self._builder = Builder(
            root, base_url=settings.base_url, prefix=settings.prefix, executor=executor, wake=self._watcher.wake
        )
        self._executor = executor
        self._publisher = Publisher()
        self._preview = Preview(self._publisher, guard=Guard(settings.host), tell=self._terminal.tell, want=self._want)
        # A daemon, so that nothing it does can keep the process from ending.
        self._thread = threading.Thread(target=self._work, name="builder", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = threading.Event()
        self._wanted: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._is_complete = False
        """Whether the whole site was there once."""
        self._to_open = settings.open_browser

    def serve(self, listener: socket.socket) -> None:
        """Serve until a signal ends it."""
        site, _ = load_config(self._settings.root, base_url=self._settings.base_url)
        self._terminal.announce(self._port, base_path(site.site.base_url) if site else "/")
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
            self._terminal.close()
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
        self._report(began, frozenset(), snapshot)

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
            self._report(began, changed, snapshot)

    def _update(self, changed: frozenset[str] | None, wanted: frozenset[str]) -> Snapshot | None:
        """Build what can be built now. What that needs is held till the end, so there is no garbage to look for."""
        gc.disable()
        try:
            return self._builder.update(changed, wanted)
        finally:
            gc.enable()

    def _publish(self, snapshot: Snapshot) -> None:
        self._post(partial(self._publisher.publish, snapshot))
        self._terminal.tell_all(snapshot)
        if self._watcher.watch(self._builder.config, self._builder.files()):
            # What changed in a folder before it was watched went unnoticed.
            self._watcher.notice_anything()

    def _report(self, began: float, changed: frozenset[str], snapshot: Snapshot | None) -> None:
        """Say what was built, and open the browser on the first page that there is."""
        self._terminal.built(began, changed, snapshot, len(self._builder.waiting))
        if snapshot is None:
            return
        if self._to_open:
            self._to_open = False
            path = snapshot.address(snapshot.newest or "index.html")
            webbrowser.open(self._settings.address(self._port, path))
        if not self._is_complete and not self._builder.waiting:
            self._is_complete = True
            self._settle_down(snapshot)

    def _settle_down(self, snapshot: Snapshot) -> None:
        """Let go of what only the start needed, now that the whole site is there."""
        # What is alive now lives long: the collector need not look at a thousand posts again and again.
        gc.collect()
        gc.freeze()
        if self._executor is not None and snapshot.pages <= FEW_POSTS:
            self._executor.shutdown(wait=False)  # all posts together are no work for them

    def _progress(self, stage: str, done: int, total: int) -> None:
        """Say how far a long build is, unless nobody waits for it any longer."""
        if self._stopped.is_set():
            raise _StoppedError
        self._terminal.progress(stage, done, total)

    def _crash(self, error: Exception) -> None:
        """Say that sitegen itself is at fault, and end: a preview that does not follow its files helps nobody."""
        self._terminal.crashed(error)
        signal.raise_signal(signal.SIGINT)


def _drained(paths: queue.SimpleQueue[str]) -> Iterator[str]:
    with suppress(queue.Empty):
        while True:
            yield paths.get_nowait()
