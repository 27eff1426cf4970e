"""Cases as text: a title, files, and what is expected of them, with prose between the cases for readers.

==== the title
@ path/of/a/file
its lines
-> verb and the rest of an expectation
"""

from __future__ import annotations

from pathlib import Path

import msgspec

__all__ = ["Case", "read_cases"]


class Case(msgspec.Struct, frozen=True):
    """One case of a file."""

    title: str
    line: int
    files: dict[str, str]
    """What stands behind the `@` to the text below it."""
    expected: tuple[tuple[str, str], ...]
    """Verb and rest of each expectation, in order."""

    @property
    def id(self) -> str:
        """The case's name in a test's."""
        return f"{self.title} (line {self.line})"

    def rests(self, verb: str) -> list[str]:
        """Return what is expected by a verb, in order."""
        return [rest for each, rest in self.expected if each == verb]


def read_cases(file: Path) -> list[Case]:
    """Return the cases of a file."""
    cases: list[Case] = []
    found: list[tuple[str, str]] = []
    files: dict[str, list[str]] = {}
    lines: list[str] | None = None
    title, start = "", 0

    def finish() -> None:
        if title:
            texts = {name: "".join(f"{line}\n" for line in text) for name, text in files.items()}
            cases.append(Case(title, start, texts, tuple(found)))

    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("==== "):
            finish()
            title, start, files, found, lines = line[5:], number, {}, [], None
        elif line.startswith("@ ") and title:
            lines = files.setdefault(line[2:], [])
        elif line.startswith("-> "):
            lines = None
            verb, _, rest = line[3:].partition(" ")
            found.append((verb, rest))
        elif lines is not None:
            lines.append(line)
    finish()
    return cases
