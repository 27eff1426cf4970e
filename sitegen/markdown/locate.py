"""Where content lies in the file: from a post's text to normalised source, and from a block's content back.

markdown-it tells which lines a block comes from, but cuts indentation and quote markers from them, trims them and
normalises line endings. Every step is undone here by an `OffsetMap`, so that a place inside inline content is a
place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markdown_it.rules_block import StateBlock

from sitegen.text import Edit, LineIndex, OffsetMap, Span, Way, rewrite

Piece = tuple[int, int, int, bool]

_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x01-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
"""Characters that no page may hold (HTML section 13.1.4), and what they have terminals do in the output of programs."""


class Locator:
    """The body of one file as markdown-it sees it, and the way back to the file's offsets."""

    __slots__ = ("_ends", "_lines", "_start", "source")

    def __init__(self, text: str, start: int) -> None:
        """Normalise `text[start:]`: line endings to `\\n`, NUL to U+FFFD (CommonMark sections 2.1, 2.3)."""
        body = text[start:].replace("\0", "\ufffd")
        self._start = start
        self._ends: OffsetMap | None = None
        if "\r" in body:
            edits = []
            at = body.find("\r")
            while at >= 0:
                edits.append(Edit(at, at + 1, "" if body.startswith("\n", at + 1) else "\n"))
                at = body.find("\r", at + 1)
            body, self._ends = rewrite(body, edits)
        self.source = body
        self._lines: LineIndex | None = None
        # Whether all can be printed is told in a tenth of the time that the search takes.
        if not body.replace("\n", "").isprintable() and _CONTROLS.search(body):
            self.replace(*rewrite(body, [Edit(*found.span(), "") for found in _CONTROLS.finditer(body)]))

    def replace(self, source: str, offsets: OffsetMap) -> None:
        """Go on with another source; `offsets` leads from it to the one before."""
        self._ends = offsets if self._ends is None else offsets.then(self._ends)
        self.source = source
        self._lines = None

    def line_start(self, line: int) -> int:
        """Return the offset in the source of a line, counted from 0 as markdown-it does."""
        if self._lines is None:
            self._lines = LineIndex(self.source)
        return self._lines.start(line + 1)

    def way(self, offsets: OffsetMap) -> Way:
        """Return the way into the file that begins with `offsets`, a map into the source."""
        return Way((offsets, self._start) if self._ends is None else (offsets, self._ends, self._start))

    def span(self, start: int, end: int) -> Span:
        """Return the place in the file of `source[start:end]`."""
        span = Span(start, end) if self._ends is None else self._ends.span(start, end)
        return span.shifted(self._start)


def block_map(state: StateBlock, content: str, start_line: int, end_line: int) -> OffsetMap:
    """Map the trimmed content of the lines of a block to the source."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.src.startswith(content, begin):
        return OffsetMap.shift(len(content), begin)  # as most are: nothing was cut from between the lines
    lines = [(state.bMarks[line], state.eMarks[line]) for line in range(start_line, end_line)]
    return line_map(content, state.src, lines)


def line_map(content: str, source: str, lines: Iterable[tuple[int, int]]) -> OffsetMap:
    """Map `content` to `source`, where content line *n* is the end of the source range `lines[n]`.

    What stands before a content line in its range (indentation, quote markers) has been cut off, and trailing
    whitespace may be; blanks at its beginning that the range does not have come from an expanded tab.
    """
    pieces: list[Piece] = []
    new = 0
    last = 0
    for line, (begin, end) in zip(content.split("\n"), lines, strict=False):
        text = line.lstrip(" \t")
        at = source.rfind(text, begin, end) if text else end
        at = max(at, begin)
        indent = len(line) - len(text)
        real = 0
        while real < indent and at - real > begin and source[at - real - 1] == line[indent - real - 1]:
            real += 1
        if real < indent:
            pieces.append((new, at - real, at - real, False))
        last = at + len(text)
        # The line ending follows the line in both texts, except after the last line.
        pieces.append((new + indent - real, at - real, min(last + 1, len(source)), True))
        new += len(line) + 1
    if pieces:
        start, old, _, same = pieces[-1]
        pieces[-1] = (start, old, last, same)
    return OffsetMap((*pieces, (len(content), last, last, True)))
