"""`sitegen serve` as a process of its own, as an author starts it."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from tests.support.sites import ROOT

PATIENCE = 30.0
"""Seconds for something to happen that takes a tenth of one on an idle machine."""


class Server:
    """A running preview; what it prints is kept."""

    def __init__(self, project: Path, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self.lines: list[str] = []
        self._fresh: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sitegen", "serve", *(arguments or ("--port", "0"))],
            cwd=project,
            env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(ROOT), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.address = re.findall(r"http://\S+", self.wait_for("Serving "))[0]

    @property
    def log(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, text: str) -> str:
        """Return the next line, of those not waited for yet, that has `text` in it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                line = self._fresh.get(timeout=0.1)
            except queue.Empty:
                if self.process.poll() is not None and self._fresh.empty():
                    break
                continue
            if text in line:
                return line
        raise AssertionError(f"{text!r} is not in:\n{self.log}")

    def stop(self, number: int = signal.SIGINT) -> tuple[int, float]:
        """Send a signal; return the exit code and the seconds until the process had ended."""
        start = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        seconds = time.monotonic() - start
        self._reader.join(PATIENCE)
        return code, seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(PATIENCE)
        if self.process.stderr is not None:
            self.process.stderr.close()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))
            self._fresh.put(self.lines[-1])


def children(pid: int) -> list[psutil.Process]:
    """Return the processes that a process has made."""
    return psutil.Process(pid).children()


def is_running(process: psutil.Process) -> bool:
    """Tell whether a process is at work; one that has ended may stay listed until its end is noticed."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
