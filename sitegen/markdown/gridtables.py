"""Grid tables as reStructuredText and Pandoc have them, whose cells hold blocks.

    +-------+-----------+
    | Head  | $x^2$     |
    +:======+==========:+
    | - a   | Some text |
    | - b   |           |
    +-------+-----------+

A line `+===+` ends the head, and colons in it, or in the first line of a table without a head, line columns up. A bar
that is missing in all lines of a row joins two cells. Cells over several rows are not read.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from markdown_it.rules_block import StateBlock

from sitegen.markdown.signs import begins_with

__all__ = ["grid_table", "occur"]

_BORDER = re.compile(r"\+(?::?(?:-+|=+):?\+)+[ \t]*\Z")
_OCCURS = re.compile(r"^[ \t>]*\+(?::?-+:?\+)+[ \t]*$", re.MULTILINE)
_DISPLAY = re.compile(r"\$\$|\\\[|\\begin")
_ALIGNMENTS = {(True, False): "left", (False, True): "right", (True, True): "center"}


def occur(text: str) -> bool:
    """Tell whether there may be such a table in a text."""
    return "+-" in text and _OCCURS.search(text) is not None


@begins_with("+")
def grid_table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a grid table (block rule)."""
    first = _text(state, start_line)
    if state.is_code_block(start_line) or not _BORDER.match(first) or "=" in first:
        return False
    columns = [at for at, sign in enumerate(first.rstrip()) if sign == "+"]
    borders = [start_line]
    for line in range(start_line + 1, end_line):
        text = _text(state, line).rstrip()
        if state.sCount[line] < state.blkIndent or _places(text, columns)[-1] != len(text) - 1:
            break
        if _BORDER.match(text) and all(text[column] == "+" for column in columns):
            borders.append(line)
        elif not (text.startswith("|") and text.endswith("|")):
            break
    if len(borders) < 2:
        return False
    if not silent:
        _push(state, borders, columns)
        state.line = borders[-1] + 1
    return True


def _text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _push(state: StateBlock, borders: list[int], columns: list[int]) -> None:
    """Push the rows between the borders."""
    head = next((n for n, line in enumerate(borders) if n and "=" in _text(state, line)), 0)
    ruler = _text(state, borders[head])
    alignments = [
        _ALIGNMENTS.get((ruler[low + 1] == ":", ruler[high - 1] == ":"), "") for low, high in pairwise(columns)
    ]
    opening = state.push("table_open", "table", 1)
    opening.map = [borders[0], borders[-1] + 1]
    parts = [("thead", "th", borders[: head + 1]), ("tbody", "td", borders[head:])]
    for part, tag, lines in parts:
        if len(lines) < 2:
            continue
        state.push(f"{part}_open", part, 1)
        for above, below in pairwise(lines):
            if below > above + 1:
                _push_row(state, range(above + 1, below), columns, alignments, tag)
        state.push(f"{part}_close", part, -1)
    state.push("table_close", "table", -1)


def _push_row(state: StateBlock, lines: range, columns: list[int], alignments: list[str], tag: str) -> None:
    cuts = {line: _places(_text(state, line), columns) for line in lines}
    bars = [
        number
        for number in range(len(columns))
        if number in (0, len(columns) - 1) or any(_text(state, n)[cuts[n][number] :][:1] == "|" for n in lines)
    ]
    state.push("tr_open", "tr", 1)
    for low, high in pairwise(bars):
        opening = state.push(f"{tag}_open", tag, 1)
        if alignments[low]:
            opening.attrs["class"] = f"align-{alignments[low]}"
        if high > low + 1:
            opening.attrs["colspan"] = str(high - low)
        before = len(state.tokens)
        _push_cell(state, {n: (cuts[n][low] + 1, cuts[n][high]) for n in lines})
        inside = state.tokens[before:]
        if len(inside) == 3 and inside[0].type == "paragraph_open" and not _DISPLAY.search(inside[1].content):
            state.tokens[before:] = [inside[1]]
        elif not inside:
            state.push("inline", "", 0).children = []
        state.push(f"{tag}_close", tag, -1)
    state.push("tr_close", "tr", -1)


def _places(text: str, columns: list[int]) -> list[int]:
    """Return where the columns of a screen are in a line: East Asian characters take two (UAX 11)."""
    if text.isascii():
        return [min(column, len(text)) for column in columns]
    places = []
    at = width = 0
    for column in columns:
        while at < len(text) and width < column:
            width += (
                0 if unicodedata.combining(text[at]) else 2 if unicodedata.east_asian_width(text[at]) in "WF" else 1
            )
            at += 1
        places.append(at)
    return places


def _push_cell(state: StateBlock, cells: dict[int, tuple[int, int]]) -> None:
    """Read the blocks of a cell: for that time, its part of each line is all that there is of the line."""
    marks = state.bMarks, state.eMarks, state.tShift, state.sCount
    saved = (state.parentType, state.lineMax, state.blkIndent, state.tight, state.listIndent, state.line)
    of_lines = {line: tuple(each[line] for each in marks) for line in cells}
    texts = {line: _text(state, line)[low:high].rstrip() for line, (low, high) in cells.items()}
    common = min((len(text) - len(text.lstrip()) for text in texts.values() if text), default=0)
    for line, (low, _) in cells.items():
        begin = state.bMarks[line] + state.tShift[line] + low + common
        inside = texts[line][common:]
        indent = len(inside) - len(inside.lstrip())
        for each, value in zip(marks, (begin, begin + len(inside), indent, indent), strict=True):
            each[line] = value
    state.parentType, state.blkIndent, state.listIndent, state.lineMax = "table", 0, -1, max(cells) + 1
    state.md.block.tokenize(state, min(cells), max(cells) + 1)
    for line, values in of_lines.items():
        for each, value in zip(marks, values, strict=True):
            each[line] = value
    state.parentType, state.lineMax, state.blkIndent, state.tight, state.listIndent, state.line = saved
