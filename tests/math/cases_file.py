"""Fixture files: chapters of prose with cases between, each a title, an input and what is expected.

    title
    .
    input
    .
    expected
    .

`SITEGEN_ACCEPT=1 pytest tests/math` writes new results into the files, to be read as a diff before they are committed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

CASES = Path(__file__).with_name("cases")
ACCEPT = bool(os.environ.get("SITEGEN_ACCEPT"))


class Case(NamedTuple):
    """One case of a fixture file."""

    path: Path
    line: int
    """Line of the title, from 1."""
    title: str
    source: str
    expected: str


def read(path: Path) -> Iterator[Case]:
    """Yield the cases of a file in order."""
    lines = path.read_text(encoding="utf-8").split("\n")
    dots = [number for number, line in enumerate(lines) if line == "."]
    assert len(dots) % 3 == 0, f"{path}: a case has three lines that are a single dot"
    for first, second, third in zip(dots[::3], dots[1::3], dots[2::3], strict=True):
        title = lines[first - 1]
        assert title, f"{path}:{first}: a case needs a title"
        yield Case(path, first, title, "\n".join(lines[first + 1 : second]), "\n".join(lines[second + 1 : third]))


def cases(*names: str) -> list[object]:
    """Return the cases of the named files as parameters of a test."""
    return [
        pytest.param(case, id=f"{name}:{case.line} {case.title}")
        for name in names
        for case in read(CASES / f"{name}.txt")
    ]


def check(case: Case, render: Callable[[str], str]) -> None:
    """Compare what `render` makes of the input with what is expected, or accept it when asked to."""
    got = render(case.source)
    if ACCEPT and got != case.expected:
        _accept(case, got)
        return
    assert got == case.expected, (
        f"{case.path}:{case.line} differs; SITEGEN_ACCEPT=1 pytest tests/math accepts the result"
    )


def _accept(case: Case, got: str) -> None:
    text = case.path.read_text(encoding="utf-8")
    old = (
        f"{case.title}\n.\n{case.source}\n.\n{case.expected}\n.\n"
        if case.expected
        else f"{case.title}\n.\n{case.source}\n.\n.\n"
    )
    if old not in text and not case.expected:
        old = f"{case.title}\n.\n{case.source}\n.\n\n.\n"
    assert text.count(old) == 1, f"{case.path}:{case.line}: title and input must be unique"
    case.path.write_text(text.replace(old, f"{case.title}\n.\n{case.source}\n.\n{got}\n.\n"), encoding="utf-8")
