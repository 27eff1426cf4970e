"""Places in text: spans, lines and columns, and maps between a rewritten text and its origin.

Inside the program a place is a file and two offsets; line and column exist only where something is printed.
All offsets count Python characters (code points) from 0; lines and columns count from 1.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable

import msgspec

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
"""A character that no page and no feed may hold (Infra, section 4.6: controls, noncharacters; XML 1.0, section 2.2)."""


def is_unicode(name: str) -> bool:
    """Tell whether the name of a file is text; bytes of it that are not UTF-8 come as lone surrogates (PEP 383)."""
    return printable(name) == name


def printable(name: str) -> str:
    """Return the name of a file for messages: `?` in the place of what is not Unicode."""
    return name.encode("utf-8", "replace").decode()


class Span(msgspec.Struct, frozen=True, order=True):
    """A half-open range of characters, `text[start:end]`."""

    start: int
    """Offset of the first character."""
    end: int
    """Offset just after the last character; equal to `start` for a point between two characters."""

    def shifted(self, by: int) -> Span:
        """Return this span moved by `by` characters."""
        return Span(self.start + by, self.end + by)


_LINE_END = re.compile(r"\n|\r\n?")


class LineIndex:
    """Line starts of one text, for turning offsets into lines and columns and back.

    A line ends at `\\n`, `\\r\\n` or a lone `\\r`, the line endings of CommonMark (section 2.1).
    """

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        if "\r" in text:
            self._starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
        else:
            self._starts = [*itertools.accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0)]

    @property
    def line_count(self) -> int:
        """Number of lines; a text that ends in a line ending has an empty last line."""
        return len(self._starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Return the 1-based `(line, column)` of `offset`, which is clamped to the text."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def start(self, line: int) -> int:
        """Return the offset at which the 1-based `line` starts; the text's end for a line past the last."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def line(self, line: int) -> str:
        """Return the 1-based `line` without its line ending."""
        return self.text[self.start(line) : self.start(line + 1)].rstrip("\r\n")

    def content(self, line: int) -> Span:
        """Return the place of the 1-based `line` without the white space around it; a point where there is no more."""
        text, start = self.line(line), self.start(line)
        first = start + len(text) - len(text.lstrip())
        return Span(first, max(first, start + len(text.rstrip())))


class Edit(msgspec.Struct, frozen=True):
    """One replacement of `[start, end)` by `replacement`, in offsets of the text before the edit."""

    start: int
    end: int
    replacement: str


class OffsetMap(msgspec.Struct, frozen=True):
    """Where each character of a rewritten text came from.

    The text is a row of pieces. Inside an unchanged piece offsets move in step; a replaced piece maps as a
    whole, so that a caret under it covers all of what the author typed.
    """

    pieces: tuple[tuple[int, int, int, bool], ...]
    """`(new start, old start, old end, unchanged)`, sorted; the last piece is empty and marks the end."""

    @classmethod
    def shift(cls, length: int, start: int) -> OffsetMap:
        """Return the map of `length` characters copied without a change from offset `start`."""
        return cls(((0, start, start + length, True), (length, start + length, start + length, True)))

    def span(self, start: int, end: int) -> Span:
        """Return the range of the origin from which `[start, end)` of the rewritten text came."""
        first = self._at(start)
        new, old, old_end, same = self.pieces[first]
        low = min(old + (start - new), old_end) if same else old
        if end <= start:
            return Span(low, low)
        new, old, old_end, same = self.pieces[self._at(end - 1)]
        high = min(old + (end - new), old_end) if same else old_end
        return Span(low, max(low, high))

    def then(self, outer: OffsetMap) -> OffsetMap:
        """Return the map that leads first through this one and then through `outer`."""
        pieces: list[tuple[int, int, int, bool]] = []
        ends = [piece[0] for piece in self.pieces[1:]] + [self.pieces[-1][0]]
        for (new, old, old_end, same), new_end in zip(self.pieces, ends, strict=True):
            if not same or new == new_end:
                span = outer.span(old, old_end)
                pieces.append((new, span.start, span.end, same and new == new_end))
                continue
            # An unchanged piece is cut where the outer map has a seam inside it.
            inside = outer.pieces[outer._at(old) + 1 : outer._at(old_end) + 1]
            seams = [old, *(p[0] for p in inside if old < p[0] < old_end), old_end]
            for low, high in itertools.pairwise(seams):
                _, outer_old, outer_end, outer_same = outer.pieces[outer._at(low)]
                at = new + (low - old)
                if outer_same:
                    span = outer.span(low, high)
                    pieces.append((at, span.start, span.end, True))
                else:
                    pieces.append((at, outer_old, outer_end, False))
        return OffsetMap(tuple(pieces))

    def cut(self, start: int, end: int) -> OffsetMap:
        """Return the map of `[start, end)` of the rewritten text alone, counted from its own beginning."""
        first, last = self._at(start), self._at(max(start, end - 1))
        pieces = []
        for new, old, old_end, same in self.pieces[first : last + 1]:
            low = max(new, start)
            moved = min(old + low - new, old_end) if same else old
            stop = max(moved, min(old_end, old + end - new)) if same else old_end
            pieces.append((low - start, moved, stop, same))
        tail = self.span(start, end).end
        return OffsetMap((*pieces, (end - start, tail, tail, True)))

    def shifted(self, by: int) -> OffsetMap:
        """Return this map into an origin that lies `by` characters further on."""
        return OffsetMap(tuple((new, old + by, end + by, same) for new, old, end, same in self.pieces))

    def _at(self, offset: int) -> int:
        # A tuple of one sorts before all that begin with the same number; comparing tuples beats a key function.
        return max(0, bisect.bisect_left(self.pieces, (offset + 1,)) - 1)


class Way(msgspec.Struct, frozen=True):
    """A way back through several steps, one after the other.

    Of most places nobody ever speaks, so the steps are not made into one map before somebody asks.
    """

    steps: tuple[OffsetMap | tuple[int, int] | int, ...] = ()
    """From the text at hand towards the origin: through a map; from a part of a text, `(start, length)`, to the whole;
    by so many characters."""

    def span(self, start: int, end: int) -> Span:
        """Return the range of the origin from which `[start, end)` of the text at hand came."""
        for index, step in enumerate(self.steps):
            if isinstance(step, int):
                start, end = start + step, end + step
            elif isinstance(step, tuple):
                offset, length = step
                if start >= length > 0:
                    # A point at the end of a part is where the part ends, not where the next begins.
                    point = Way(self.steps[index + 1 :]).span(offset + length - 1, offset + length).end
                    return Span(point, point)
                start, end = start + offset, end + offset
            else:
                span = step.span(start, end)
                start, end = span.start, span.end
        return Span(start, end)

    def part(self, start: int, end: int) -> Way:
        """Return the way from `[start, end)` of the text at hand alone, counted from its own beginning."""
        return Way(((start, end - start), *self.steps))

    def after(self, step: OffsetMap) -> Way:
        """Return the way that leads first through `step` and then this way."""
        return Way((step, *self.steps))


def rewrite(text: str, edits: Iterable[Edit]) -> tuple[str, OffsetMap]:
    """Apply `edits` to `text`; return the new text and the map from it to the old one.

    Edits are sorted and do not overlap.
    """
    parts: list[str] = []
    pieces: list[tuple[int, int, int, bool]] = []
    new = old = 0
    for edit in edits:
        if edit.start > old:
            parts.append(text[old : edit.start])
            pieces.append((new, old, edit.start, True))
            new += edit.start - old
        if edit.replacement:
            parts.append(edit.replacement)
            pieces.append((new, edit.start, edit.end, False))
            new += len(edit.replacement)
        old = edit.end
    if old < len(text):
        parts.append(text[old:])
        pieces.append((new, old, len(text), True))
        new += len(text) - old
    pieces.append((new, len(text), len(text), True))
    return "".join(parts), OffsetMap(tuple(pieces))
