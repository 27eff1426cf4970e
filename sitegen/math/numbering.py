"""Numbers, labels and anchors of a document's equations, as amsmath gives them.

Runs between parsing and writing, over all formulas at once, so that a reference may come before its label.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from sitegen.math.model import Equation, Problem
from sitegen.math.nodes import Line
from sitegen.math.plaintext import plain_text


class _Shared:
    """The number of `subequations`, whose lines count in letters."""

    __slots__ = ("_count", "anchor", "number")

    def __init__(self, number: str) -> None:
        self.number = number
        self.anchor = ""
        """Anchor of the first line with a number."""
        self._count = 0

    def next(self) -> str:
        """Return the next line's number: 1a, …, 1z, 1aa, …"""
        self._count += 1
        letters, rest = "", self._count
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(ord("a") + digit) + letters
        return self.number + letters


class Numbering:
    """The numbers of one document. `anchors` is complete when every formula has been through `number`."""

    __slots__ = ("_next", "_suffixes", "_taken", "anchors", "equations")

    def __init__(self, reserved: Iterable[str]) -> None:
        self.anchors: dict[str, tuple[str, str]] = {}
        """Label to number and anchor."""
        self.equations: list[Equation] = []
        self._taken = set(reserved)
        self._suffixes: dict[str, int] = {}
        """The next suffix of each id that was wanted more than once."""
        self._next = 1

    def number(self, index: int, lines: list[Line]) -> list[Problem]:
        """Number the lines of formula `index` in order; return what is wrong with their labels."""
        problems: list[Problem] = []
        parents: dict[Line, _Shared] = {}
        for line in lines:
            if line.shared:
                parents[line] = _Shared(self._serial())
                continue
            shared = parents.get(line.parent) if line.parent is not None else None
            self._count(line, shared)
            names = self._names(line.labels, line.number, problems)
            if not line.number:
                continue
            line.anchor = self._anchor(names[0] if names else "", line.number)
            for name in names:
                self.anchors[name] = (line.number, line.anchor)
            if shared is not None and not shared.anchor:
                shared.anchor = line.anchor
            start, end = line.start, line.end
            for name, label_start, label_end in line.labels:
                if name in names:
                    start, end = label_start, label_end
                    break
            self.equations.append(Equation(line.number, tuple(names), line.anchor, index, start, end))
        for line, shared in parents.items():
            for name in self._names(line.labels, shared.anchor, problems):
                self.anchors[name] = (shared.number, shared.anchor)
        return problems

    def _serial(self) -> str:
        number = str(self._next)
        self._next += 1
        return number

    def _count(self, line: Line, shared: _Shared | None) -> None:
        """Give a line its number: that of its tag, or the next one, or the next letter of the number it shares."""
        if line.tag is not None:
            line.number = plain_text(line.tag)
            if not line.starred and line.number.startswith("(") and line.number.endswith(")") and len(line.number) > 2:
                line.number = line.number[1:-1] if line.number.count("(") == 1 else line.number
        elif line.numbered and not line.suppressed:
            line.number = self._serial() if shared is None else shared.next()

    def _names(self, labels: list[tuple[str, int, int]], number: str, problems: list[Problem]) -> list[str]:
        """Return the labels that can be used, and add what is wrong with the others to `problems`."""
        names: list[str] = []
        for name, start, end in labels:
            if name in self.anchors or name in names:
                message = f"the label {name} is defined twice"
                label, hint = "an equation before this one has the same label", "give one of them another name"
                problems.append(Problem("math/duplicate-label", start, end, message, label, hint))
            elif not number:
                message = f"the label {name} names something without a number"
                hint = "use \\begin{equation} … \\end{equation}, or add \\tag{…}"
                problems.append(Problem("math/label-without-number", start, end, message, "nothing to refer to", hint))
            else:
                names.append(name)
        return names

    def _anchor(self, label: str, number: str) -> str:
        """Return an id that is free: the slug of the label, else `eq-` and the number."""
        base = slug(label) or "eq-" + (slug(number).removeprefix("eq-") or "tag")
        anchor = base
        count = self._suffixes.get(base, 2)
        while anchor in self._taken:
            anchor = f"{base}-{count}"
            count += 1
        self._suffixes[base] = count
        self._taken.add(anchor)
        return anchor


def slug(text: str) -> str:
    """Return `text` as an id that CSS need not escape: letters, digits and hyphens, beginning with a letter."""
    folded = unicodedata.normalize("NFKC", text).lower()
    kept = "".join(char if char.isalnum() else "-" for char in folded)
    words = "-".join(part for part in kept.split("-") if part)
    return words if not words or words[0].isalpha() else "eq-" + words
