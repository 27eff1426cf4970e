"""Cases in text files: prose, then a title, `.`, the input, `.`, the expected text, `.`; as often as wanted.

A title is the line right above the first dot; lines before it are prose. With ACCEPT=1 in the environment a result
that differs is written into the file as the new expectation, to be read in `git diff`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

FOLDER = Path(__file__).parent / "cases"


class Case(NamedTuple):
    """One case of a file."""

    file: Path
    title: str
    text: str
    expected: str
    start: int
    """Index of the first line of the expected text."""


def cases(name: str) -> list[Case]:
    """Read the cases of one file, named relative to `FOLDER` or by its whole path."""
    file = FOLDER / name
    lines = file.read_text(encoding="utf-8").split("\n")
    dots = [index for index, line in enumerate(lines) if line == "."]
    assert dots, f"no case in {name}"
    assert len(dots) % 3 == 0, f"a case of {name} lacks one of its three dots"
    found = []
    for first, second, third in zip(dots[::3], dots[1::3], dots[2::3], strict=True):
        text, expected = lines[first + 1 : second], lines[second + 1 : third]
        found.append(Case(file, lines[first - 1], _joined(text), _joined(expected), second + 1))
    return found


def parametrize(name: str) -> pytest.MarkDecorator:
    """Run a test with each case of a file as `case`; the id is file, line and title."""
    return pytest.mark.parametrize(
        "case", [pytest.param(case, id=f"{case.file.name}:{case.start}:{case.title}") for case in cases(name)]
    )


def check(case: Case, result: Callable[[str], str]) -> None:
    """Compare what `result` makes of the input with the expectation."""
    got = result(case.text)
    if got != case.expected and os.environ.get("ACCEPT"):
        _accept(case, got)
    elif got != case.expected:
        assert got == case.expected, "if the new result is right, run the tests again with ACCEPT=1"


def _accept(case: Case, got: str) -> None:
    # Earlier cases of the same run may have moved the lines, so the place is found again by the title.
    current = next(other for other in cases(str(case.file)) if (other.title, other.text) == (case.title, case.text))
    lines = case.file.read_text(encoding="utf-8").split("\n")
    old = current.expected.split("\n")[:-1]
    lines[current.start : current.start + len(old)] = got.split("\n")[:-1]
    case.file.write_text("\n".join(lines), encoding="utf-8")


def _joined(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)
